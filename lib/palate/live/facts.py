"""Live item facts: what filters know of the catalogue, with the rows of an overlay in it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from palate.config.rerank import ColumnsConfig
from palate.live.layered import JoinedSequence, LayeredArray, LayeredSequence
from palate.live.overlay import Overlay
from palate.rank.conditions import folded
from palate.rank.filters.facts import Facts, ItemFacts, NameSets


def live_facts(released: ItemFacts, overlay: Overlay, columns: ColumnsConfig) -> ItemFacts:
    """Facts of the release's items as they are now, and of new ones; only the overlay's rows are read."""
    live = ItemFacts.of(overlay.table, columns, overlay.item_vectors)
    available = np.asarray(live.available) & ~np.isin(overlay.indices, overlay.hidden)
    indices = overlay.indices

    def layered(released_rows: Facts, live_rows: Facts) -> LayeredArray:
        return LayeredArray(np.asarray(released_rows), indices, np.asarray(live_rows))

    categories = dict(zip(indices.tolist(), live.categories, strict=True))
    category_codes = _behind(live.category_codes, released.category_sets)
    changed = {
        "available": layered(released.available, available),
        "dates": layered(released.dates, live.dates),
        "vectors": layered(released.vectors, live.vectors),
        "title_codes": layered(released.title_codes, _title_codes(released, live)),
        "category_codes": layered(released.category_codes, category_codes),
        "category_sets": JoinedSequence(released.category_sets, live.category_sets),
        "categories": LayeredSequence(released.categories, categories),
        "newest": float(np.fmax(released.newest, live.newest)),
        "other_numbers": {
            name: layered(numbers, live.other_numbers[name])
            for name, numbers in released.other_numbers.items()
        },
        "values": {
            name: NameSets(
                layered(names.codes, _behind(live.values[name].codes, names.sets)),
                JoinedSequence(names.sets, live.values[name].sets),
            )
            for name, names in released.values.items()
        },
    }
    facts = copy(released)
    for name, value in changed.items():
        object.__setattr__(facts, name, value)
    return facts


def _behind(codes: Facts, sets: Sequence[frozenset[str]]) -> NDArray[np.int32]:
    """Codes of sets that stand behind others."""
    shifted: NDArray[np.int32] = np.asarray(codes) + np.int32(len(sets))
    return shifted


def _title_codes(released: ItemFacts, live: ItemFacts) -> NDArray[np.int32]:
    """The release's code of each title; for those that it does not have, codes of their own."""
    first = len(released.titles)
    codes = [
        released.title_numbers.get(folded(title), first + int(own))
        for title, own in zip(live.titles, np.asarray(live.title_codes).tolist(), strict=True)
    ]
    return np.array(codes, np.int32)
