"""Text request of a profile: the line about an interest, and the check that it has to pass."""

from __future__ import annotations

from functools import partial

from palate.explain.checks.checker import LONGEST, Verdict, check, too_long, verdict_of
from palate.explain.checks.claims import categories_in
from palate.explain.checks.pattern_claims import PatternCheck
from palate.explain.checks.reading import Reading
from palate.explain.english.lexicon import words
from palate.explain.evidence.vocabulary import Vocabulary
from palate.explain.generate.request import TextRequest, first_passing
from palate.explain.text.sentence_pack import sentence_pack
from palate.explain.text.style import PLAIN_STYLE, TextStyle
from palate.explain.text.tokens import phrase_of
from palate.profile.frequency import FREQUENCY_WORDS, unsupported_frequency
from palate.profile.interests import Interest
from palate.profile.lines import template_line, true_lines
from palate.profile.prompt import line_instructions, line_prompt

TASTE_WORDS = FREQUENCY_WORDS | words(
    "keep coming back come return go lean leans than towards taste such seem more"
)
"""What lines say of how often and how much, which no other rule has to read."""
NOTHING_SAID = "This is something that your history shows."
"""Where no line may be shown, in English."""


def interest_request(
    interest: Interest, vocabulary: Vocabulary, style: TextStyle = PLAIN_STYLE
) -> TextRequest:
    """The line of a profile that says what somebody's taste is, and what of their history shows it."""
    verdict = partial(check_line, interest=interest, vocabulary=vocabulary, style=style)
    return TextRequest(
        id=interest.id,
        prompt=line_prompt(interest, style),
        permitted=true_lines(interest),
        verdict=verdict,
        template=first_passing([template_line(interest)], verdict, nothing_shown(interest.evidence.language)),
    )


def nothing_shown(language: str) -> str:
    """What stands where no line may be shown."""
    patterns = sentence_pack(language).patterns
    return patterns.nothing_shown if patterns else NOTHING_SAID


def check_line(
    line: str, interest: Interest, vocabulary: Vocabulary, style: TextStyle = PLAIN_STYLE
) -> Verdict:
    """Whether a line may be shown.

    `check` lets it through, it is about all of the interest, and how often it says that is so.
    """
    if len(line) > LONGEST:
        return too_long()
    patterns = sentence_pack(interest.evidence.language).patterns
    if patterns is not None:
        return verdict_of(
            PatternCheck(patterns, interest.evidence, vocabulary).line_reasons(line, style.words)
        )
    asked = line_instructions(interest.evidence.language, style)
    checked = check(line, interest.evidence, vocabulary, asked, further=TASTE_WORDS, words=style.words)
    reading = Reading(line, interest.evidence, vocabulary)
    reasons = [*checked.reasons, *unsupported_frequency(reading.words, interest.share)]
    named = categories_in(reading)
    missing = [name for name in interest.categories if phrase_of(name) not in named]
    reasons += [f"does not name the category {name!r}, which it is about" for name in missing]
    return verdict_of(reasons)
