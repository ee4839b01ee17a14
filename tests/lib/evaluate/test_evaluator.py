"""The whole protocol on small data: additive, deterministic, and with intervals that mean something."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from palate.config import EvaluationConfig
from palate.data.histories import Histories, History
from palate.errors import PalateError
from palate.evaluate import (
    CatalogueFacts,
    Evaluator,
    Sums,
    add_sums,
    lorenz_curves,
    metrics_summary,
    sums_from_bytes,
    sums_to_bytes,
)
from palate.evaluate.bootstrap import interval, poisson_weights
from palate.evaluate.sums import MethodKey

ITEMS = 30
CONFIG = EvaluationConfig(k=5, bootstrap=200, short_history=3)


class Fixed:
    """The same scores for everybody."""

    def __init__(self, scores: Sequence[float]) -> None:
        self.row = np.array(scores, np.float32)

    def scores(self, histories: Sequence[History]) -> np.ndarray:
        return np.tile(self.row, (len(histories), 1))


@pytest.fixture(scope="module")
def block() -> Histories:
    """Users with 2 to 9 known events, one for validation and two for testing."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(5, 12, 60)
    return Histories(
        users=pa.array([f"u{number}" for number in range(60)]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items=np.concatenate([rng.permutation(ITEMS)[:length] for length in lengths]).astype(np.int32),
        times=np.zeros(lengths.sum(), np.int64),
        train_end=(lengths - 3).astype(np.int32),
        validation_end=(lengths - 2).astype(np.int32),
    )


def evaluator(scale: float = 1.0) -> Evaluator:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(ITEMS, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    counts = np.arange(ITEMS, dtype=np.float32) // 3
    methods = {"high": Fixed(scale * np.arange(ITEMS)), "low": Fixed(-scale * np.arange(ITEMS))}
    return Evaluator(methods, CatalogueFacts(counts, vectors), CONFIG, seed=0)


def part_of(block: Histories, start: int, end: int) -> Histories:
    return Histories.from_table(block.to_table().slice(start, end - start))


def summary(sums: Sums) -> dict[str, object]:
    return metrics_summary(sums, "test", ["high", "low"], CONFIG.k)


def test_five_blocks_add_up_to_the_same_as_one(block: Histories) -> None:
    whole, total = evaluator().evaluate(block), {}
    for start in range(0, 60, 12):
        found = evaluator().evaluate(part_of(block, start, start + 12))
        total = add_sums(total, sums_from_bytes(sums_to_bytes(found.sums)))
    assert total.keys() == whole.sums.keys()
    for key, sums in whole.sums.items():
        for field, array in sums._asdict().items():
            added = getattr(total[key], field)
            np.testing.assert_allclose(added, array, rtol=1e-9, err_msg=f"{key} {field}")
    assert summary(total) == summary(whole.sums)


def test_only_the_order_of_the_scores_matters(block: Histories) -> None:
    assert summary(evaluator(1.0).evaluate(block).sums) == summary(evaluator(7.5).evaluate(block).sums)


def test_per_user_results_average_to_the_reported_metrics(block: Histories) -> None:
    found = evaluator().evaluate(block)
    users = found.users.to_pandas()
    mine = users[(users.part == "test") & (users.method == "high")]
    reported = summary(found.sums)["methods"]["high"]  # type: ignore[index]
    assert len(mine) == 60
    assert mine.ndcg.mean() == pytest.approx(reported["ndcg@5"], abs=1e-6)
    assert mine.recommended_popularity.sum() / mine.history_popularity.sum() == pytest.approx(
        reported["popularity_lift@5"], rel=1e-5
    )
    best = np.array([rank for row in mine.ranks for rank in row])
    assert (best >= 1).all()
    assert mine.hr.tolist() == [float(min(row) <= 5) for row in mine.ranks]


def test_segments_hold_the_right_users(block: Histories) -> None:
    users = evaluator().evaluate(block).users.to_pandas()
    mine = users[(users.part == "test") & (users.method == "low")]
    segments = summary(evaluator().evaluate(block).sums)["segments"]
    assert segments["short-history"]["users"] == (mine.events <= 3).sum()  # type: ignore[index]
    assert segments["6-10"]["users"] == mine.events.between(6, 10).sum()  # type: ignore[index]
    cold = [
        [rank for item, rank in zip(*pair, strict=True) if item < 3]
        for pair in zip(mine.targets, mine.ranks, strict=True)
    ]
    cold = [ranks for ranks in cold if ranks]
    of_cold = segments["cold-targets"]  # type: ignore[index]
    assert of_cold["users"] == len(cold)
    expected = np.mean([sum(rank <= 5 for rank in ranks) / len(ranks) for ranks in cold])
    assert of_cold["methods"]["low"]["recall@5"] == pytest.approx(expected, abs=1e-6)


def test_the_method_is_selected_by_validation_and_not_by_test(block: Histories) -> None:
    sums = dict(evaluator().evaluate(block).sums)
    assert summary(worsened(sums, MethodKey("validation", "high")))["selected"] == "low"
    assert summary(worsened(sums, MethodKey("test", "high")))["selected"] == summary(sums)["selected"]


def worsened(sums: Sums, key: MethodKey) -> Sums:
    """The sums in which one method found nothing in one part."""
    return {**sums, key: sums[key]._replace(values=sums[key].values * 0)}


def test_the_summary_is_strict_json_also_for_users_without_a_history(block: Histories) -> None:
    table = block.to_table().slice(0, 6)
    nothing = pa.array(np.zeros(6, np.int32))
    for column in ("train_end", "validation_end"):
        table = table.set_column(table.schema.get_field_index(column), table.schema.field(column), nothing)
    found = summary(evaluator().evaluate(Histories.from_table(table)).sums | validation_sums(block))
    text = json.dumps(found, allow_nan=False)
    assert "popularity_lift" not in text.split('"validation"')[0]
    assert found["segments"]["0"]["users"] == 6  # type: ignore[index]


def validation_sums(block: Histories) -> Sums:
    sums = evaluator().evaluate(block).sums
    return {key: of_method for key, of_method in sums.items() if key.part == "validation"}


def test_scores_that_are_not_numbers_are_refused(block: Histories) -> None:
    broken = Evaluator({"broken": Fixed([np.nan] * ITEMS)}, evaluator().facts, CONFIG, seed=0)
    with pytest.raises(PalateError, match="broken gives scores that are not numbers"):
        broken.evaluate(block)


def test_lorenz_curves_run_from_nothing_to_everything(block: Histories) -> None:
    curve = lorenz_curves(evaluator().evaluate(block).sums, "test", ["high"])["high"]
    assert (curve[0], curve[-1], len(curve)) == (0.0, 1.0, 101)


def test_a_user_has_the_same_weights_in_every_block() -> None:
    weights = poisson_weights(["a", "b", "ü"], 50, seed=7)
    np.testing.assert_array_equal(poisson_weights(["ü"], 50, seed=7)[0], weights[2])
    assert not np.array_equal(poisson_weights(["ü"], 50, seed=8)[0], weights[2])


def test_weights_have_mean_and_variance_one() -> None:
    weights = poisson_weights([str(number) for number in range(400)], 500, seed=0)
    assert weights.mean() == pytest.approx(1, abs=0.01)
    assert weights.var() == pytest.approx(1, abs=0.02)


def test_intervals_cover_the_mean_about_as_often_as_they_say() -> None:
    rng, covered = np.random.default_rng(0), 0
    for trial in range(100):
        values = rng.random(150) < 0.3
        weights = poisson_weights([f"{trial}-{number}" for number in range(150)], 300, seed=0).T
        low, high = interval(weights @ values / weights.sum(axis=1))
        covered += low <= 0.3 <= high
    assert 88 <= covered <= 100


def test_intervals_hold_the_metric_and_can_be_left_out(block: Histories) -> None:
    found = summary(evaluator().evaluate(block).sums)
    low, high = found["intervals"]["high"]["ndcg@5"]  # type: ignore[index]
    assert low < found["methods"]["high"]["ndcg@5"] < high  # type: ignore[index]
    plain = Evaluator(
        evaluator().methods, evaluator().facts, CONFIG.model_copy(update={"bootstrap": 0}), seed=0
    )
    assert summary(plain.evaluate(block).sums)["intervals"] == {"high": {}, "low": {}}
