"""Phrase packs: the words in which a language negates, joins, compares and asks; a file a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Literal, TypeVar

from pydantic import Field

from palate.config.section import Section
from palate.steering.number_words import NumberPart, composed_numbers
from palate.steering.tokens import Phrase, PhraseTable, RequestToken, phrase_of
from palate.words import LanguagePacks

Role = Literal[
    "negator", "attribute_negator", "next_only", "negates_before", "exception", "excepts_before",
    "exception_end", "opener", "and", "or", "enumeration", "comma", "either", "break", "question",
    "attribute_end", "filler",
]  # fmt: skip
Lead = Literal["like", "dislike", "praise", "by", "than"]
Joint = Literal["to", "and", "or"]
Comparison = Literal["below", "at_most", "above", "at_least", "within", "exactly", "from", "between"]

K = TypeVar("K", bound=str)

_PACKS = LanguagePacks("palate.steering", "phrases")


class PhrasePack(Section):
    """The words of one language."""

    language: str
    """ISO 639-1."""
    roles: dict[Role, list[str]]
    """`negator`: what follows is not wanted; `attribute_negator`: the same up to an `attribute_end`, where
    the language has one; `next_only`: the next word alone is not ("not too"); `negates_before`: what stands
    before is not ("horror-free"); `exception`: what follows is excepted from what was said ("no horror
    except"), as is what stands before `excepts_before`, and `exception_end` ends it; `opener`: something
    wanted follows; `enumeration`: a comma that never ends a list; `either`: what stands before is
    alternatives; `filler`: says nothing. A phrase of several roles has the first."""
    adverbs: list[str] = Field(default_factory=list)
    """Words that may stand within a phrase that has a role: "mag ich *gar* nicht"."""
    leads: dict[Lead, list[str]]
    """What stands before a name: `like` and `dislike` before an item's title (and `praise` behind it), `by`
    before a person or a brand; and `than` before what something is compared with."""
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
    numbers: dict[str, float] = Field(default_factory=dict)
    """Numbers in words."""
    number_patterns: dict[NumberPart, list[str]] = Field(default_factory=dict)
    """How further numbers are made of these, as `composed_numbers` says."""
    months: dict[str, int] = Field(default_factory=dict)
    """Months that have a name, 1 to 12."""
    halves: list[str] = Field(default_factory=list)
    """Half of one more, behind a number or its unit: "and a half"."""
    comparative_marks: list[str] = Field(default_factory=list)
    """What has to stand before a word that compares where nothing says with what; by default nothing."""
    articles: list[str] = Field(default_factory=list)
    """What a name may begin with, or not: "the"."""
    milder: list[str] = Field(default_factory=list)
    """Negators that ask for fewer rather than for none: "less"."""
    owning_endings: list[str] = Field(default_factory=list)
    """Endings of the name of an owner: "'s"."""
    comparative_endings: list[str] = Field(default_factory=list)
    """What words that compare by a column may end in besides: "kürzere"."""
    endings: list[tuple[str, str]]
    """What a category's last word ends in, and what may stand there instead: plurals, cases, "-film"."""
    compounds: bool = False
    """Whether two categories may be one word: "Horrorkomödie"."""
    negative_endings: list[str] = Field(default_factory=list)
    """Endings that negate a category: "-frei"."""
    everyday: list[str]
    """Sentences about anything, which `relatedness` holds the catalogue against."""

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that has a use here."""
        tables: tuple[PhraseTable[Any], ...] = (
            self.role_table, *self.lead_tables.values(), self.comparison_table, self.after_table,
            self.number_table,
            self.decade_table, self.month_table, self.half_table, self.mark_table, self._joints,
        )  # fmt: skip
        listed = [*self.older, *self.newer, *self.adverbs, *self.decade_marks]
        return frozenset(word for text in listed for word in phrase_of(text)).union(
            *(one.words for one in tables)
        )

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
    def number_table(self) -> PhraseTable[float]:
        """Numbers in words."""
        made = composed_numbers(self.numbers, self.number_patterns)
        return PhraseTable({phrase_of(word): number for word, number in (made | self.numbers).items()})

    @cached_property
    def month_table(self) -> PhraseTable[int]:
        """Months by their names."""
        return PhraseTable({phrase_of(word): month for word, month in self.months.items()})

    @cached_property
    def half_table(self) -> PhraseTable[None]:
        """What adds half of one."""
        return PhraseTable({phrase_of(text): None for text in self.halves})

    @cached_property
    def mark_table(self) -> PhraseTable[None]:
        """What stands before a word that compares."""
        return PhraseTable({phrase_of(text): None for text in self.comparative_marks})

    @cached_property
    def negators(self) -> list[str]:
        """Every phrase by which what follows is not wanted."""
        kinds: tuple[Role, ...] = ("negator", "attribute_negator", "exception")
        return [text for kind in kinds for text in self.roles.get(kind, ())]

    def role_at(self, tokens: Sequence[RequestToken], first: int) -> tuple[Role, int] | None:
        """The longest phrase with a role that begins at a token, adverbs within it aside."""
        found = self.role_table.longest_at(tokens, first)
        spread = self.role_table.longest_at(tokens, first, self._adverbs)
        return max((one for one in (found, spread) if one), key=lambda one: one[1], default=None)

    @cached_property
    def _adverbs(self) -> frozenset[str]:
        return frozenset(word for text in self.adverbs for word in phrase_of(text))

    def joint_at(self, tokens: Sequence[RequestToken], first: int) -> tuple[frozenset[Joint], int] | None:
        """What may join two numbers at a token, and the index behind it; a comma before it says nothing."""
        if (comma := self.role_table.longest_at(tokens, first)) and comma[0] == "comma":
            behind = self._joints.longest_at(tokens, comma[1])
            return behind and (behind[0] - {"to"}, behind[1])
        return self._joints.longest_at(tokens, first)

    @cached_property
    def _joints(self) -> PhraseTable[frozenset[Joint]]:
        ways: dict[Joint, list[str]] = {
            "to": self.range_joints, "and": self.roles["and"], "or": self.roles["or"],
        }  # fmt: skip
        phrases = {phrase_of(text) for texts in ways.values() for text in texts}
        return PhraseTable(
            {
                phrase: frozenset(way for way in ways if phrase in map(phrase_of, ways[way]))
                for phrase in phrases
            }
        )

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
