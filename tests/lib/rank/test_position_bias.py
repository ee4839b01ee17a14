"""Events weigh by the attention to their place, and a model that is trained so does not learn the places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from palate.config import PositionBiasConfig, RerankConfig, load_config
from palate.data.histories import EMPTY_HISTORY, Feedback
from palate.errors import PalateError
from palate.rank.conditional_logit import fit_choice
from palate.rank.examples import FOLDS, Case, Examples
from palate.rank.position_bias import place_weight, weighed_cases
from palate.rank.training import train_reranker
from palate.schema import SHOWN_PLACES_SCHEMA

BIAS = PositionBiasConfig(attention=(1.0, 0.5, 0.25), clip=3.0)


def case_of(user: str, target: int, time: int) -> Case:
    return Case(EMPTY_HISTORY, target, Feedback("click", 1.0), time, fold=0, user=user)


def test_a_place_that_is_seldom_looked_at_weighs_more_up_to_the_clip() -> None:
    assert [place_weight(place, BIAS) for place in (1, 2, 3, 4)] == [1, 2, 3, 3]
    half = PositionBiasConfig(attention=(0.5, 0.25))
    assert [place_weight(place, half) for place in (1, 2, 9)] == [1, 2, 2]


def test_events_that_came_from_no_list_weigh_as_at_the_first_place() -> None:
    rows = [("ann", "b", 7, 2), ("ben", "b", 7, 1), ("eve", "a", 7, 3)]
    columns = dict(zip(SHOWN_PLACES_SCHEMA.names, map(list, zip(*rows, strict=True)), strict=True))
    cases = [case_of("ann", 1, 7), case_of("ann", 1, 8), case_of("ben", 0, 7), case_of("eve", 0, 7)]
    found = weighed_cases(cases, [pa.table(columns, schema=SHOWN_PLACES_SCHEMA)], ["a", "b"], BIAS)
    assert [case.weight for case in found] == [2, 1, 1, 3]
    assert [case._replace(weight=1.0) for case in found] == cases


def test_a_user_who_weighs_twice_is_two_users() -> None:
    rng, sizes = np.random.default_rng(0), np.full(30, 4)
    features = rng.normal(size=(120, 2)).astype(np.float32)
    chosen = np.tile([True, False, False, False], 30)
    once = fit_choice(features, chosen, sizes, l2=1.0, weights=np.repeat([2.0, 1.0], 15))
    rows = np.concatenate([np.arange(120), np.arange(60)])
    twice = fit_choice(features[rows], chosen[rows], np.full(45, 4), l2=1.0, weights=np.ones(45))
    assert once == pytest.approx(twice, abs=1e-4)


def test_weights_take_the_place_out_of_what_is_learned() -> None:
    """Items stand by a worthless score; what they are worth is another feature."""
    biased = shown_and_clicked(6000)
    attention = 1 / np.arange(1, 7)
    places = np.tile(np.arange(6), 6000)[biased.chosen]
    weights = np.ones(6000)
    weights[biased.chosen.reshape(-1, 6).any(axis=1)] = 1 / attention[places]
    taken_in, unbiased = (
        train_reranker(examples, ("score", "worth"), RerankConfig()).model.coefficients[0]
        for examples in (biased, replace(biased, weights=weights))
    )
    assert taken_in[0] > 0.5
    assert abs(unbiased[0]) < 0.15
    assert unbiased[1] > 0.8


def shown_and_clicked(users: int) -> Examples:
    """Lists of six items by falling score, of which the first place is looked at six times as often."""
    rng = np.random.default_rng(0)
    scores, worth = -np.sort(-rng.normal(size=(users, 6))), rng.normal(size=(users, 6))
    chances = np.exp(worth) / np.arange(1, 7) / 60
    ends = np.cumsum(chances, axis=1)
    drawn = rng.random((users, 1))
    return Examples(
        folds=np.arange(users) % FOLDS,
        sizes=np.full(users, 6),
        acted=np.ones((users, 1), bool),
        features=np.stack([scores, worth], axis=2).reshape(-1, 2).astype(np.float32),
        relevance=scores.ravel().astype(np.float32),
        chosen=((drawn < ends) & (drawn >= ends - chances)).ravel(),
        weights=np.ones(users),
    )


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["rerank.position_bias={attention: [1, 0.5]}"], "data.store alone has"),
        (["rerank.position_bias={attention: []}"], r"rerank\.position_bias\.attention"),
        (["rerank.position_bias={attention: [1, 0]}"], r"rerank\.position_bias\.attention"),
        (["rerank.position_bias={attention: [1], clip: 0.5}"], r"rerank\.position_bias\.clip"),
    ],
)
def test_settings_that_cannot_be_weighed_by_are_refused(settings: list[str], says: str) -> None:
    with pytest.raises(PalateError, match=says):
        load_config(None, settings)
