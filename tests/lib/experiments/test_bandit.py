"""A bandit gives each list to an arm by what came of the lists before."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from pydantic import ValidationError

from palate.experiments.bandit import ArmRecord, Bandit, no_records, thompson_draw

BANDIT = Bandit.model_validate({"name": "mix", "arms": {"plain": {}, "varied": {"diversity": 0.5}}})


def drawn(records: dict[str, ArmRecord], lists: int = 1000) -> Counter[str]:
    random = np.random.default_rng(0)
    return Counter(thompson_draw(records, random) for _ in range(lists))


def test_arms_of_which_nothing_is_known_are_given_alike() -> None:
    assert drawn(no_records(BANDIT))["plain"] == pytest.approx(500, abs=60)


def test_an_arm_that_is_surely_better_is_given_nearly_always() -> None:
    assert drawn({"plain": ArmRecord(2000, 100), "varied": ArmRecord(2000, 200)})["varied"] > 995


def test_an_arm_that_was_hardly_tried_is_tried_again() -> None:
    assert drawn({"plain": ArmRecord(2000, 100), "varied": ArmRecord(3, 0)})["varied"] > 100


@pytest.mark.parametrize("rates", [{"a": 0.1, "b": 0.2}, {"a": 0.3, "b": 0.1, "c": 0.1, "d": 0.2}])
def test_lists_go_to_the_best_arm_and_earn_more_than_equal_shares(rates: dict[str, float]) -> None:
    random, records = np.random.default_rng(1), dict.fromkeys(rates, ArmRecord())
    for _ in range(60):  # looks, each after fifty lists
        for arm, lists in Counter(thompson_draw(records, random) for _ in range(50)).items():
            known = records[arm]
            rewarded = known.rewarded + int(random.binomial(lists, rates[arm]))
            records[arm] = ArmRecord(known.lists + lists, rewarded)
    best = max(rates, key=rates.__getitem__)
    assert records[best].lists > 0.6 * 3000
    assert sum(record.rewarded for record in records.values()) > 3000 * np.mean(list(rates.values())) * 1.15


@pytest.mark.parametrize(
    "arms", [{"plain": {}}, {"plain": {}, "other": {"boosts": 3}}, {"plain": {}, "A:B": {"diversity": 0.1}}]
)
def test_arms_that_cannot_be_told_apart_or_read_are_refused(arms: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Bandit.model_validate({"name": "mix", "arms": arms})
