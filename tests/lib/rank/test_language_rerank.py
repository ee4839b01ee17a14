"""A language model reorders the beginning of a list by how much likelier the history makes each item."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from palate.config import HistoryTextConfig
from palate.data.histories import EMPTY_HISTORY, History
from palate.live.overlay import LiveRow, LiveVectors, Overlay
from palate.online.items import ItemState
from palate.rank.language.evidence import ItemLikelihoods, Likelihoods
from palate.rank.language.second_look import SecondLook, exchanged
from palate.rank.language.store import load_language_weight, save_language_weight
from palate.rank.language.weighing import LookedAt, weigh
from palate.storage import Folder
from palate.text_users.history_text import HistoryWriter

TITLES = ["aa", "ab", "ba", "bb", "c"]
CATALOGUE = pa.table({"item": TITLES, "title": TITLES, "text": TITLES})
HISTORY = History(np.array([3, 0], np.int32), np.zeros(2, np.int64))


class Alphabet:
    """Likes continuations that begin with the letter that the text before ended with; loves "c" always."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def __call__(self, prefix: str, continuations: Sequence[str]) -> np.ndarray:
        self.asked.append((prefix, list(continuations)))
        likes = [2.0 * (text[1] == prefix[-1:]) + 5.0 * (text[1] == "c") - 10.0 for text in continuations]
        return np.array(likes)


def likelihoods(model: Alphabet) -> ItemLikelihoods:
    settings = HistoryTextConfig(separator="\n", order="newest-last")
    return ItemLikelihoods(HistoryWriter(CATALOGUE, settings, count_tokens=len), model, "\n")


def test_what_is_likely_for_anybody_is_no_gain() -> None:
    found = likelihoods(Alphabet())(HISTORY, [0, 2, 4])
    assert found.given_history.tolist() == [-8, -10, -5]
    assert found.alone.tolist() == [-10, -10, -5]
    assert found.gain.tolist() == [2, 0, 0]


def test_an_item_without_a_history_is_asked_about_once() -> None:
    model = Alphabet()
    asked = likelihoods(model)
    asked(HISTORY, [0, 2])
    asked(HISTORY, [2, 4])
    assert model.asked == [
        ("", ["\naa", "\nba"]),
        ("bb\naa", ["\naa", "\nba"]),
        ("", ["\nc"]),
        ("bb\naa", ["\nba", "\nc"]),
    ]


def look(model: Alphabet, items: int = 3, weight: float = 1.0) -> SecondLook:
    return SecondLook(likelihoods(model), items=items, weight=weight)


def test_the_first_change_places_and_all_others_stay() -> None:
    scores = np.array([0.1, 0.2, 0.4, 0.3], np.float32)
    found = look(Alphabet())(HISTORY, np.array([0, 1, 2, 3], np.int32), scores)
    assert found.tolist() == pytest.approx([0.1, 0.4, 0.3, 0.2])


@pytest.mark.parametrize("weight", [0.0, 0.01])
def test_a_small_weight_leaves_what_the_scores_tell_apart(weight: float) -> None:
    scores = np.array([0.1, 0.2, 0.4, 0.3], np.float32)
    items = np.array([0, 1, 2, 3], np.int32)
    assert np.array_equal(look(Alphabet(), weight=weight)(HISTORY, items, scores), scores)


def test_nobody_is_asked_about_somebody_without_a_history() -> None:
    model = Alphabet()
    scores = np.array([0.1, 0.2], np.float32)
    assert np.array_equal(look(model)(EMPTY_HISTORY, np.array([0, 1], np.int32), scores), scores)
    assert model.asked == []


def test_of_equal_orders_the_one_before_stays() -> None:
    scores = np.array([0.5, 0.5, 0.2], np.float32)
    first = np.array([0, 1, 2])
    assert np.array_equal(exchanged(scores, first, np.zeros(3)), scores)


class Stuck(Alphabet):
    """Answers only once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def __call__(self, prefix: str, continuations: Sequence[str]) -> np.ndarray:
        assert self.go.wait(60)
        return super().__call__(prefix, continuations)


def test_a_list_that_is_not_looked_at_in_time_stays_as_it_was_and_later_ones_are_served_again() -> None:
    model = Stuck()
    scores, items = np.array([0.1, 0.2, 0.4, 0.3], np.float32), np.array([0, 1, 2, 3], np.int32)
    looked = look(model)
    assert np.array_equal(looked(HISTORY, items, scores, deadline=time.monotonic()), scores)
    model.go.set()
    assert looked(HISTORY, items, scores)[1] == np.float32(0.4)


def test_live_items_are_told_by_their_own_title() -> None:
    rows = [LiveRow(5, "n", {"title": "an"}, ItemState.AVAILABLE)]
    overlay = Overlay.of(1, rows, LiveVectors(np.zeros((1, 1), np.float32), ()))
    scores, items = np.array([0.2, 0.1], np.float32), np.array([2, 5], np.int32)
    assert look(Alphabet()).over(overlay)(HISTORY, items, scores).tolist() == pytest.approx([0.1, 0.2])


def looked_at(target: int, gains: Sequence[float]) -> LookedAt:
    items = np.arange(len(gains), dtype=np.int32)
    scores = np.exp(-np.arange(len(gains))).astype(np.float32)
    return LookedAt(items, scores, Likelihoods(np.array(gains), np.zeros(len(gains))), target)


def test_a_model_that_knows_what_comes_next_gets_a_weight_and_is_worth_it() -> None:
    lists = [looked_at(target, [float(item == target) for item in range(4)]) for target in (1, 2, 3, 1) * 5]
    weight, report = weigh(lists)
    assert weight > 1
    assert report["ndcg@10"]["with the language model"] == pytest.approx(1)
    of_ranks = [1 / np.log2(target + 2) for target in (1, 2, 3, 1)]
    assert report["ndcg@10"]["list as it was"] == pytest.approx(np.mean(of_ranks))
    assert report["llm_rerank_gain"] == pytest.approx(1 - np.mean(of_ranks))
    assert report["ndcg@10"]["random order"] == pytest.approx(np.mean(1 / np.log2(np.arange(4) + 2)))


def test_a_model_that_is_wrong_gets_no_weight() -> None:
    weight, report = weigh([looked_at(0, [0.0, 1.0, 1.0]) for _ in range(10)])
    assert weight == 0
    assert report["llm_rerank_gain"] == 0


def test_what_is_not_in_the_list_counts_nothing() -> None:
    _, report = weigh([looked_at(0, [0.0, 0.0]), looked_at(7, [0.0, 0.0])])
    assert report["found"] == 0.5
    assert report["ndcg@10"]["list as it was"] == 0.5


def test_the_weight_is_read_back(tmp_path) -> None:
    folder = Folder(str(tmp_path))
    assert load_language_weight(folder) is None
    save_language_weight(folder, 0.25, {"users": 3})
    assert load_language_weight(folder) == 0.25
