"""Hallucination check of tags: they pass only if the item's facts support every word of each."""

from __future__ import annotations

from collections.abc import Iterator, Set

from palate.explain.checks.checker import LONGEST, Verdict, too_long
from palate.explain.english.category_names import plural
from palate.explain.english.lexicon import DECADES
from palate.explain.evidence.descriptions import CATEGORY, YEAR, Description
from palate.explain.text.sanitising import undelimited
from palate.explain.text.sentence_pack import promised
from palate.explain.text.tokens import Phrase, phrase_of
from palate.profile.tags import MAX_TAGS, MAX_WORDS, is_tag

_SIGNS = frozenset(" -'")


def check_tags(text: str, description: Description, noun: str = "") -> Verdict:
    """Hold tags against the facts of their item and `noun`, which is what an item is called.

    Where every word is a fact, nothing of the instructions can be in them.
    """
    if len(text) > LONGEST:
        return too_long()
    tags = [tag.strip() for tag in text.split(",")]
    reasons = list(_form(text, tags, description))
    phrases = supported(description) - {()}
    nouns = {phrase_of(noun), phrase_of(plural(noun))} - {()}
    for tag in tags:
        words = phrase_of(tag)
        if not is_tag(tag):
            reasons.append(f"has the tag {tag!r}, which is not of 1 to {MAX_WORDS} words")
        elif not consists_of(words, phrases | nouns):
            reasons.append(f"has the tag {tag!r}, which the facts do not support")
        elif consists_of(words, nouns):
            reasons.append(f"has the tag {tag!r}, which every item could have")
        elif promised(words):
            reasons.append(f"has the tag {tag!r}, which promises something that nothing can support")
    return Verdict(not reasons, tuple(dict.fromkeys(reasons)))


def supported(description: Description) -> set[Phrase]:
    """Everything that may be said of the item, as folded words."""
    year = description.year
    names = DECADES.items() if year else ()
    decades = {word for word, digits in names if f"{digits}"[0] == year[2]}
    texts = {*_category_texts(description), *decades, *_values(description)}
    texts |= {year, f"{year[:3]}0s", f"{year[2]}0s"} if year else set()
    return {phrase_of(text) for text in texts}


def _category_texts(description: Description) -> Iterator[str]:
    for words in description.words:
        for text in filter(None, (words.name, words.before, words.noun)):
            yield from (text, plural(text))
        yield from words.moods
    yield from description.categories


def consists_of(words: Phrase, phrases: Set[Phrase]) -> bool:
    """Whether the words are nothing but such phrases, one behind the other."""
    return not words or any(
        consists_of(words[end:], phrases) for end in range(1, len(words) + 1) if words[:end] in phrases
    )


def _form(text: str, tags: list[str], description: Description) -> Iterator[str]:
    if not 1 <= len(tags) <= MAX_TAGS:
        yield f"has {len(tags)} tags, not 1 to {MAX_TAGS}"
    if len({phrase_of(tag) for tag in tags}) < len(tags):
        yield "says a tag twice"
    if undelimited(text) != text or text != text.lower():
        yield "is not in plain lower case on one line"
    facts = set(undelimited(" ".join(attribute.value for attribute in description.attributes)).lower())
    foreign = {sign for sign in text if not sign.isalnum()} - _SIGNS - {","} - facts
    if foreign:
        yield f"holds signs that no fact has: {' '.join(sorted(foreign))}"


def _values(description: Description) -> set[str]:
    return {fact.value for fact in description.attributes if fact.name not in {CATEGORY, YEAR}}
