"""One process answers from a release: users, new people, similar items and free text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from palate.data.anonymise import KEY_VARIABLE, anonymous_id, id_key
from palate.data.histories import Dislikes, History
from palate.encode import load_encoder
from palate.errors import PalateError
from palate.rank.rules import Rules
from palate.recommender.artefacts import Artefacts
from palate.recommender.encoding import UserEncoder
from palate.recommender.lookup.catalogue import Catalogue
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.recommender.users import KnownUsers
from palate.retrieve import load_model
from palate.sequence import load_sequence
from palate.storage import Folder
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    return tiny_run(str(tmp_path_factory.mktemp("run")), tiny.catalogue, tiny.histories)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(str(tmp_path_factory.mktemp("releases")))


@pytest.fixture(scope="module")
def recommender(run: Folder, releases: Folder) -> Recommender:
    return Recommender(Artefacts.of(publish_tiny(run, releases, "sequence")))


@pytest.fixture(scope="module")
def with_dislikes(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Recommender:
    """Repeats are allowed, and the first user turned against item 5."""
    users = len(tiny.histories)
    dislikes = Dislikes(np.minimum(np.arange(users + 1), 1), np.array([5], np.int32), np.array([5], np.int32))
    folder = tmp_path_factory.mktemp("disliking")
    run = tiny_run(str(folder / "run"), tiny.catalogue, replace(tiny.histories, dislikes=dislikes))
    run.write_json("config.json", run.read_json("config.json") | {"data": {"repeat": "allowed"}})
    return Recommender(Artefacts.of(publish_tiny(run, Folder(str(folder / "releases")), "ease")))


def names(places: list[object]) -> list[str]:
    return [place.item for place in places]  # type: ignore[attr-defined]


def test_stored_method_recommends_what_goes_with_the_history(run: Folder, releases: Folder) -> None:
    ease = Recommender(Artefacts.of(publish_tiny(run, releases, "ease")))
    found = ease.recommend(["i00", "i01", "i02"], 2)
    assert set(names(found)) == {"i03", "i05"}  # the neighbours on the circle
    assert [place.title for place in found] == [f"Comedy {place.item[-1]}" for place in found]
    assert [place.score for place in found] == sorted((place.score for place in found), reverse=True)


def test_sequence_method_ranks_as_its_scores_do(recommender: Recommender, run: Folder) -> None:
    history = History(np.asarray([0, 7, 3], np.int32), np.arange(3))
    scores = load_sequence(run / "sequence").scores([history])[0]
    unseen = [item for item in np.argsort(-scores).tolist() if item not in {0, 7, 3}]

    found = recommender.recommend(["i00", "i07", "i03"], 5)
    ranking = recommender.answer([Query(history, 5)]).rankings[0]

    assert names(found) == [f"i{item:02d}" for item in unseen[:5]]
    assert ranking.items.tolist() == unseen[:5]
    assert ranking.relevance.tolist() == pytest.approx(scores[unseen[:5]].tolist(), rel=1e-5)


def test_moving_average_over_texts_stays_with_the_kind(run: Folder, releases: Folder) -> None:
    average = Recommender(Artefacts.of(publish_tiny(run, releases, "moving-average")))
    assert set(names(average.recommend(["i06", "i07"], 4))) == {"i08", "i09", "i10", "i11"}


def test_users_as_text_are_what_the_encoder_reads_of_their_titles(run: Folder, releases: Folder) -> None:
    run.write_json("config.json", run.read_json("config.json") | {"users_as_text": {"read_every": 2}})
    by_text = Recommender(Artefacts.of(publish_tiny(run, releases, "users-as-text")))
    artefacts = by_text.artefacts
    titles = artefacts.catalogue["title"].to_pylist()
    history = History(np.array([6, 7], np.int32), np.zeros(2, np.int64))
    read = by_text.encoder.encode([history]).text
    expected = load_encoder(run.path + "/encoder").encode_queries([f"{titles[7]}, {titles[6]}"])
    assert read is not None
    np.testing.assert_allclose(read, expected, atol=1e-5)
    order = np.argsort(-(expected @ artefacts.text_vectors.T)[0])
    unseen = [f"i{item:02d}" for item in order if item not in (6, 7)]
    assert names(by_text.recommend(["i06", "i07"], 4)) == unseen[:4]


def test_user_of_the_release_gets_nothing_that_they_have_seen(recommender: Recommender) -> None:
    found = recommender.recommend_user("u15", 12)
    seen = set(recommender.user_query("u15").history.items.tolist())
    assert len(seen) == 5
    assert len(found) == 7
    assert not seen & {int(place.item[1:]) for place in found}


def test_without_a_history_the_popular_items_are_the_answer(recommender: Recommender, run: Folder) -> None:
    counts = load_model(run / "methods", "popularity").state()["counts"]
    found = [counts[int(place.item[1:])] for place in recommender.recommend([], 12)]
    assert found == sorted(counts.tolist(), reverse=True)


def test_similar_items_leave_out_the_item_itself(recommender: Recommender) -> None:
    vectors = recommender.artefacts.item_vectors
    nearest = [item for item in np.argsort(-(vectors @ vectors[4])).tolist() if item != 4]
    assert names(recommender.similar("i04", 3)) == [f"i{item:02d}" for item in nearest[:3]]


def test_free_text_finds_items_by_their_texts(recommender: Recommender) -> None:
    assert all(place.item >= "i06" for place in recommender.search("a serious drama", 5))
    assert all(place.item < "i06" for place in recommender.search("a funny comedy", 5))


def test_an_encoder_in_bytes_finds_by_texts_too(recommender: Recommender) -> None:
    artefacts = recommender.artefacts
    settings = {**artefacts.settings, "index": {**artefacts.settings["index"], "encoder_int8": True}}
    bytewise = UserEncoder(Artefacts(artefacts.folders, artefacts.method, settings))
    found, exact = (one.encode_texts(["a serious drama"]) for one in (bytewise, recommender.encoder))
    assert not np.array_equal(found, exact)
    assert (found * exact).sum() > 0.9


def test_titles_name_items_where_only_one_fits(recommender: Recommender) -> None:
    assert recommender.recommend(["comedy 3"], 4) == recommender.recommend(["i03"], 4)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda one: one.recommend(["Comedi 3"]), r"nearest are .*i03 \(Comedy 3\)"),
        (lambda one: one.recommend(["Drama"]), "fits several items: .* and 1 more; give the id"),
        (lambda one: one.recommend([""]), "no item ''"),
        (lambda one: one.similar("i99"), "has no item 'i99'; the nearest are i09"),
        (lambda one: one.recommend_user("nobody"), "no user 'nobody'.*--history"),
        (lambda one: one.search("  "), "Give a text"),
        (lambda one: one.recommend(["i00"], 0), "at least 1 place"),
    ],
)
def test_mistakes_are_told_with_what_to_do(recommender: Recommender, ask: object, told: str) -> None:
    with pytest.raises(PalateError, match=told):
        ask(recommender)  # type: ignore[operator]


def test_exact_title_wins_over_titles_that_contain_it(tiny: Tiny) -> None:
    titles = ["Alien", "Aliens", *tiny.catalogue["title"].to_pylist()[2:]]
    table = tiny.catalogue.set_column(1, "title", [titles])
    assert Catalogue(table).index("alien") == 0


def test_where_repeats_are_allowed_a_list_holds_what_was_had_but_nothing_disliked(
    with_dislikes: Recommender,
) -> None:
    listed = names(with_dislikes.recommend_user("u00", 12))
    assert {"i00", "i01", "i02", "i03", "i04"} <= set(listed)
    assert "i05" not in listed


def test_an_anonymised_release_is_asked_with_plain_ids(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "a secret of many characters")
    hashed = pa.array([anonymous_id(user, id_key()) for user in tiny.histories.users.to_pylist()])
    run = tiny_run(str(tmp_path / "run"), tiny.catalogue, replace(tiny.histories, users=hashed))
    run.write_json("config.json", run.read_json("config.json") | {"data": {"anonymise": True}})
    artefacts = Artefacts.of(publish_tiny(run, Folder(str(tmp_path / "releases")), "ease"))
    assert len(Recommender(artefacts).user_query("u03").history.items) == 5
    users = KnownUsers(artefacts)
    assert ("u03" in users, "nobody" in users) == (True, False)
    assert users.drawn(1)[0] in users
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(PalateError, match=KEY_VARIABLE):
        users.history("u03")


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Recommender:
    """Each source nominates three times the list's length, of items of a price and of a kind each."""
    folder = tmp_path_factory.mktemp("priced")
    prices = pa.array([str(price) for price in range(len(tiny.catalogue))])
    catalogue = tiny.catalogue.append_column("price", prices).append_column("kind", tiny.catalogue["item"])
    run = tiny_run(str(folder / "run"), catalogue, tiny.histories)
    rerank = {"candidates": 1, "columns": {"category": "kind", "numbers": {"price": {}}}}
    run.write_json("config.json", run.read_json("config.json") | {"rerank": rerank})
    return Recommender(Artefacts.of(publish_tiny(run, Folder(str(folder / "releases")), "ease")))


def test_a_list_is_full_however_rare_the_wanted_items_are(priced: Recommender) -> None:
    """Sources nominate from what the rules leave, so that what fits is not missed for being far down."""
    *_, last_but_one, last = (item.item for item in priced.recommend(["i00"], k=100))
    cost = {name: number for number, name in enumerate(priced.catalogue.items)}
    bounds = [
        {"column": "price", "min": number, "max": number} for number in (cost[last], cost[last_but_one])
    ]
    found = [priced.recommend(["i00"], 1, Rules.model_validate({"ranges": [one]})) for one in bounds]
    assert [names(items) for items in found] == [[last], [last_but_one]]


def test_what_a_boost_lifts_is_nominated_however_far_down_it_was(priced: Recommender) -> None:
    *_, last = names(priced.recommend(["i00"], k=100))
    lifted, lowered = (
        priced.recommend(["i00"], 1, Rules.model_validate({"boosts": [{"match": last, "factor": factor}]}))
        for factor in (100, 0.01)
    )
    assert names(lifted) == [last]
    assert names(lowered) != [last]


def test_what_rules_kept_out_is_told_to_whoever_debugs(priced: Recommender) -> None:
    rules = Rules.model_validate({"ranges": [{"column": "price", "min": 3}]})
    query = priced.query(History(np.array([0], np.int32), np.zeros(1, np.int64)), 2)._replace(rules=rules)
    plain, debugged = priced.answer([query, query._replace(debug=True)]).rankings
    assert plain.items.tolist() == debugged.items.tolist()
    assert plain.scores.tolist() == debugged.scores.tolist()
    assert {one.filter for one in debugged.removed} == {"seen", "ranges"}
    assert not plain.removed
