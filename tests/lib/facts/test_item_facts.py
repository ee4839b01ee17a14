"""Facts of items are spans of the catalogue's own text that tell an item from others."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from palate.explain.english.lexicon import FUNCTION_WORDS
from palate.explain.text.sentence_pack import promised
from palate.explain.text.tokens import phrase_of
from palate.facts import FactFinder
from palate.facts.phrases import PhraseStatistics

PLOTS = [
    "A police chief follows a serial killer through the snow.",
    "The police chief retires, and a serial killer comes back.",
    "A violin maker restores a violin that was thought lost.",
    "On a coral reef, a marine biologist counts fish.",
    "The marine biologist falls in love with the harbour pilot.",
]


def finder(texts: list[str], **values: str) -> FactFinder:
    return FactFinder.of(
        pa.table({"plot": texts}),
        values,
        ["plot"],
        separators="|",
        stopwords=FUNCTION_WORDS,
        barred=lambda text: bool(promised(phrase_of(text))),
    )


def test_phrase_that_recurs_in_the_catalogue_comes_first() -> None:
    facts = finder(PLOTS).facts({"plot": PLOTS[4]})
    assert facts[0].text == "marine biologist"


def test_phrases_hold_no_words_that_hold_sentences_together() -> None:
    words = {
        word
        for plot in PLOTS
        for fact in finder(PLOTS).facts({"plot": plot})
        for word in phrase_of(fact.text)
    }
    assert words.isdisjoint(FUNCTION_WORDS)


def test_values_of_a_column_come_as_they_are_and_before_phrases() -> None:
    found = finder(PLOTS, director="directed by").facts({"plot": PLOTS[0], "director": "Ida Lund | Ole Berg"})
    assert [(fact.text, fact.lead) for fact in found[:2]] == [
        ("Ida Lund", "directed by"),
        ("Ole Berg", "directed by"),
    ]
    assert found[2].column == "plot"


def test_promises_of_health_are_no_facts_in_any_language() -> None:
    texts = ["Clinically proven serum", "Klinisch getestete Creme", "抗皱修复精华", "Amber jar"]
    assert [fact.text for text in texts for fact in finder(texts).facts({"plot": text})] == ["Amber jar"]


def test_item_without_text_has_no_facts() -> None:
    assert finder(PLOTS).facts({"plot": None}) == ()
    assert PhraseStatistics.of([], frozenset()).candidates("") == []


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6))
def test_every_fact_stands_in_the_catalogue_where_it_says(texts: list[str]) -> None:
    found = finder(texts)
    for text in texts:
        facts = found.facts({"plot": text})
        assert all(text[fact.start : fact.end] == fact.text for fact in facts)
        assert all(
            one.end <= other.start
            for one, other in zip(
                sorted(facts, key=lambda fact: fact.start),
                sorted(facts, key=lambda fact: fact.start)[1:],
                strict=False,
            )
        )
