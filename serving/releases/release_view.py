"""Release view: what a gateway knows of one release, its names, texts and users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np

from palate.data.anonymise import id_key
from palate.data.histories import History
from palate.errors import NotFound
from palate.explain import EventReading
from palate.profile import CategoryNames
from palate.rank.filters import item_categories
from palate.recommender.artefacts import Artefacts
from palate.recommender.catalogue import Catalogue
from palate.recommender.steering import request_reader
from palate.recommender.users import KnownUsers
from palate.schema import ITEM, TEXT, TITLE
from serving.releases.category_names import KnownCategories


class ReleaseView:
    """Catalogue and users of a release, by the names that people use."""

    def __init__(self, artefacts: Artefacts) -> None:
        if artefacts.anonymised:
            id_key()  # that it is missing is told when the release is loaded, not to every client
        table = artefacts.catalogue
        self.method = artefacts.method
        self.catalogue = Catalogue(table)
        self.catalogue.warm()
        self.users = KnownUsers(artefacts)
        self.negative, self.repeats = artefacts.negative, artefacts.repeats
        self.reading = EventReading.of(artefacts.explain, artefacts.negative)
        self.fields: list[dict[str, str]] = _fields(table.drop_columns([ITEM, TITLE, TEXT]).to_pylist())
        columns = artefacts.rerank.columns
        self._category = columns.category or ""
        self._separator = columns.category_separator
        self.requests = request_reader(artefacts)
        self.categories = CategoryNames.of(table, columns)
        self.category_names = KnownCategories(chain.from_iterable(item_categories(table, columns)))

    def item(self, name: str) -> int:
        """Index of the item with this id; `NotFound` if there is none."""
        index = self.catalogue.find(name)
        if index is None:
            raise NotFound(self.catalogue.unknown(name))
        return index

    def known_items(self, names: Sequence[str]) -> np.ndarray:
        """Indices of those items that the catalogue has, int32 [known names]."""
        indices = map(self.catalogue.find, names)
        return np.array([index for index in indices if index is not None], np.int32)

    def unknown_items(self, names: Sequence[str]) -> list[str]:
        """Those ids that the catalogue lacks, each once."""
        return [name for name in dict.fromkeys(names) if self.catalogue.find(name) is None]

    def taste(self, history: History) -> list[tuple[str, float]]:
        """Categories of the history by their share of its events, the greatest first."""
        categories = map(self._categories, history.items.tolist())
        counts = Counter(chain.from_iterable(categories))
        events = max(1, len(history.items))
        return [(name, count / events) for name, count in counts.most_common()]

    def _categories(self, item: int) -> list[str]:
        names = self.fields[item].get(self._category, "").split(self._separator)
        return [name.strip() for name in names if name.strip()]


def _fields(rows: list[dict[str, str | None]]) -> list[dict[str, str]]:
    return list(map(_filled, rows))


def _filled(row: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value}
