"""Diversity by MMR: puts together a list of items that are good and unlike each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, at, unchanged
from palate.rank.filters.facts import ItemFacts
from palate.rank.filters.quota import Quota

NAME = "diversity"
POOL = 10
"""Candidates that are looked at for each place of the list."""


def diversify(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Order the list by maximal marginal relevance; what it does not take follows in the order it had.

    The next place goes to the item of the pool, the best 10 * k, with the greatest

        (1 - d) * score / greatest score - d * greatest cosine with an item taken before,

    where d is `diversity`, among those that `per_category` still lets in; the first place goes to the
    greatest score. Carbonell & Goldstein, "The use of MMR, diversity-based reranking for reordering
    documents and producing summaries", SIGIR 1998.
    """
    weight = context.rules.diversity
    if weight == 0 or len(ranked.items) < 2:
        return unchanged(ranked)
    pool = ranked.items[: POOL * context.k]
    scores = ranked.scores[: len(pool)].astype(np.float64)
    relevance = (1 - weight) * scores / max(scores[0], np.finfo(np.float64).tiny)
    quota = Quota(context.rules.per_category, facts)
    vectors: NDArray[np.float32] = facts.vectors[pool]
    taken = _greedy(
        relevance,
        weighted=np.float32(weight) * vectors,
        vectors=vectors,
        items=pool,
        quota=quota,
        count=context.head,
    )
    rest = np.delete(np.arange(len(ranked.items)), taken)
    return Filtered(at(ranked, np.concatenate([np.array(taken, np.int64), rest])), [])


def _greedy(
    relevance: NDArray[np.float64],
    weighted: NDArray[np.float32],
    vectors: NDArray[np.float32],
    items: NDArray[np.int32],
    quota: Quota,
    count: int,
) -> list[int]:
    """Rows of the pool, in the order in which they are taken. `relevance` is used up.

    Of `vectors`, float32 [pool, width], `weighted` is the d-fold.
    """
    # Of each row of the pool: the d-fold greatest cosine with a taken one, and its marginal relevance.
    taken: list[int] = []
    likeness = np.full(len(items), -np.inf)
    value = relevance.copy()
    for _ in range(len(items) if count else 0):
        row = int(value.argmax())
        relevance[row] = value[row] = -np.inf
        if not quota.take(int(items[row])):
            continue
        taken.append(row)
        if len(taken) == count:
            break
        np.maximum(likeness, weighted @ vectors[row], out=likeness)
        value = relevance - likeness
    return taken
