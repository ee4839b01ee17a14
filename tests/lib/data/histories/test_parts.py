"""The split's parts are counted as they are, and a part of which nothing is left is told with its setting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.config import Config
from palate.data.histories import Histories
from palate.data.inspection.findings import findings, require_no_refusal
from palate.data.inspection.parts import (
    PartSize,
    PartSizes,
    added,
    part_sizes,
    sizes_from_json,
    sizes_to_json,
)
from palate.data.split import splitter
from palate.errors import PalateError

Log = list[list[tuple[int, int]]]
"""Item and time of each event of each user."""
DAY = 86_400


def split(log: Log, **data: Any) -> PartSizes:
    """Sizes of the parts of a log under these settings."""
    user = np.repeat(np.arange(len(log)), [len(events) for events in log])
    item, time = (np.array([event[column] for events in log for event in events]) for column in (0, 1))
    settings = Config.model_validate({"data": data}).data
    ends = splitter(settings, lambda count: count(time))(user, time, len(log))
    return part_sizes(
        Histories(
            users=pa.array([f"u{number}" for number in range(len(log))]),
            offsets=np.concatenate([[0], np.cumsum([len(events) for events in log])]).astype(np.int64),
            items=item.astype(np.int32),
            times=time.astype(np.int64),
            train_end=ends.train,
            validation_end=ends.validation,
        )
    )


def told(parts: PartSizes, items: int = 40, **settings: Any) -> str:
    """What a run would end on."""
    with pytest.raises(PalateError) as error:
        require_no_refusal(findings(parts, items, Config.model_validate(settings)))
    return str(error.value)


FOUR_EACH: Log = [[(user + step, 100 * step) for step in range(4)] for user in range(3)]


def test_parts_have_their_events_users_and_times() -> None:
    assert split(FOUR_EACH) == {
        "train": PartSize(6, 3, 6, 0, 100),
        "validation": PartSize(3, 3, 3, 200, 200),
        "test": PartSize(3, 3, 3, 300, 300),
    }


def test_an_item_that_its_user_had_before_is_not_new() -> None:
    sizes = split([[(1, 0), (2, 1), (1, 2), (2, 3)]])
    assert (sizes["validation"].unseen, sizes["test"].unseen) == (0, 0)
    assert sizes["train"].unseen == 2


@given(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=8), min_size=1, max_size=6))
def test_new_items_are_those_of_which_the_history_knows_nothing(items: list[list[int]]) -> None:
    sizes = split([[(item, time) for time, item in enumerate(events)] for events in items])
    cut = [len(events) - (1 if len(events) >= 3 else 0) for events in items]
    unseen = [len(set(events[end:]) - set(events[:end])) for events, end in zip(items, cut, strict=True)]
    assert sizes["test"].unseen == sum(unseen)
    assert sum(size.events for size in sizes.values()) == sum(map(len, items))


def test_sizes_of_blocks_add_up_and_come_through_text() -> None:
    one, other = split(FOUR_EACH[:1]), split(FOUR_EACH[1:])
    assert added([one, sizes_from_json(sizes_to_json(other))]) == split(FOUR_EACH)
    assert added([])["test"] == PartSize()


def test_two_events_of_each_user_hold_nothing_out() -> None:
    message = told(split([[(1, 0), (2, 1)]] * 5), data={"min_user_events": 1})
    assert "no user has the three events" in message
    assert "data.min_user_events is 1" in message
    assert "data.split=global-time" in message


REPEATS: Log = [[(1, 0), (2, 1), (1, 2), (2, 3)]] * 5


def test_repeats_alone_are_refused_where_they_are_dropped() -> None:
    message = told(split(REPEATS), evaluation={"repeats": "drop"})
    assert "Nothing in the validation part is new to its user (5 events, all repeats)" in message


def test_repeats_alone_are_a_note_where_they_count_as_not_found() -> None:
    found = findings(split(REPEATS), 40, Config())
    require_no_refusal(found)
    assert sum("every figure will be 0" in finding.text for finding in found) == 2


def test_both_cuts_at_one_time_are_told_with_that_time() -> None:
    dates: Log = [[(step, DAY * (step > 2)) for step in range(6)]] * 10
    message = told(split(dates, split="global-time"), data={"split": "global-time"})
    assert "There is no validation event" in message
    assert "1970-01-02 00:00:00 UTC, and 30 of 60 events" in message
    assert "data.test_share" in message


def test_equal_times_leave_nothing_to_train_on_under_a_split_by_time() -> None:
    log: Log = [[(step, 7) for step in range(6)]] * 10
    assert "no train event" in told(split(log, split="global-time"), data={"split": "global-time"})
    texts = [finding.text for finding in findings(split(log), 40, Config())]
    assert any("All events have one time" in text for text in texts)


def test_one_item_is_nothing_to_choose_from() -> None:
    assert "one item" in told(split(FOUR_EACH), items=1)


def test_an_order_without_times_says_what_cannot_be_done() -> None:
    texts = [finding.text for finding in findings(split(FOUR_EACH), 40, Config(), has_clock=False)]
    assert any("data.split=global-time cannot be used" in text for text in texts)


def test_enough_of_everything_is_no_news() -> None:
    assert findings(split(FOUR_EACH * 50), 40, Config()) == []
