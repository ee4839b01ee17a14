"""`import palate` is enough: open a release, and ask it by user, title and free text."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import palate
from palate.errors import PalateError
from palate.explain import check
from palate.explain.picture.page import render_picture
from palate.explain.picture.picture import picture_of
from palate.front_door import OpenRelease, Wishes
from palate.rank.rules import Rules
from palate.recommender.recommendations import Recommendation, Recommendations
from palate.release import read_pointer
from palate.schema import TITLE
from palate.stated.list_inputs import ListInputs
from palate.storage import Folder
from tests.support.releases.explained import EXPLAIN, RERANK
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny

README = Path(__file__).parent.parent.parent / "README.md"
TITLES = [
    *("Alien", "The Terminator", "Heat", "Aliens", "Event Horizon", "The Shining"),
    *("Toy Story", "Babe", "Airplane!", "Clueless", "The Mask", "Big"),
]
GENRES = ["Horror|Sci-Fi", "Sci-Fi", "Thriller", "Sci-Fi", "Horror", "Horror", *["Comedy"] * 6]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    """A working folder with two releases in `runs/releases`: twelve films that people know, and user 42."""
    folder = tmp_path_factory.mktemp("front_door")
    years = [str(1980 + place) for place in range(len(TITLES))]
    titled = tiny.catalogue.set_column(tiny.catalogue.schema.get_field_index(TITLE), TITLE, pa.array(TITLES))
    catalogue = titled.append_column("genres", pa.array(GENRES)).append_column("year", pa.array(years))
    users = pa.array(["42", *tiny.histories.users.to_pylist()[1:]])
    run = tiny_run(str(folder / "run"), catalogue, replace(tiny.histories, users=users))
    run.write_json("config.json", run.read_json("config.json") | {"rerank": RERANK, "explain": EXPLAIN})
    for method in ("sequence", "ease"):
        publish_tiny(run, Folder(str(folder / "runs" / "releases")), method)
    return folder


@pytest.fixture(scope="module")
def release(folder: Path) -> OpenRelease:
    return palate.open_release(folder / "runs" / "releases")


def ids(found: Recommendations) -> list[str]:
    return [item.item for item in found]


def test_import_brings_no_torch() -> None:
    code = "import sys, palate; palate.open_release; assert not {'torch', 'pyarrow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_user_gets_the_list_that_the_recommender_gives(release: OpenRelease) -> None:
    found = release.recommend(user="42", k=4)
    assert list(found) == release.recommender.recommend_user("42", 4)
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    assert not set(ids(found)) & {
        f"i{item:02d}" for item in release.recommender.user_query("42").history.items
    }


def test_somebody_new_is_known_by_titles_or_ids(release: OpenRelease) -> None:
    by_title = release.recommend(history=["Alien", "the terminator"], k=3)
    assert by_title == release.recommend(history=["i00", "i01"], k=3)
    assert {reason.title for item in by_title for reason in item.reasons} == {"Alien", "The Terminator"}


def test_without_a_history_the_list_is_what_is_popular_and_has_no_reasons(release: OpenRelease) -> None:
    found = release.recommend(history=[], k=3)
    assert list(found) == release.recommender.recommend([], 3)
    assert [item.reasons for item in found] == [()] * 3


def test_numbers_are_ids_too(release: OpenRelease) -> None:
    assert release.recommend(user=42, k=3) == release.recommend(user="42", k=3)


@pytest.mark.parametrize("filters", [{"deny": "horror"}, Rules(deny="Horror")])
def test_filters_are_the_rules_of_a_list(release: OpenRelease, filters: dict[str, str] | Rules) -> None:
    plain = release.recommend(history=["Heat"], k=11)
    found = release.recommend(history=["Heat"], k=11, filters=filters)
    horrors = {f"i{place:02d}" for place, genres in enumerate(GENRES) if "Horror" in genres}
    assert set(ids(plain)) & horrors == horrors
    assert ids(found) == [item for item in ids(plain) if item not in horrors]


def test_similar_and_search_are_those_of_the_recommender(release: OpenRelease) -> None:
    assert list(release.similar("Toy Story", 3)) == release.recommender.similar("i06", 3)
    assert list(release.search("a funny comedy", 3)) == release.recommender.search("a funny comedy", 3)


def test_an_older_release_can_be_opened_by_its_id(folder: Path, release: OpenRelease) -> None:
    releases = Folder(str(folder / "runs" / "releases"))
    earlier = read_pointer(releases).earlier[-1]
    opened = palate.open_release(releases.uri, release=earlier)
    assert opened.release.manifest.id == earlier != release.release.manifest.id
    assert repr(opened) == f"<release {earlier}: 12 items, method sequence>"


def test_an_explanation_is_a_sentence_that_the_checker_passes(release: OpenRelease) -> None:
    why = release.explain(user="42", item="The Shining")
    assert (why.item, why.title, why.source) == ("i05", "The Shining", "template")
    assert str(why) == why.text
    assert why.text.startswith("Because you watched ")
    vocabulary = release._evidence_reader.vocabulary
    assert check(why.text, why.evidence, vocabulary).passed
    assert {item.description.title for item in why.evidence.supporting_items} <= set(TITLES[:5])


def test_an_explanation_is_written_in_the_language_that_is_asked_for(release: OpenRelease) -> None:
    why = release.explain(user="42", item="The Shining", language="de")
    assert why.text.startswith("Weil ")
    assert check(why.text, why.evidence, release._evidence_reader.vocabulary).passed
    with pytest.raises(PalateError, match="no sentences for 'fr'"):
        release.explain(user="42", item="The Shining", language="fr")


def test_a_picture_shows_what_carried_the_item_and_the_lists_without_it(release: OpenRelease) -> None:
    why = release.explain(user="42", item="The Shining")
    page = release.explanation_page(user="42", item="The Shining")
    assert why.text in html.unescape(page)
    carriers = [*why.evidence.supporting_items, *why.evidence.others]
    assert why.evidence.supporting_items
    assert all(f'<th scope="row">{carrier.description.title}</th>' in page for carrier in carriers)
    assert "without the reasons" in page
    assert "without the source ease" in page
    best = [item.title for item in release.recommend(user="42")]
    assert all(title in page for title in best)


def test_a_picture_needs_no_network_and_escapes_what_it_shows(release: OpenRelease) -> None:
    page = release.explanation_page(user="42", item="The Mask")
    assert not re.search(r"(?:src|href)=|url\(|@import|<script", page)
    titles = [f"<b>{title}" for title in release.recommender.catalogue.titles]
    inputs, target = ListInputs(release.recommender.user_query("42")), np.array([10], np.int32)
    (evidence,) = release._evidence_reader.evidence(inputs, target)
    picture = picture_of(release.recommender, inputs, 10, evidence)
    assert "<b>" not in render_picture(picture, "<b>", titles, "<b>")


def test_a_picture_of_somebody_without_a_history_says_that_nothing_moves_it(release: OpenRelease) -> None:
    assert "No item of the history moves it." in release.explanation_page("Alien", history=[])


def test_a_picture_speaks_the_language_of_its_explanation(release: OpenRelease) -> None:
    why = release.explain(user="42", item="The Shining", language="de")
    page = html.unescape(release.explanation_page(user="42", item="The Shining", explanation=why))
    assert '<html lang="de">' in page
    assert "Quellen, die dafür sprachen" in page
    assert "ohne die Gründe" in page


def test_what_was_asked_said_and_written_is_a_reason_of_the_list_that_it_makes(release: OpenRelease) -> None:
    wishes: Wishes = {"query": "no horror", "said": ["a funny comedy"], "profile": ["more comedy"]}
    found = release.recommend(user="42", **wishes)
    why = release.explain(found[0].item, user="42", **wishes)
    assert why.evidence.place == 1
    told = [*why.evidence.stated, *why.evidence.other_stated]
    assert told
    assert {(one.kind, one.text) for one in told} <= {
        ("this request", "no horror"), ("text", "a funny comedy"), ("written line", "more comedy")
    }  # fmt: skip
    assert check(why.text, why.evidence, release._evidence_reader.vocabulary).passed
    page = html.unescape(release.explanation_page(found[0].item, user="42", explanation=why, **wishes))
    assert all(one.text in page for one in told)


def test_filters_are_a_reason_where_they_take_out_what_came_before(release: OpenRelease) -> None:
    plain = ids(release.recommend(user="42", k=12))
    last = plain[-1]
    (kept,) = [genres for place, genres in enumerate(GENRES) if f"i{place:02d}" == last]
    filters = {"allow": kept[0] if isinstance(kept, list) else kept.split("|")[0]}
    why = release.explain(last, user="42", filters=filters)
    assert why.evidence.place is not None
    assert why.evidence.place <= plain.index(last) + 1


def test_lime_is_one_of_the_methods_and_tells_how_well_it_fits(release: OpenRelease) -> None:
    why = release.explain("The Shining", user="42", influence="lime")
    assert why.evidence.fidelity is not None
    assert 0 < why.evidence.fidelity <= 1
    assert why == release.explain("The Shining", user="42", influence="lime")
    assert release.explain("The Shining", user="42").evidence.fidelity is None


def test_somebody_new_is_told_what_they_liked(release: OpenRelease) -> None:
    assert "you liked" in release.explain("Heat", history=["Alien", "The Terminator"]).text


def test_without_a_history_an_explanation_names_none(release: OpenRelease) -> None:
    why = release.explain("Alien", history=[])
    assert why.evidence.supporting_items == ()
    assert "you liked" not in why.text


def test_several_explanations_come_in_the_order_of_the_items(release: OpenRelease) -> None:
    both = release.explain_items(["Heat", "Alien"], user="42")
    assert both == [release.explain(item, user="42") for item in ("Heat", "Alien")]
    assert release.explain_items([], user="42", language_model=True) == []


def test_a_language_model_writes_what_the_checker_passes(
    release: OpenRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Liar:
        def write(self, prompts: list[object], seed: int, again: Callable[[int, str], object]) -> None:
            for place in range(len(prompts)):
                while again(place, "Because you liked Casablanca: a western from 1800."):
                    pass

    monkeypatch.setitem(release.__dict__, "_language_model", Liar())
    why = release.explain("Heat", user="42", language_model=True)
    assert why == release.explain("Heat", user="42")


def test_a_list_prints_as_a_table() -> None:
    table = Recommendations([Recommendation("i1", "Alien", 0.5), Recommendation("i10", "Heat", 0.25)])
    assert repr(table).splitlines() == [
        "#  item  title  score   like",
        "1  i1    Alien  0.5000",
        "2  i10   Heat   0.2500",
    ]
    assert repr(Recommendations()) == "#  item  title  score  like"


def test_a_list_becomes_a_data_frame(release: OpenRelease) -> None:
    found = release.recommend(user="42", k=3)
    frame = found.to_pandas()
    assert list(frame.columns) == ["item", "title", "score", "reasons"]
    assert frame["title"].tolist() == [item.title for item in found]
    assert list(Recommendations().to_pandas().columns) == list(frame.columns)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda release: release.recommend(user="43"), "no user '43'.*for somebody new"),
        (lambda release: release.recommend(), 'Say for whom: user="42".*history='),
        (lambda release: release.recommend(history="Alien"), "as a list of ids or titles"),
        (lambda release: release.recommend(user="42", history=["Alien"]), "not both"),
        (lambda release: release.explain("Heat", user="42", history=[]), "not both"),
        (lambda release: release.recommend(history=["Alein"]), r"nearest are i00 \(Alien\)"),
        (lambda release: release.explain("Alein", user="42"), r"nearest are i00 \(Alien\)"),
        (lambda release: release.similar("Toy Stori"), r"nearest are i06 \(Toy Story\)"),
        (lambda release: release.search(" "), "Give a text"),
        (lambda release: release.recommend(user="42", k=0), "at least 1 place"),
        (
            lambda release: release.recommend(user="42", filters={"denny": "Horror"}),
            "filters do not fit.*denny: no such setting; did you mean deny",
        ),
        (lambda release: release.recommend(user="42", filters={"diversity": 2}), "filters do not fit.*got 2"),
        (lambda release: release.recommend(user="42", filters={"deny": "a &"}), "wrong at character 4"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(
    release: OpenRelease, ask: Callable[[OpenRelease], object], told: str
) -> None:
    with pytest.raises(palate.PalateError, match=f"(?s){told}"):
        ask(release)


def test_no_release_is_told_with_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(palate.PalateError, match="palate retrain"):
        palate.open_release(tmp_path)


def test_unknown_release_is_told_with_the_nearest(folder: Path, release: OpenRelease) -> None:
    real = release.release.manifest.id
    with pytest.raises(palate.PalateError, match=f"did you mean {real[:8]}"):
        palate.open_release(folder / "runs" / "releases", release=real[:-1])


@pytest.fixture
def readme_block() -> str:
    blocks = re.findall(
        r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert blocks, "the README shows how to ask a release from Python"
    return str(blocks[0])


def test_the_readme_s_lines_run_as_they_stand(
    readme_block: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert "palate.open_release" in readme_block
    exec(compile(readme_block, "README.md", "exec"), {})
    assert capsys.readouterr().out.strip()
