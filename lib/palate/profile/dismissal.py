"""Dismissal: what a person struck from their profile, as a rule that recommendations keep to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config.rerank import ColumnsConfig
from palate.data.histories import History
from palate.explain.english.category_names import CategoryLexicon
from palate.rank.conditions import folded
from palate.rank.filters.facts import ItemFacts, item_categories


@dataclass(frozen=True)
class CategoryNames:
    """What the catalogue calls each category; made once a release."""

    spellings: Mapping[str, tuple[str, ...]]
    """Names of the catalogue, `folded`, by natural spelling: several where "Sci-Fi" and "SciFi" are in it."""

    @classmethod
    def of(cls, catalogue: pa.Table, columns: ColumnsConfig) -> CategoryNames:
        """Read a catalogue; `PalateError` if it lacks the column that `columns` names."""
        lexicon = CategoryLexicon(columns.wording)
        spellings: dict[str, set[str]] = defaultdict(set)
        for names in set(item_categories(catalogue, columns)):
            for name in names:
                spellings[lexicon.natural(name)].add(folded(name))
        return cls({natural: tuple(sorted(names)) for natural, names in spellings.items()})

    def rule_of(self, categories: Sequence[str]) -> str:
        """The expression that items match which have all these categories: one or more, in natural spelling.

        A category that this catalogue does not have stands as it is, and so nothing matches.
        """
        return " and ".join(self._any_spelling(name) for name in categories)

    def _any_spelling(self, category: str) -> str:
        names = [_quoted(name) for name in self.spellings.get(category, (folded(category),))]
        return names[0] if len(names) == 1 else f"({' or '.join(names)})"


def events_about(history: History, line: str, facts: ItemFacts) -> NDArray[np.bool_]:
    """Which events of a history are of items that a struck line is about, and draw no list; bool [events].

    `line` is an expression of `rule_of`. Live items, which the facts lack, are not.
    """
    known = np.flatnonzero(history.items < len(facts.titles))
    about = np.zeros(len(history.items), bool)
    about[known] = facts.matching(line, history.items[known])
    return about


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
