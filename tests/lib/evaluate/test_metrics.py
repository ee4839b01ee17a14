"""Metrics against trec_eval and scikit-learn on random rankings, and against answers found by hand."""

from __future__ import annotations

import numpy as np
import pytest
import pytrec_eval
from sklearn.metrics import ndcg_score, roc_auc_score

from palate.data.histories import History
from palate.evaluate.metrics import (
    ACCURACY,
    Outcome,
    coverage,
    diversity,
    gini,
    information,
    lorenz_curve,
    mean_popularity,
    novelty,
)

USERS, ITEMS, K = 30, 40, 5


@pytest.fixture(scope="module")
def truth() -> tuple[np.ndarray, list[np.ndarray]]:
    """Scores without ties, and one to seven targets a user."""
    rng = np.random.default_rng(1)
    scores = rng.permuted(np.tile(np.arange(ITEMS, dtype=np.float64), (USERS, 1)), axis=1)
    return scores, [rng.choice(ITEMS, rng.integers(1, 8), replace=False) for _ in range(USERS)]


@pytest.fixture(scope="module")
def outcome(truth: tuple[np.ndarray, list[np.ndarray]]) -> Outcome:
    scores, targets = truth
    ranks = np.concatenate([ITEMS - scores[user, wanted] for user, wanted in enumerate(targets)])
    owners = np.repeat(np.arange(USERS), [len(wanted) for wanted in targets])
    return Outcome.of(owners, ranks.astype(np.int64), np.full(USERS, ITEMS), K)


@pytest.mark.parametrize(
    ("name", "trec"),
    [
        ("ndcg", f"ndcg_cut_{K}"),
        ("hr", f"success_{K}"),
        ("recall", f"recall_{K}"),
        ("precision", f"P_{K}"),
        ("map", f"map_cut_{K}"),
    ],
)
def test_metric_agrees_with_trec_eval(
    name: str, trec: str, truth: tuple[np.ndarray, list[np.ndarray]], outcome: Outcome
) -> None:
    np.testing.assert_allclose(ACCURACY[name](outcome), trec_values(trec, truth), rtol=1e-9)


def test_reciprocal_rank_agrees_with_trec_eval_on_the_cut_list(
    truth: tuple[np.ndarray, list[np.ndarray]], outcome: Outcome
) -> None:
    np.testing.assert_allclose(ACCURACY["mrr"](outcome), trec_values("recip_rank", truth, K))


def test_ndcg_and_auc_agree_with_scikit_learn(
    truth: tuple[np.ndarray, list[np.ndarray]], outcome: Outcome
) -> None:
    scores, targets = truth
    relevant = np.zeros((USERS, ITEMS))
    for user, wanted in enumerate(targets):
        relevant[user, wanted] = 1
    assert ACCURACY["ndcg"](outcome).mean() == pytest.approx(ndcg_score(relevant, scores, k=K))
    expected = [roc_auc_score(relevant[user], scores[user]) for user in range(USERS)]
    np.testing.assert_allclose(ACCURACY["auc"](outcome), expected)


def trec_values(measure: str, truth: tuple[np.ndarray, list[np.ndarray]], cut: int = ITEMS) -> list[float]:
    scores, targets = truth
    run = {
        f"{user:03d}": {str(item): float(scores[user, item]) for item in np.argsort(-scores[user])[:cut]}
        for user in range(USERS)
    }
    wanted = {f"{user:03d}": {str(item): 1 for item in targets[user]} for user in range(USERS)}
    found = pytrec_eval.RelevanceEvaluator(wanted, {measure}).evaluate(run)
    return [found[f"{user:03d}"][measure] for user in range(USERS)]


def test_two_targets_at_ranks_1_and_4_of_10_by_hand() -> None:
    outcome = Outcome.of(np.array([0, 0]), np.array([1, 4]), np.array([10]), k=5)
    values = {name: metric(outcome)[0] for name, metric in ACCURACY.items()}
    discount = 1 / np.log2(5)
    assert values == pytest.approx(
        {
            "ndcg": (1 + discount) / (1 + 1 / np.log2(3)),
            "hr": 1,
            "recall": 1,
            "precision": 2 / 5,
            "f1": 4 / 7,
            "map": (1 + 2 / 4) / 2,
            "mrr": 1,
            "auc": 1 - 2 / 16,
        }
    )


def test_a_target_below_the_list_counts_for_auc_alone() -> None:
    outcome = Outcome.of(np.array([0]), np.array([6]), np.array([11]), k=5)
    values = {name: metric(outcome)[0] for name, metric in ACCURACY.items()}
    assert values.pop("auc") == pytest.approx(0.5)
    assert set(values.values()) == {0.0}


def test_novelty_is_the_mean_information_of_the_listed_items() -> None:
    counts = np.array([3, 1, 0], np.float32)
    np.testing.assert_allclose(information(counts), [-np.log2(4 / 7), -np.log2(2 / 7), -np.log2(1 / 7)])
    lists = np.array([[0, 2], [1, -1]], np.int32)
    np.testing.assert_allclose(novelty(lists, np.array([1.0, 2.0, 4.0])), [2.5, 2.0])


def test_diversity_is_one_minus_the_mean_cosine_of_pairs() -> None:
    vectors = np.array([[1, 0], [0, 1], [1, 0]], np.float32)
    lists = np.array([[0, 1, 2], [0, 2, -1], [1, -1, -1]], np.int32)
    np.testing.assert_allclose(diversity(lists, vectors), [1 - 1 / 3, 0, 0], atol=1e-6)


def test_mean_popularity_of_lists_and_histories() -> None:
    counts = np.array([4, 2, 0], np.float32)
    histories = [History(np.array(items, np.int32), np.zeros(len(items), np.int64)) for items in ([0, 1], [])]
    np.testing.assert_allclose(mean_popularity(histories, counts), [3, 0])
    np.testing.assert_allclose(mean_popularity(np.array([[1, 2], [0, -1]], np.int32), counts), [1, 4])


@pytest.mark.parametrize(
    ("exposure", "covered", "inequality"),
    [([5, 5, 5, 5], 1.0, 0.0), ([0, 0, 0, 8], 0.25, 0.75), ([0, 0, 0, 0], 0.0, 0.0), ([1, 3], 1.0, 0.25)],
)
def test_coverage_and_gini_by_hand(exposure: list[int], covered: float, inequality: float) -> None:
    assert coverage(np.array(exposure)) == covered
    assert gini(np.array(exposure)) == pytest.approx(inequality)


def test_lorenz_curve_encloses_the_gini() -> None:
    exposure = np.random.default_rng(0).integers(0, 50, 100)
    curve = lorenz_curve(exposure)
    assert curve[0] == 0
    assert curve[-1] == 1
    assert 1 - 2 * np.trapezoid(curve, dx=0.01) == pytest.approx(gini(exposure), abs=1e-9)
