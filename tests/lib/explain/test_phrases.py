"""Trees of sentences: the grammar, the samples and the number speak of the same set."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xgrammar import Grammar
from xgrammar.testing import _is_grammar_accept_string

from palate.explain.sentences.phrase_tree import Choice, Phrase, count, first, grammar, one_of, row, sample

SIGNS = 'ab é的"\\\n'
phrases = st.recursive(
    st.text(SIGNS, max_size=4),
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from([one_of(*parts), row(*parts)])
    ),
    max_leaves=8,
)


def texts_of(phrase: Phrase) -> set[str]:
    """All texts, by brute force."""
    if isinstance(phrase, str):
        return {phrase}
    if isinstance(phrase, Choice):
        return set().union(*map(texts_of, phrase.options))
    found = {""}
    for part in phrase.parts:
        found = {before + after for before in found for after in texts_of(part)}
    return found


def test_grammar_escapes_what_would_end_a_text() -> None:
    assert grammar(row("Say ", one_of('"Alien"', "C:\\x\n"))) == (
        'root ::= "Say " ("\\"Alien\\"" | "C:\\\\x\\n")\n'
    )


def test_empty_row_is_the_empty_text() -> None:
    assert grammar(row()) == 'root ::= ""\n'


def test_what_occurs_several_times_is_a_rule_of_its_own() -> None:
    title = one_of("Alien", "Heat")
    both = row(title, " is like ", title)
    assert grammar(one_of(both, row("No, ", both, "."), "Up")) == (
        'root ::= (part0 | "No, " part0 "." | "Up")\n'
        'part1 ::= ("Alien" | "Heat")\n'
        'part0 ::= part1 " is like " part1\n'
    )


@given(phrases, phrases)
def test_grammar_with_rules_permits_the_texts_and_no_others(first_part: Phrase, second_part: Phrase) -> None:
    phrase = row(one_of(row(first_part, second_part), second_part), "-", first_part)
    texts, permitted = texts_of(phrase), Grammar.from_ebnf(grammar(phrase))
    assert all(_is_grammar_accept_string(permitted, text) for text in texts)
    assert all(_is_grammar_accept_string(permitted, text + "-") == (text + "-" in texts) for text in texts)


def test_choice_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="something to choose from"):
        one_of()


def test_count_multiplies_rows_and_adds_choices() -> None:
    assert count(row(one_of("a", "b"), one_of("c", "d", row("e", one_of("f", "g"))))) == 8


@given(phrases, st.integers(0, 1000))
def test_samples_are_texts_of_the_phrase(phrase: Phrase, seed: int) -> None:
    permitted = texts_of(phrase)
    assert sample(phrase, Random(seed)) in permitted
    assert first(phrase) in permitted
    assert count(phrase) >= len(permitted)
