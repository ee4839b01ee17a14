"""The served list is the release's own, and can be asked for without some of the history or a source."""

from __future__ import annotations

import numpy as np
import pytest

from palate.data.histories import History
from palate.explain import leave_one_out
from palate.explain.evidence.reader import EvidenceReader
from palate.explain.evidence.served_list import FIRST, NOWHERE, ServedList, place_of
from palate.recommender.artefacts import ArtefactFolders, Artefacts
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.retrieve import Ease, EaseRecent, ImplicitAls, fit_implicit_als, load_model, save_model
from palate.retrieve.hybrid import save_hybrid
from palate.stated.list_inputs import ListInputs
from palate.storage import Folder
from tests.support.releases.small import tiny_run
from tests.support.worlds.tiny import Tiny

HISTORY = History(np.array([0, 7, 3, 1], np.int32), np.arange(4, dtype=np.int64))
NOTHING = History(np.zeros(0, np.int32), np.zeros(0, np.int64))
SOME = np.array([2, 5], np.int32)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    run = tiny_run(str(tmp_path_factory.mktemp("run")), tiny.catalogue, tiny.histories)
    ease = load_model(run / "methods", Ease.method)
    assert isinstance(ease, Ease)
    save_model(run / "methods", EaseRecent.method, EaseRecent(ease.weights, ease.popularity, 0.5))
    blocks = [tiny.histories.train_matrix(len(tiny.catalogue))]
    ials = fit_implicit_als(
        blocks, factors=4, regularisation=0.1, alpha=10.0, iterations=5, threads=1, seed=0
    )
    save_model(run / "methods", ImplicitAls.method, ials)
    save_hybrid(run / "methods", {"sequence": 1.0, "ease-recent": 7.0, "ials": 3.0}, [])
    return run


def recommender_of(run: Folder, method: str) -> Recommender:
    """The run, used as the release that it would become."""
    folders = ArtefactFolders(
        catalogue=run,
        vectors=run,
        encoder=run / "encoder",
        sequence=run / "sequence",
        methods=run / "methods",
        hybrid=run / "methods",
        rerank=run / "rerank",
        indices=run / "index",
    )
    return Recommender(Artefacts(folders, method, run.read_json("config.json")))


@pytest.mark.parametrize("method", ["hybrid", "sequence", "moving-average", "ease", "popularity"])
def test_list_is_the_one_that_is_served(run: Folder, method: str) -> None:
    recommender, query = recommender_of(run, method), Query(HISTORY, 5)
    ranking = recommender.answer([query]).rankings[0]
    served = ServedList(recommender, ListInputs(query), ranking.items[:1])
    (list_,) = served.lists([()])
    assert list_.items[:5].tolist() == ranking.items.tolist()
    np.testing.assert_allclose(list_.scores[:5], ranking.scores, rtol=1e-5)


def test_without_an_item_the_list_is_that_of_the_shorter_history_but_holds_nothing_seen(run: Folder) -> None:
    recommender = recommender_of(run, "hybrid")
    shorter = HISTORY.only(HISTORY.items != 7)
    (list_,) = ServedList(recommender, ListInputs(Query(HISTORY)), SOME).lists([(7,)])
    answer = recommender.answer([Query(shorter, 12, not_again=HISTORY.items)]).rankings[0]
    assert list_.items.tolist() == answer.items.tolist()
    assert not set(list_.items.tolist()) & set(HISTORY.items.tolist())


def test_influence_is_the_difference_of_two_margins(run: Folder) -> None:
    served = ServedList(recommender_of(run, "hybrid"), ListInputs(Query(HISTORY)), SOME)
    expected = served([()], SOME) - served([(1,)], SOME)
    influence = leave_one_out(HISTORY.items[::-1].tolist(), SOME, served)
    np.testing.assert_allclose(influence[:1], expected, rtol=1e-4, atol=1e-5)
    assert influence.any()


def test_margin_is_positive_in_the_first_places_and_negative_behind_them(run: Folder) -> None:
    served = ServedList(
        recommender_of(run, "popularity"), ListInputs(Query(NOTHING)), np.arange(12, dtype=np.int32)
    )
    standings = served.standings([()], np.arange(12, dtype=np.int32))
    first = standings.places[0] <= FIRST
    assert 0 < first.sum() < 12
    assert (standings.margins[0][first] >= 0).all()
    assert (standings.margins[0][~first] <= 0).all()


def test_what_was_seen_is_ranked_if_it_is_asked_about(run: Folder) -> None:
    served = ServedList(recommender_of(run, "ease"), ListInputs(Query(HISTORY)), np.array([7], np.int32))
    assert served.standings([()], np.array([7], np.int32)).places[0, 0] > 0


def test_what_a_rule_keeps_out_has_no_place(run: Folder) -> None:
    recommender = recommender_of(run, "ease")
    served = ServedList(recommender, ListInputs(Query(HISTORY)), SOME)
    (list_,) = served.lists([()])
    assert place_of(list_, 7) == NOWHERE


def test_no_event_carries_what_is_merely_popular(run: Folder) -> None:
    served = ServedList(recommender_of(run, "popularity"), ListInputs(Query(HISTORY)), SOME)
    assert not leave_one_out(HISTORY.items[::-1].tolist(), SOME, served).any()


def test_a_source_that_is_silenced_counts_for_nothing(run: Folder) -> None:
    recommender = recommender_of(run, "hybrid")
    served = ServedList(recommender, ListInputs(Query(HISTORY)), SOME)
    scores, lists = served.by_source()
    assert set(scores) == set(lists) == {"sequence", "content", "popularity", "ease-recent", "ials"}
    (whole,) = served.lists([()])
    assert lists["content"].items.tolist() == whole.items.tolist()  # it has no weight, and all are candidates
    assert lists["ease-recent"].items.tolist() != whole.items.tolist()


def test_evidence_of_a_release_tells_places_before_and_after(run: Folder) -> None:
    recommender = recommender_of(run, "hybrid")
    query = Query(HISTORY, 3)
    items = recommender.answer([query]).rankings[0].items
    found = EvidenceReader(recommender).evidence(ListInputs(query), items)
    assert [each.place for each in found] == [1, 2, 3]
    for each in found:
        assert each.supporting_items
        assert None not in (each.place, each.place_without)
        assert {source.source for source in each.contributions} == {"sequence", "ease-recent", "ials"}
        assert {one.item for one in (*each.supporting_items, *each.others)} <= set(HISTORY.items.tolist())


def test_somebody_without_a_history_has_a_place_and_no_reasons(run: Folder) -> None:
    (found,) = EvidenceReader(recommender_of(run, "hybrid")).evidence(ListInputs(Query(NOTHING)), SOME[:1])
    assert found.place is not None
    assert found.supporting_items == found.others == ()
