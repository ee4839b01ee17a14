"""The language that is written in: configured, or that of the catalogue's texts."""

from __future__ import annotations

import pyarrow as pa
import pytest

from palate.config import ColumnsConfig, ExplainConfig
from palate.errors import PalateError
from palate.explain.evidence.described import fact_finder
from palate.explain.text.detection import catalogue_language, language_of, written_language

GERMAN = [
    "Die Crew folgt einem Notruf und bringt einen Fremden mit.",
    "Ein Mann sucht den vollkommenen Duft.",
]
ENGLISH = [
    "The crew of a tug answers a distress call.",
    "A thief plans his last robbery with the police behind him.",
]
CHINESE = ["两位京剧演员半个世纪的悲欢离合。", "青冥剑被盗，一位大侠决定退出江湖。"]
JAPANESE = ["となりのトトロ、森の中の不思議な生きもの。", "千と千尋の神隠し"]


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (GERMAN, "de"),
        (ENGLISH, "en"),
        (CHINESE, "zh"),
        (JAPANESE, "en"),
        ([*GERMAN, *GERMAN, *ENGLISH], "de"),
        ([*GERMAN, *ENGLISH], "en"),
        (["Alien", "Heat", "M*A*S*H"], "en"),
        ([*CHINESE, "Alien"], "zh"),
        (["", "12", "???"], "en"),
        ([], "en"),
    ],
)  # fmt: skip
def test_language_is_that_of_most_texts_that_tell_one(texts: list[str], language: str) -> None:
    assert language_of(texts) == language


def test_texts_of_a_catalogue_count_and_its_titles_where_it_has_none() -> None:
    titles = ["Alien", "Das Parfum"]
    assert catalogue_language(pa.table({"title": titles, "text": ENGLISH})) == "en"
    assert catalogue_language(pa.table({"title": titles})) == "de"
    assert catalogue_language(pa.table({"title": pa.array([], pa.string())})) == "en"


def test_configured_language_comes_before_that_of_the_catalogue() -> None:
    catalogue = pa.table({"title": GERMAN})
    assert written_language(ExplainConfig(), catalogue) == "de"
    assert written_language(ExplainConfig(language="zh"), catalogue) == "zh"


def test_language_without_a_pack_is_refused_with_those_there_are() -> None:
    with pytest.raises(PalateError, match="no sentences for 'fr'; there are de, en, zh"):
        written_language(ExplainConfig(language="fr"), pa.table({"title": GERMAN}))


def test_phrases_of_a_german_text_leave_out_german_small_words() -> None:
    rows = [*GERMAN, "Eine Frau lebt mit einem Notruf.", "Der Notruf kommt zu spät."]
    catalogue = pa.table({"title": ["A", "B", "C", "D"], "plot": rows})
    finder = fact_finder(catalogue, ColumnsConfig(), ExplainConfig(texts=("plot",)))
    found = [fact.text for fact in finder.facts({"plot": rows[0]})]
    assert "bringt einen" not in found
    assert any("Notruf" in text or "Crew" in text for text in found)
