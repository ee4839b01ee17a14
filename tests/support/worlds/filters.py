"""Small catalogues and rankings for the tests of filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from palate.rank.filters import FilterContext, ItemFacts, RankedItems
from palate.rank.rules import Boost, Rules

CATEGORIES = ("comedy", "drama", "horror", "film noir")
EXPRESSIONS = ("comedy", "not horror", 'drama or "film noir"', "comedy and drama", "! (comedy | drama)")
NONE = np.zeros(0, np.int32)


class World(NamedTuple):
    ranked: RankedItems
    wanted: FilterContext
    facts: ItemFacts


def facts_of(
    categories: Sequence[set[str]],
    titles: Sequence[str] | None = None,
    available: Sequence[bool] | None = None,
    dates: Sequence[float] | None = None,
    vectors: NDArray[np.float32] | None = None,
) -> ItemFacts:
    """Facts in which every item is available, different from the others and of unknown date, unless said."""
    count = len(categories)
    return ItemFacts(
        titles=tuple(titles or [f"Item {number}" for number in range(count)]),
        categories=tuple(frozenset(names) for names in categories),
        available=np.array(available or [True] * count, bool),
        dates=np.array(dates or [np.nan] * count, np.float32),
        vectors=np.eye(count, dtype=np.float32) if vectors is None else vectors,
    )


def ranked_of(*pairs: tuple[int, float]) -> RankedItems:
    """A ranking of (item, score)."""
    items, scores = zip(*pairs, strict=True)
    return RankedItems(np.array(items, np.int32), np.array(scores, np.float32))


def wanted_of(
    k: int = 10, seen: NDArray[np.int32] = NONE, exclude: NDArray[np.int32] = NONE, **rules: object
) -> FilterContext:
    return FilterContext(seen, exclude, k, Rules.model_validate(rules))


_SHARE = st.sampled_from([0.0, 0.25, 0.5, 1.0])
_EXPRESSION = st.sampled_from(EXPRESSIONS)
_BOOST = st.builds(Boost, match=_EXPRESSION, factor=st.sampled_from([0.1, 2.0, 100.0]))
_RULES = st.builds(
    Rules,
    allow=st.none() | _EXPRESSION,
    deny=st.none() | _EXPRESSION,
    dismissed=st.lists(_EXPRESSION, max_size=2).map(tuple),
    boosts=st.lists(_BOOST, max_size=2),
    not_before=st.none() | st.sampled_from([1985.0, 1995.0]),
    freshness=st.sampled_from([0.0, 1.0, 10.0]),
    diversity=_SHARE,
    per_category=st.none() | st.integers(1, 3),
    explore=_SHARE,
    seed=st.integers(0, 3),
)
"""Made once: Hypothesis looks into a strategy for longer than it draws from it."""
_SEED, _COUNT, _LISTED, _K = (
    st.integers(0, 10_000),
    st.integers(1, 40),
    st.integers(0, 40),
    st.integers(1, 12),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A catalogue of up to 40 items, a ranking of some of them and anything that may be wanted."""
    random = np.random.default_rng(draw(_SEED))
    count, listed = draw(_COUNT), draw(_LISTED)
    items = random.permutation(count)[:listed].astype(np.int32)
    scores = random.choice([0.001, 0.1, 0.25, 0.5, 0.9], len(items)).astype(np.float32)
    order = np.lexsort((items, -scores))
    seen, exclude = (random.permutation(count)[: random.integers(0, 4)].astype(np.int32) for _ in range(2))
    wanted = FilterContext(seen, exclude, draw(_K), draw(_RULES))
    return World(RankedItems(items[order], scores[order]), wanted, random_facts(random, count))


def random_facts(random: np.random.Generator, count: int) -> ItemFacts:
    """Facts with a category and a date for the first item at least, so that every rule can be used."""
    vectors = random.normal(size=(count, 3)).astype(np.float32)
    sizes = random.integers(0, 3, count - 1)
    dates = np.where(random.random(count) < 0.8, random.integers(1980, 2000, count), np.nan)
    dates[0] = 1999
    return facts_of(
        [{"comedy"}, *(set(random.choice(CATEGORIES, size, replace=False).tolist()) for size in sizes)],
        [f"{'The  ' * (title % 2)}Title {title % 7}" for title in random.integers(0, 20, count).tolist()],
        (random.random(count) < 0.8).tolist(),
        dates.tolist(),
        vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
    )
