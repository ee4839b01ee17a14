"""What is known of a user now, and what each event of it said."""

from __future__ import annotations

import numpy as np

from palate.config.data import NegativeRule
from palate.data.histories import DislikedItems, History
from palate.online import LiveEvent, UserState
from palate.online.history import LiveHistory, ReleasedHistory, live_history

NEGATIVE = [NegativeRule(kinds=("dislike",)), NegativeRule(kinds=("stars",), max_value=2)]
ITEMS = {f"i{number}": number for number in range(9)}
BASE = History(
    np.array([0, 1, 2, 1], np.int32),
    np.array([10, 20, 30, 40]),
    np.array(["watch", "like", "watch", "watch"]),
    np.array([1, 5, 2, 3], np.float32),
)


def state(*events: tuple[str, str, int], erased: bool = False) -> UserState:
    """A state after events of (item, kind, time); the value of each is its time."""
    live = [
        LiveEvent(f"e{number}", user="ann", item=item, kind=kind, value=time, time=time)
        for number, (item, kind, time) in enumerate(events)
    ]
    return UserState(9, erased, tuple(live))


def now(known: UserState) -> LiveHistory:
    return live_history(ReleasedHistory(BASE), known, ITEMS.get, NEGATIVE)


def said(known: UserState) -> list[tuple[int, str, float]]:
    history = now(known).history
    return [
        (item, *feedback) for item, feedback in zip(history.items.tolist(), history.feedback, strict=True)
    ]


def test_every_event_keeps_what_it_said() -> None:
    known = state(("i5", "click", 50), ("i0", "like", 60))
    assert said(state()) == [(0, "watch", 1), (1, "like", 5), (2, "watch", 2), (1, "watch", 3)]
    assert said(known) == [*said(state()), (5, "click", 50), (0, "like", 60)]


def test_what_was_disliked_or_is_unknown_goes_with_what_it_said() -> None:
    known = state(("new", "click", 50), ("i1", "dislike", 60), ("i5", "click", 70), ("i6", "dislike", 80))
    assert said(known) == [(0, "watch", 1), (2, "watch", 2), (5, "click", 70)]
    assert now(known).disliked.tolist() == [1, 6]


def test_a_dislike_keeps_its_place_among_the_events() -> None:
    known = state(("i4", "dislike", 45), ("i5", "click", 50), ("i6", "dislike", 60), ("i7", "click", 70))
    disliked = now(known).history.disliked
    assert disliked is not None
    assert (disliked.items.tolist(), disliked.after.tolist()) == ([4, 6], [4, 5])
    assert now(state(("i5", "click", 50))).history.disliked is None


def test_nothing_but_dislikes_leaves_the_rest_as_it_was() -> None:
    live = now(state(("i0", "dislike", 50)))
    assert live.history.items.tolist() == [1, 2, 1]
    assert live.history.items.dtype == np.int32
    assert live.history.times.tolist() == [20, 30, 40]


def test_after_an_erasure_only_what_came_later_counts() -> None:
    known = state(("i5", "click", 50), erased=True)
    assert said(known) == [(5, "click", 50)]


def test_times_never_fall() -> None:
    assert now(state(("i5", "click", 5))).history.times.tolist() == [10, 20, 30, 40, 40]


def test_what_the_release_knows_from_long_ago_is_seen_and_no_taste_unless_it_was_erased() -> None:
    older = np.array([7, 8], np.int32)
    for known, expected in (
        (state(), [7, 8]),
        (state(("i5", "click", 50)), [7, 8]),
        (state(erased=True), []),
    ):
        live = live_history(ReleasedHistory(BASE, older), known, ITEMS.get, NEGATIVE)
        assert live.older.tolist() == expected
        assert not set(live.history.items.tolist()) & {7, 8}


def test_what_the_release_learned_counts_once() -> None:
    live = now(state(("i1", "watch", 40), ("i1", "watch", 41), ("new", "watch", 42)))
    assert live.history.items.tolist() == [0, 1, 2, 1, 1]
    assert live.learned == 1


def test_a_low_value_speaks_against_an_item_by_its_rule() -> None:
    assert now(state(("i5", "stars", 2), ("i6", "stars", 3))).disliked.tolist() == [5]


def test_what_the_release_knows_to_be_disliked_is_hidden_until_the_user_is_erased() -> None:
    released = ReleasedHistory(BASE, disliked=np.array([1], np.int32))
    live = live_history(released, state(), ITEMS.get, NEGATIVE)
    assert (live.history.items.tolist(), live.disliked.tolist()) == ([0, 2], [1])
    assert live_history(released, state(erased=True), ITEMS.get, NEGATIVE).disliked.tolist() == []


def test_a_dislike_that_the_release_has_learned_is_read_once_in_its_place() -> None:
    learned = BASE._replace(disliked=DislikedItems(np.array([7], np.int32), np.array([2], np.int32)))
    released = ReleasedHistory(learned, disliked=np.array([7], np.int32))
    live = live_history(released, state(("i7", "dislike", 25), ("i8", "dislike", 50)), ITEMS.get, NEGATIVE)
    assert live.disliked.tolist() == [7, 8]
    assert live.history.disliked is not None
    assert live.history.disliked.items.tolist() == [7, 8]
    assert live.history.disliked.after.tolist() == [2, 4]
