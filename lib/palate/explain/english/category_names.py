"""Category names: categories as English words, how they are spelt, and how several become one phrase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from palate.explain.english.tokens import Phrase, phrase_of

SPELLINGS = {
    "sci-fi": "science fiction",
    "scifi": "science fiction",
    "sf": "science fiction",
    "film-noir": "film noir",
    "children": "children's",
}
"""Natural spelling of what catalogues abbreviate."""

UNSAYABLE = frozenset({"", "unknown", "other", "others", "none", "misc", "n/a", "(no genres listed)"})
"""Names that say nothing of an item."""

MODIFIERS = {
    "animation": "animated",
    "romance": "romantic",
    "drama": "dramatic",
    "action": "action",
    "adventure": "adventure",
    "children's": "children's",
    "comedy": "comedy",
    "crime": "crime",
    "fantasy": "fantasy",
    "film noir": "film-noir",
    "horror": "horror",
    "musical": "musical",
    "mystery": "mystery",
    "science fiction": "science-fiction",
    "thriller": "thriller",
    "war": "war",
    "western": "western",
}
"""What a category becomes before a noun, in the order in which they stand there."""

HEADS = (
    "documentary", "thriller", "film noir", "western", "drama", "comedy", "musical", "mystery", "romance",
    "adventure",
)  # fmt: skip
"""Categories that are nouns for a work; of several the first is the noun of a phrase."""

RELATED = {
    "animation": ("animated",),
    "adventure": ("adventurous",),
    "children's": ("children", "childrens"),
    "comedy": ("comic", "comedic"),
    "drama": ("dramatic",),
    "fantasy": ("fantastical",),
    "film noir": ("noir",),
    "romance": ("romantic",),
    "science fiction": ("sci fi", "scifi"),
    "war": ("wartime",),
}
"""Further words that claim a category."""

FILED = 3
"""Categories that a phrase names at most."""


def natural_name(name: str) -> str:
    """A category in natural spelling: `Sci-Fi` is "science fiction", `Skin_Care` "skin care", `TV` stays.

    Words with a digit or several capitals stay as they are. Limit: names of places lose their capital.
    """
    words = name.replace("_", " ").split()
    spelling = SPELLINGS.get(" ".join(words).casefold())
    return spelling or " ".join(word if _is_sign(word) else word.lower() for word in words)


def kind_of(categories: Sequence[str], noun: str) -> str | None:
    """The categories as one phrase, such as "romantic comedy"; None if one has no place in such a phrase.

    It names at most three categories: one that can be the noun, or else `noun`, and the first others.
    """
    if not categories or not all(name in MODIFIERS or name in HEADS for name in categories):
        return None
    head = next((name for name in HEADS if name in categories), None)
    others = [name for name in categories if name != head and name in MODIFIERS]
    chosen = set(others[: FILED - 1 if head else FILED])
    return " ".join([*(form for name, form in MODIFIERS.items() if name in chosen), head or noun])


def article(noun: str) -> str:
    """`a` or `an`, by the spelling."""
    sounds_open = noun[:1].casefold() in set("aeiou") and not noun.casefold().startswith(("uni", "use", "eu"))
    return f"{'an' if sounds_open else 'a'} {noun}"


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def plural(noun: str) -> str:
    """The plural of a noun, by the spelling, such as "comedies"; one that ends in s stays as it is."""
    if noun.endswith("y") and noun[-2:-1] not in set("aeiou"):
        return f"{noun[:-1]}ies"
    return noun if noun.endswith("s") else f"{noun}s"


def category_forms(categories: Iterable[str]) -> dict[Phrase, str]:
    """Everything that claims one of the categories, or one of those known here, as folded words."""
    names = [*categories, *MODIFIERS, *HEADS]
    # A category's own name claims that category, whatever it means for another.
    forms = {phrase_of(name): name for name in reversed(names)}
    for name in names:
        spellings = (name, plural(name), MODIFIERS.get(name, name), *RELATED.get(name, ()))
        for spelling in spellings:
            forms.setdefault(phrase_of(spelling), name)
    forms.pop((), None)
    return forms


def _is_sign(word: str) -> bool:
    return any(sign.isdigit() for sign in word) or sum(sign.isupper() for sign in word) > 1
