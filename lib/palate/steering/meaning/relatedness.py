"""Relatedness gate (out-of-domain detection): whether a text says something of this catalogue.

Every text is near to some item: "the bus was late" to a film about a bus. So its likeness to the catalogue,
the mean cosine of its `NEAREST` items, is held against its likeness to what people say of anything else, the
mean cosine of the `NEAREST_EVERYDAY` of the everyday sentences in the phrase packs:

    nearness(text) = mean(top 10 cos(text, items)) - mean(top 3 cos(text, everyday sentences))

It is related if it is nearer than `UNRELATED` of the everyday sentences themselves are, each held against the
others: so the bar is set by catalogue and encoder, once a release, and not by a number of ours.

Nearest neighbours are the measure of Sun, Ming, Zhu and Li, "Out-of-distribution detection with deep nearest
neighbors" (ICML 2022), the ratio to a background that of Ren et al., "Likelihood ratios for
out-of-distribution detection" (NeurIPS 2019), the bar that of inductive conformal prediction. Limits: a
subject of fewer than `NEAREST` items may be missed, and so is what is written in a language that the encoder
does not read.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from palate.steering.phrases import languages, phrase_pack

NEAREST: Final = 10
"""Items that a text is held against."""
NEAREST_EVERYDAY: Final = 3
UNRELATED: Final = 0.97
"""Share of the everyday sentences that are to be unrelated; this and both numbers above were chosen on the
development lines of `benchmarks.language`."""
MOST_ITEMS: Final = 16_384
"""Items that are looked at: a sample, taken at even distances, has the same subjects."""

Vectors = NDArray[np.float32]


class Relatedness:
    """One catalogue beside everyday sentences; made once a release."""

    def __init__(self, items: Vectors, everyday: Vectors) -> None:
        """Take unit vectors, float32 [items, width] and [sentences, width], of at least two sentences."""
        step = -(-len(items) // MOST_ITEMS)
        self._items, self._everyday = np.ascontiguousarray(items[::step]), everyday
        # Each everyday sentence beside the others, for it is nearest to itself.
        among_others = everyday @ everyday.T
        np.fill_diagonal(among_others, -np.inf)
        own = _mean_of_best(everyday @ self._items.T, NEAREST) - _mean_of_best(
            among_others, min(NEAREST_EVERYDAY, len(everyday) - 1)
        )
        self.bar = float(np.quantile(own, UNRELATED))
        """How much nearer to the catalogue than to everyday sentences a text has to be, a cosine."""

    def are_related(self, texts: Vectors) -> NDArray[np.bool_]:
        """Whether each text says something of the catalogue, bool [texts], by unit vectors [texts, width]."""
        to_items = _mean_of_best(texts @ self._items.T, NEAREST)
        related: NDArray[np.bool_] = (
            to_items - _mean_of_best(texts @ self._everyday.T, NEAREST_EVERYDAY) > self.bar
        )
        return related


@cache
def everyday_texts() -> tuple[str, ...]:
    """Sentences about anything, of every language that there are phrases for."""
    return tuple(text for language in languages() for text in phrase_pack(language).everyday)


def _mean_of_best(cosines: Vectors, count: int) -> Vectors:
    """Mean of the greatest cosines of each row, of all where there are fewer, float32 [rows]."""
    count = min(count, cosines.shape[1])
    best: Vectors = np.partition(cosines, -count, axis=1)[:, -count:].mean(axis=1)
    return best
