"""Fact finder: the facts of an item, values of structured columns first, then phrases of its texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

import pyarrow as pa

from palate.facts.phrases import PhraseStatistics
from palate.facts.spans import FactSpan, value_spans

MOST_VALUES, MOST_PHRASES = 4, 4
"""Values and phrases of one item; a sentence says one of them."""

Barred = Callable[[str], bool]
"""Whether a text may not be said, such as a promise of health."""


@dataclass(frozen=True)
class FactFinder:
    """Finds facts in rows of one catalogue; what it counts is counted once a release."""

    values: Mapping[str, str]
    """Structured columns, and what stands before their values in a sentence."""
    texts: Mapping[str, PhraseStatistics]
    """Columns of free text."""
    separators: str
    barred: Barred

    @classmethod
    def of(
        cls,
        catalogue: pa.Table,
        values: Mapping[str, str],
        texts: Sequence[str],
        *,
        separators: str,
        stopwords: Set[str],
        barred: Barred,
    ) -> FactFinder:
        """Count the words of the columns of free text; all columns are the catalogue's."""
        counted = {name: PhraseStatistics.of(column_texts(catalogue, name), stopwords) for name in texts}
        return cls(values, counted, separators=separators, barred=barred)

    @property
    def columns(self) -> list[str]:
        """The columns that are looked at."""
        return list(dict.fromkeys((*self.values, *self.texts)))

    def facts(self, row: Mapping[str, str | None]) -> tuple[FactSpan, ...]:
        """Facts of an item, the fields of whose row are given; those first that a sentence had best say."""
        named = [fact for column, lead in self.values.items() for fact in self._values(column, row, lead)]
        quoted = [fact for column in self.texts for fact in self._phrases(column, row.get(column) or "")]
        return (*named[:MOST_VALUES], *quoted[:MOST_PHRASES])

    def _values(self, column: str, row: Mapping[str, str | None], lead: str) -> list[FactSpan]:
        spans = value_spans(column, row.get(column) or "", self.separators, lead)
        return [fact for fact in spans if not self.barred(fact.text)]

    def _phrases(self, column: str, text: str) -> list[FactSpan]:
        """The best phrases of a text, none within another."""
        chosen: list[FactSpan] = []
        for found in self.texts[column].candidates(text):
            apart = all(found.end <= fact.start or found.start >= fact.end for fact in chosen)
            said = text[found.start : found.end]
            if apart and not self.barred(said):
                chosen.append(FactSpan(column, said, found.start, found.end))
            if len(chosen) == MOST_PHRASES:
                break
        return chosen


def column_texts(catalogue: pa.Table, column: str) -> list[str]:
    """The texts of a column, empty where there is none."""
    return [str(value or "") for value in catalogue[column].to_pylist()]
