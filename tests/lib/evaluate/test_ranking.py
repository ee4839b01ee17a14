"""Ranks and lists: unique, masked, and fair to nobody who scores all alike."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from palate.data.held_out import Cases, case_batches, users_of_repeats
from palate.data.histories import Histories
from palate.data.repeats import NO_REPEATS, RepeatRules
from palate.data.user_sample import UserSample
from palate.evaluate import ranking as ranking_module
from palate.evaluate.metrics.accuracy import Outcome, auc, hit_rate, ndcg
from palate.evaluate.ranking import TieOrder, ranking
from palate.schema import NO_ITEM


def block_of(rows: list[list[int]], train_end: list[int]) -> Histories:
    lengths = [len(row) for row in rows]
    return Histories(
        users=pa.array([f"u{number}" for number in range(len(rows))]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items=np.array([item for row in rows for item in row], np.int32),
        times=np.zeros(sum(lengths), np.int64),
        train_end=np.array(train_end, np.int32),
        validation_end=np.array(train_end, np.int32),
    )


def cases_of(
    rows: list[list[int]], train_end: list[int], n_items: int, rules: RepeatRules = NO_REPEATS
) -> list[Cases]:
    return list(case_batches(block_of(rows, train_end), "test", np.zeros(n_items, np.bool_), rules))


def test_keys_are_in_the_order_of_the_scores() -> None:
    scores = np.array([[3.5, -np.inf, -2.0, 1e-30, -1e-30, np.inf, 1e30, -2.0000002]], np.float32)
    keys = TieOrder(8, seed=0).keys(scores)
    np.testing.assert_array_equal(np.argsort(keys[0]), np.argsort(scores[0]))


def test_zero_and_minus_zero_are_equal() -> None:
    keys = TieOrder(2, seed=0).keys(np.array([[0.0, -0.0]], np.float32)) >> 32
    assert keys[0, 0] == keys[0, 1]


@pytest.mark.parametrize("chunk", [1, 2**20])
def test_ranks_and_lists_agree_with_sorting(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking_module, "KEY_BYTES", chunk)
    rng = np.random.default_rng(0)
    rows = [rng.permutation(20)[:6].tolist() for _ in range(7)]
    [cases] = cases_of(rows, [3] * 7, 20)
    scores = rng.normal(size=(7, 20)).astype(np.float32)
    ranks, lists = ranking(scores, cases, TieOrder(20, seed=0), k=4)
    for user, row in enumerate(rows):
        order = [item for item in np.argsort(-scores[user]) if item not in row[:3]]
        assert lists[user].tolist() == order[:4]
        expected = [order.index(item) + 1 for item in sorted(row[3:])]
        assert ranks[cases.owners == user].tolist() == expected


def test_seen_items_are_never_listed_even_when_the_list_stays_short() -> None:
    [cases] = cases_of([[0, 1, 2, 3]], [3], 4)
    scores = np.array([[9, 9, 9, -np.inf]], np.float32)
    ranks, lists = ranking(scores, cases, TieOrder(4, seed=0), k=6)
    assert ranks.tolist() == [1]
    assert lists.tolist() == [[3] + [NO_ITEM] * 5]


def test_a_method_that_scores_all_alike_is_as_good_as_chance() -> None:
    # Everybody took item 0 next, which the catalogue's own order would put first.
    cases = cases_of([[1 + user % 99, 0] for user in range(400)], [1] * 400, 100)
    ranks = [
        ranking(np.zeros((len(batch), 100), np.float32), batch, TieOrder(100, s), 10)[0]
        for s in range(30)
        for batch in cases
    ]
    assert np.mean(np.concatenate(ranks)) == pytest.approx(50, abs=15)


def test_ties_fall_alike_in_every_batch() -> None:
    order = TieOrder(50, seed=3)
    alone, together = order.keys(np.zeros((1, 50), np.float32)), order.keys(np.zeros((4, 50), np.float32))
    np.testing.assert_array_equal(together, np.repeat(alone, 4, axis=0))


REPEATS = [[1, 2, 1], [3, 4, 5, 5]], [2, 1]
"""A user who is held out an item had before, and one with two new items."""


def test_dropped_repeats_are_no_targets_and_a_user_without_targets_no_case() -> None:
    [cases] = cases_of(*REPEATS, 6, RepeatRules(held_out="drop"))
    assert cases.users == ["u1"]
    assert cases.targets.tolist() == [4, 5]
    assert cases.candidates.tolist() == [5]


def test_a_counted_repeat_is_behind_all_candidates_and_never_found() -> None:
    [cases] = cases_of(*REPEATS, 6)
    assert cases.users == ["u0", "u1"]
    # It would be first of all if it had not been had before, and the list has room for every item.
    scores = np.array([[0, 9, 8, 1, 2, 3], [0, 1, 2, 3, 5, 4]], np.float32)
    ranks, _ = ranking(scores, cases, TieOrder(6, seed=0), k=6)
    assert ranks.tolist() == [5, 1, 2]
    outcome = Outcome.of(cases.owners, ranks, cases.candidates, 6)
    assert [metric(outcome).tolist() for metric in (ndcg, hit_rate, auc)] == [[0, 1]] * 3


def test_users_whose_held_out_items_are_all_repeats_are_counted() -> None:
    assert users_of_repeats(block_of(*REPEATS), "test", NO_REPEATS) == 1


def test_where_repeats_are_allowed_an_item_of_the_history_is_found_like_any_other() -> None:
    [cases] = cases_of(*REPEATS, 6, RepeatRules("allowed"))
    scores = np.array([[0, 9, 8, 1, 2, 3], [0, 1, 2, 3, 5, 4]], np.float32)
    ranks, lists = ranking(scores, cases, TieOrder(6, seed=0), k=2)
    assert ranks.tolist() == [1, 1, 2]
    assert lists.tolist() == [[1, 2], [4, 5]]
    assert cases.candidates.tolist() == [6, 6]
    assert users_of_repeats(block_of(*REPEATS), "test", RepeatRules("allowed")) == 0


def test_only_users_of_the_sample_are_cases() -> None:
    block = block_of([[item, item + 1] for item in range(40)], [1] * 40)
    hidden, sample = np.zeros(41, np.bool_), UserSample(0.5)
    batches = case_batches(block, "test", hidden, NO_REPEATS, sample=sample)
    drawn = [f"u{row}" for row in sample.rows(block.users.to_pylist())]
    assert [user for cases in batches for user in cases.users] == drawn
    assert 0 < len(drawn) < 40


def test_hidden_items_are_neither_in_histories_nor_sought() -> None:
    hidden = np.array([False, False, True, False, False, True])
    [cases] = case_batches(block_of(*REPEATS), "test", hidden, NO_REPEATS)
    assert [history.items.tolist() for history in cases.histories] == [[1], [3]]
    assert cases.targets.tolist() == [1, 4]


def test_batches_are_small_enough_for_their_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palate.data.held_out.MAX_SCORE_BYTES", 4 * 10 * 3)
    assert [len(cases) for cases in cases_of([[0, 1]] * 7, [1] * 7, 10)] == [3, 3, 1]
