"""Relevance is a weighted sum of the sources, and a request may weigh them otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from palate.errors import PalateError
from palate.rank.relevance import relevance, reweighted
from palate.retrieve.candidates import Candidates

WEIGHTS = {"sequence": 1.0, "ease": 3.0}
CANDIDATES = Candidates(
    ("sequence", "popularity", "ease"),
    np.array([4, 7], np.int32),
    np.array([[0.5, 9.0, 0.1], [0.2, 8.0, 0.3]], np.float32),
    np.ones((2, 3), bool),
)


def test_relevance_is_the_weighted_sum_of_the_sources_that_have_a_weight() -> None:
    np.testing.assert_allclose(relevance(CANDIDATES, WEIGHTS), [0.8, 1.1], rtol=1e-6)


@pytest.mark.parametrize(
    ("factors", "best"), [({}, 7), ({"ease": 0}, 4), ({"sequence": 10}, 4), ({"sequence": 0}, 7)]
)
def test_a_request_may_weigh_the_sources_otherwise(factors: dict[str, float], best: int) -> None:
    scores = relevance(CANDIDATES, reweighted(WEIGHTS, factors))
    assert CANDIDATES.items[scores.argmax()] == best


@pytest.mark.parametrize(
    ("factors", "told"),
    [
        ({"popularity": 2}, "sources names 'popularity', .* those that have are ease, sequence"),
        ({"ease": 0, "sequence": 0}, "no source with a weight"),
    ],
)
def test_factors_that_say_nothing_are_refused(factors: dict[str, float], told: str) -> None:
    with pytest.raises(PalateError, match=told):
        reweighted(WEIGHTS, factors)
