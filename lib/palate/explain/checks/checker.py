"""Hallucination check: a sentence passes only if the evidence holds all in it that can be checked.

It errs towards refusing, for `template_sentence` can always stand in. What it cannot see:

* A title that is one word, or nothing but words of grammar and categories, counts only where it is quoted or
  capitalised as no sentence begins ("a big heart" is not the film Big). A title without letters and digits,
  and a person's name that is all lower case or the single first word, are not seen.
* A title that another one begins with is taken for the longer one, and refused if that is not supported.
* Categories and years count for the recommended item alone; a title may have its own year in brackets.
* Free words ("gripping") claim nothing here, but for a list of words that always claim something, and for
  adjectives that say what a category means ("scary").
* Verbs belong to the titles behind them up to the next verb, or before them where there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from palate.explain.checks.claims import (
    false_sameness,
    foreign_categories,
    foreign_claims,
    foreign_moods,
    foreign_names,
    foreign_numbers,
    foreign_titles,
    nothing_said,
)
from palate.explain.checks.form import bad_length, echo, foreign_language, markup, no_sentence, repetition
from palate.explain.checks.opinions import contradictions, negations
from palate.explain.checks.reading import Reading
from palate.explain.english.instructions import INSTRUCTIONS
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.vocabulary import Vocabulary

Rule = Callable[[Reading], Iterator[str]]

RULES: Final[tuple[Rule, ...]] = (
    foreign_titles,
    foreign_categories,
    foreign_numbers,
    foreign_names,
    foreign_claims,
    foreign_moods,
    false_sameness,
    nothing_said,
    negations,
    contradictions,
    bad_length,
    no_sentence,
    markup,
    foreign_language,
    repetition,
)

LONGEST = 2000
"""Characters from which a text is refused unread."""


class Verdict(NamedTuple):
    """Whether a sentence may be shown."""

    passed: bool
    reasons: tuple[str, ...]
    """Why not; each says what the sentence does."""


def check(sentence: str, evidence: Evidence, vocabulary: Vocabulary, prompt: str = INSTRUCTIONS) -> Verdict:
    """Hold a sentence against all rules; `prompt` is text of ours that it must not repeat."""
    if len(sentence) > LONGEST:
        return Verdict(False, (f"has more than {LONGEST} characters",))
    reading = Reading(sentence, evidence, vocabulary)
    reasons = [reason for rule in RULES for reason in rule(reading)]
    reasons += echo(reading, prompt)
    return Verdict(not reasons, tuple(dict.fromkeys(reasons)))
