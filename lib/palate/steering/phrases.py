"""Phrase packs: the words in which a language negates, joins, compares and asks; a file a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Literal, TypeVar

from pydantic import Field

from palate.config.section import Section
from palate.steering.tokens import Phrase, PhraseTable, phrase_of
from palate.words import LanguagePacks

Role = Literal[
    "negator", "next_only", "negates_before", "opener", "and", "or", "comma", "break", "filler"
]  # fmt: skip
Lead = Literal["like", "by", "than"]
Comparison = Literal["below", "at_most", "above", "at_least", "within", "from", "between"]

K = TypeVar("K", bound=str)

_PACKS = LanguagePacks("palate.steering", "phrases")


class PhrasePack(Section):
    """The words of one language."""

    language: str
    """ISO 639-1."""
    roles: dict[Role, list[str]]
    """`negator`: what follows is not wanted; `next_only`: the next word alone is not ("not too");
    `negates_before`: what stands before is not ("horror-free"); `opener`: something wanted follows; `filler`:
    says nothing. A phrase of several roles has the first."""
    leads: dict[Lead, list[str]]
    """What stands before a name: `like` before an item's title, `by` before a person or a brand; and `than`
    before what something is compared with."""
    older: list[str]
    """Words that compare dates downwards."""
    newer: list[str]
    """Words that compare dates upwards."""
    comparisons: dict[Comparison, list[str]]
    """What stands before a number: `from` means the year itself unless an end or "onwards" follows."""
    after_number: dict[Comparison, list[str]]
    """What stands behind a number, such as "or more"."""
    range_joints: list[str]
    """What stands between the ends of a range: "to", "and"."""
    decade_marks: list[str]
    """What makes a decade of a number: "s" in "90s"."""
    decades: dict[str, int] = Field(default_factory=dict)
    """Decades that have a name: "nineties"."""
    decade_spans: dict[str, tuple[int, int]] = Field(default_factory=dict)
    """Several decades in one word, as in Chinese: first year, and the year behind the last."""
    numbers: dict[str, int] = Field(default_factory=dict)
    """Numbers in words."""
    milder: list[str] = Field(default_factory=list)
    """Negators that ask for fewer rather than for none: "less"."""
    endings: list[tuple[str, str]]
    """What a category's last word ends in, and what may stand there instead: plurals, cases, "-film"."""
    negative_endings: list[str] = Field(default_factory=list)
    """Endings that negate a category: "-frei"."""

    @cached_property
    def role_table(self) -> PhraseTable[Role]:
        """Every phrase that has a role."""
        return _table(self.roles)

    @cached_property
    def lead_tables(self) -> dict[Lead, PhraseTable[Lead]]:
        """The phrases before each kind of name."""
        return {lead: _table({lead: phrases}) for lead, phrases in self.leads.items()}

    @cached_property
    def comparison_table(self) -> PhraseTable[Comparison]:
        """Every phrase that stands before a number."""
        return _table(self.comparisons)

    @cached_property
    def after_table(self) -> PhraseTable[Comparison]:
        """Every phrase that stands behind a number."""
        return _table(self.after_number)

    @cached_property
    def number_table(self) -> PhraseTable[int]:
        """Numbers in words."""
        return PhraseTable({phrase_of(word): number for word, number in self.numbers.items()})

    @cached_property
    def decade_table(self) -> PhraseTable[tuple[int, int]]:
        """Decades in words: first year, and the year behind the last."""
        spans = {word: (year, year + 10) for word, year in self.decades.items()} | self.decade_spans
        return PhraseTable({phrase_of(word): span for word, span in spans.items()})

    def forms(self, word: str) -> Iterator[str]:
        """A category's last word in the forms of this language, itself first."""
        yield word
        for ending, instead in self.endings:
            if word.endswith(ending):
                yield word[: len(word) - len(ending)] + instead


@cache
def phrase_pack(language: str) -> PhrasePack:
    """The pack of a language; `PalateError` with those there are."""
    return PhrasePack.model_validate({"language": language} | _PACKS.tree(language))


def languages() -> list[str]:
    """The languages that requests are read in."""
    return _PACKS.languages()


def _table(phrases: Mapping[K, list[str]]) -> PhraseTable[K]:
    table: dict[Phrase, K] = {}
    for key, texts in phrases.items():
        for text in texts:
            table.setdefault(phrase_of(text), key)
    return PhraseTable(table)
