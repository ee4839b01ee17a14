"""Category names: categories as English words, how they are spelt, and how several become one phrase.

What is particular to a catalogue is given by `rerank.columns.wording`; what is not given is learned from the
names alone: plurals, and whether a name can stand before a noun.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from palate.config.rerank import CategoryWording
from palate.explain.text.tokens import Phrase, phrase_of

UNSAYABLE = frozenset({"", "unknown", "other", "others", "none", "misc", "n/a"})
"""Names that say nothing of an item."""

FILED = 3
"""Categories that a phrase names at most."""
UNRANKED = -1

_PLAIN = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)?")


class CategoryWords(NamedTuple):
    """A category of an item as words of a phrase."""

    name: str
    """In natural spelling."""
    before: str = ""
    """What it is before a noun; empty where it has no place there."""
    noun: str = ""
    """What an item of this category is called; empty where it has no name of its own."""
    moods: tuple[str, ...] = ()
    rank: int = UNRANKED
    """Its place in the configuration, which is its place in a phrase."""
    written: str = ""
    """As it is configured, or as the catalogue writes it, for languages whose nouns have capitals."""


class CategoryLexicon:
    """Categories of a catalogue in words."""

    def __init__(self, wording: Mapping[str, CategoryWording]) -> None:
        """Take what the configuration says of categories, by their names in the catalogue."""
        ranked = [(name, (rank, one)) for rank, (name, one) in enumerate(wording.items())]
        # Another spelling of a category that is renamed may stand in the catalogue too.
        renamed = [found for _, found in ranked if found[1].name]
        self._ranked = {_folded(word): found for found in renamed for word in found[1].also}
        self._ranked |= {_folded(name): found for name, found in ranked}
        self._given = {self.natural(name): one for name, one in wording.items()}

    def natural(self, name: str) -> str:
        """A category in natural spelling: `Skin_Care` is "skin care", `TV` stays; or as it is configured.

        Words with a digit or several capitals stay as they are. Limit: names of places lose their capital.
        """
        _, given = self._ranked.get(_folded(name), (UNRANKED, None))
        if given is not None and given.name:
            return given.name
        parts = name.replace("_", " ").split()
        return " ".join(part if _is_sign(part) else part.lower() for part in parts)

    def is_sayable(self, name: str) -> bool:
        """Whether a name in natural spelling says something of an item."""
        return name not in UNSAYABLE and not name.startswith("(") and bool(phrase_of(name))

    def words(self, name: str) -> CategoryWords:
        """A category of the catalogue in words."""
        rank, given = self._ranked.get(_folded(name), (UNRANKED, None))
        natural = self.natural(name)
        written = natural if given is not None and given.name else " ".join(name.replace("_", " ").split())
        if given is None:
            return plain_words(natural)._replace(written=written)
        before = given.before or ("" if given.noun else natural)
        return CategoryWords(natural, before, noun=given.noun, moods=given.moods, rank=rank, written=written)

    def forms(self, names: Iterable[str]) -> dict[Phrase, frozenset[str]]:
        """Everything that claims a category, as folded words: any of these has to be the item's.

        The names are in natural spelling; those that are configured are known whether they occur or not.
        """
        known = [*dict.fromkeys((*names, *self._given))]
        forms: dict[Phrase, set[str]] = {}
        for name in known:
            for spelling in self._spellings(name):
                forms.setdefault(phrase_of(spelling), set()).add(name)
        # A category's own name claims that category, whatever it means for another.
        forms |= {phrase_of(name): {name} for name in known}
        forms.pop((), None)
        return {phrase: frozenset(meant) for phrase, meant in forms.items()}

    def _spellings(self, name: str) -> Iterable[str]:
        given = self._given.get(name, CategoryWording())
        texts = [name, given.before, given.noun, *given.also]
        return [*texts, *map(plural, filter(None, texts)), singular(name), *given.moods]


def plain_words(name: str) -> CategoryWords:
    """A category of which nothing is configured, in natural spelling."""
    return CategoryWords(name, name if _stands_before_nouns(name) else "")


def kind_of(categories: Sequence[CategoryWords], noun: str) -> str | None:
    """The categories as one phrase, such as "romantic comedy"; None if one has no place in such a phrase.

    It names at most three categories: the last that can be the noun, or else `noun`, and the first others.
    Two that nothing is configured of are no phrase: "bath skin care product".
    """
    unknown = [one for one in categories if one.rank == UNRANKED]
    if not categories or len(unknown) > 1 or not all(one.before or one.noun for one in categories):
        return None
    head = max((one for one in categories if one.noun), key=lambda one: one.rank, default=None)
    others = [one for one in categories if one is not head and one.before]
    chosen = sorted(others[: FILED - 1 if head else FILED], key=lambda one: one.rank)
    return " ".join([*(one.before for one in chosen), head.noun if head else noun])


def article(noun: str) -> str:
    """`a` or `an`, by the spelling."""
    sounds_open = noun[:1].casefold() in set("aeiou") and not noun.casefold().startswith(("uni", "use", "eu"))
    return f"{'an' if sounds_open else 'a'} {noun}"


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def plural(noun: str) -> str:
    """The plural of a noun by its spelling, such as "comedies"; one that ends in s, or none, stays."""
    if noun.endswith("y") and noun[-2:-1] not in set("aeiou"):
        return f"{noun[:-1]}ies"
    return noun if not noun or noun.endswith("s") else f"{noun}s"


def singular(noun: str) -> str:
    """The singular of a noun, by the spelling; one without s at its end stays as it is."""
    if noun.endswith("ies") and len(noun) > len("pies"):
        return f"{noun[:-3]}y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "'s", "us", "is")) else noun


def _stands_before_nouns(name: str) -> bool:
    """`horror`, `skin care`; no plural, nothing with signs, and no long name."""
    return bool(_PLAIN.fullmatch(name)) and singular(name) == name and not name.endswith("s")


def _folded(name: str) -> str:
    return name.replace("_", " ").casefold()


def _is_sign(word: str) -> bool:
    return any(sign.isdigit() for sign in word) or sum(sign.isupper() for sign in word) > 1
