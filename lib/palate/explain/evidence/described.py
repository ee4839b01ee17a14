"""Described items: descriptions that get their facts when an item is looked up, as only a few ever are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import pyarrow as pa

from palate.config import ColumnsConfig, ExplainConfig
from palate.errors import PalateError
from palate.explain.evidence.descriptions import Description
from palate.explain.text.detection import catalogue_language
from palate.explain.text.sentence_pack import promised, sentence_pack
from palate.explain.text.tokens import phrase_of
from palate.facts import FactFinder, plain_lead


class DescribedItems(Sequence[Description]):
    """Descriptions by catalogue index: one that is looked up has its facts, one that is passed by has not."""

    def __init__(self, plain: Sequence[Description], catalogue: pa.Table, finder: FactFinder) -> None:
        """Take the descriptions of the catalogue's items, and what finds facts in its rows."""
        self._plain, self._finder = plain, finder
        self._columns = {name: catalogue[name] for name in finder.columns}

    @overload
    def __getitem__(self, index: int) -> Description: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Description]: ...
    def __getitem__(self, index: int | slice) -> Description | Sequence[Description]:
        """The description with facts; slices are not needed."""
        if isinstance(index, slice):
            raise TypeError("described items have no slices")
        row = {name: column[index].as_py() for name, column in self._columns.items()}
        return self._plain[index]._replace(facts=self._finder.facts(row))

    def __iter__(self) -> Iterator[Description]:
        return iter(self._plain)

    def __len__(self) -> int:
        return len(self._plain)


def fact_finder(catalogue: pa.Table, columns: ColumnsConfig, explain: ExplainConfig) -> FactFinder:
    """What finds the facts that the configuration wants; `PalateError` for a column that is not there."""
    for name in (*explain.facts, *explain.texts):
        if name not in catalogue.column_names:
            raise PalateError(
                f"Explanations are to name the column {name!r}, but the catalogue has no such column; "
                f"it has: {', '.join(catalogue.column_names)}"
            )
    leads = {name: next(iter(columns.leads.get(name, ())), plain_lead(name)) for name in explain.facts}
    return FactFinder.of(
        catalogue,
        leads,
        explain.texts,
        separators=columns.value_separator,
        stopwords=sentence_pack(catalogue_language(catalogue)).small_words,
        barred=lambda text: bool(promised(phrase_of(text))),
    )
