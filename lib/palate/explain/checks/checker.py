"""Hallucination check: a sentence is read into claims; evidence about the subject of each must entail it.

English is read by its words, as told here; any other language by the patterns that its pack writes with
(`pattern_reading`), and what fits none of them is refused as unread.

What cannot be read is refused: every word must name something, or stand in the list of the language. It errs
towards refusing, for `template_sentence` can always stand in. What it cannot see:

* A title that is one word, or nothing but words of grammar and categories, counts only where it is quoted or
  capitalised as no sentence begins ("a big heart" is not the film Big). A title without letters and digits,
  and a person's name that is all lower case or the single first word, are not seen.
* A title that another one begins with is taken for the longer one, and refused if that is not supported.
* The subject of a claim is found by words and signs, not by a parse: a long way round ("the former of which")
  is refused or, at worst, bound to the title that comes before it.
* Why somebody liked something is not known: "liked Alien because it is a thriller" is held to be two claims.
* Verbs belong to the titles behind them up to the next verb, or before them where there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from typing import Final, NamedTuple

from palate.explain.checks.claims import (
    false_bridges,
    false_claims,
    false_leads,
    false_sameness,
    foreign_numbers,
    foreign_titles,
    nothing_said,
    unsupported_popularity,
)
from palate.explain.checks.form import bad_length, echo, foreign_language, markup, no_sentence, repetition
from palate.explain.checks.opinions import contradictions, negations, unknown_deeds
from palate.explain.checks.pattern_claims import PatternCheck
from palate.explain.checks.stated_claims import misplaced_statements
from palate.explain.checks.subjects import ClaimReading
from palate.explain.checks.unread import promises, unread_words
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.vocabulary import Vocabulary
from palate.explain.text.instructions import INSTRUCTIONS
from palate.explain.text.sentence_pack import sentence_pack
from palate.explain.text.style import MAX_WORDS

Rule = Callable[[ClaimReading], Iterator[str]]

RULES: Final[tuple[Rule, ...]] = (
    foreign_titles,
    false_claims,
    false_leads,
    false_bridges,
    false_sameness,
    foreign_numbers,
    unsupported_popularity,
    promises,
    nothing_said,
    negations,
    contradictions,
    unknown_deeds,
    misplaced_statements,
    no_sentence,
    markup,
    foreign_language,
    repetition,
)

LONGEST = 2000
"""Characters from which a text is refused unread."""
NO_WORDS: Set[str] = frozenset()


class Verdict(NamedTuple):
    """Whether a sentence may be shown."""

    passed: bool
    reasons: tuple[str, ...]
    """Why not; each says what the sentence does."""


def check(
    sentence: str,
    evidence: Evidence,
    vocabulary: Vocabulary,
    prompt: str = INSTRUCTIONS,
    *,
    further: Set[str] = NO_WORDS,
    words: int = MAX_WORDS,
) -> Verdict:
    """Hold a sentence against all rules, wherever it came from, in the language of the evidence.

    `prompt` is text of ours that it must not repeat; `further` are words that the caller reads itself; it may
    have at most `words`. Where a language is read by patterns, nothing but these can be said.
    """
    if len(sentence) > LONGEST:
        return too_long()
    patterns = sentence_pack(evidence.language).patterns
    if patterns is not None:
        found = PatternCheck(patterns, evidence, vocabulary).sentence_reasons(sentence, words)
        return verdict_of(found)
    reading = ClaimReading(sentence, evidence, vocabulary)
    reasons = [reason for rule in RULES for reason in rule(reading)]
    reasons += [*unread_words(reading, further), *bad_length(reading, words), *echo(reading, prompt)]
    return verdict_of(reasons)


def too_long() -> Verdict:
    """The verdict on a text that is refused unread."""
    return Verdict(False, (f"has more than {LONGEST} characters",))


def verdict_of(reasons: Iterable[str]) -> Verdict:
    """The verdict of these reasons, each of which is told once."""
    told = tuple(dict.fromkeys(reasons))
    return Verdict(not told, told)
