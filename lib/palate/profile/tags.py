"""Tags: those that an item's facts make true: kinds, moods, the decade, further facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from palate.explain.english.category_names import FILED
from palate.explain.evidence.descriptions import CATEGORY, YEAR, Description
from palate.explain.text.sanitising import undelimited
from palate.explain.text.tokens import phrase_of

MAX_TAGS, MAX_WORDS, MAX_SIGNS = 3, 4, 60
"""Tags of an item; words and characters of a tag."""
LOOKED_AT = 6
"""Categories that kinds are made of at most: their number grows with the third power."""
JOINT = ", "


def plain_tags(description: Description, noun: str) -> list[str]:
    """The kind of the item and its other categories; without categories, what else is known of it."""
    names = sorted(description.categories, key=lambda name: name not in _nouns(description))
    kind = _kind(description, names[:FILED], noun)
    whole = [kind, *_bare(names[FILED:])] if kind else _bare(names)
    return _sayable(whole) or _sayable([*_further(description), *_decade(description)])


def tag_groups(description: Description, noun: str) -> list[list[str]]:
    """Tags that are true, in groups of which no two have a tag in common; none of them is empty.

    They are kinds with and without a mood, the same of the decade, and single facts.
    """
    kinds = _kinds(description, noun)
    bare = _bare(description.categories)
    first = [*kinds, *_mooded(description, noun)]
    second = [f"{decade} {what}".strip() for decade in _decade(description) for what in ("", *kinds, *bare)]
    third = [*bare, *_further(description)]
    groups: list[list[str]] = []
    for group in (first, second, third):
        before = {tag for tags in groups for tag in tags}
        groups.append([tag for tag in _sayable(group) if tag not in before])
    return [group for group in groups if group]


def _kinds(description: Description, noun: str) -> list[str]:
    return [kind for names in _chosen(description) if (kind := _kind(description, names, noun))]


def _mooded(description: Description, noun: str) -> list[str]:
    """`tense science-fiction thriller`, and `chilling horror` where there is no noun for it."""
    return [
        f"{mood} {what}"
        for names in _chosen(description)
        for what in [_kind(description, names, noun) or (_bare(names)[0] if len(names) == 1 else None)]
        if what and not what.endswith("'s")
        for mood in description.moods(names)
    ]


def _chosen(description: Description) -> list[tuple[str, ...]]:
    names = description.categories[:LOOKED_AT]
    return [chosen for size in range(1, FILED + 1) for chosen in combinations(names, size)]


def _kind(description: Description, names: Sequence[str], noun: str) -> str | None:
    """The categories as one phrase, if one of them or `noun` is the noun in it."""
    chosen = [words for words in description.words if words.name in names]
    return description.kind(names, noun) if noun or any(words.noun for words in chosen) else None


def _nouns(description: Description) -> set[str]:
    return {words.name for words in description.words if words.noun}


def _bare(names: Iterable[str]) -> list[str]:
    return [undelimited(name) for name in names]


def _decade(description: Description) -> list[str]:
    return [f"{description.year[:3]}0s"] if description.year else []


def _further(description: Description) -> list[str]:
    return [undelimited(fact.value) for fact in description.attributes if fact.name not in {CATEGORY, YEAR}]


def _sayable(tags: Iterable[str]) -> list[str]:
    """Those that are tags, in lower case, each once."""
    lower = dict.fromkeys(tag.lower() for tag in tags)
    return [tag for tag in lower if is_tag(tag) and "," not in tag]


def is_tag(text: str) -> bool:
    """Whether it is short enough, and has a word at all."""
    return bool(phrase_of(text)) and len(text.split()) <= MAX_WORDS and len(text) <= MAX_SIGNS
