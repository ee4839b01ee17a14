"""Progress: figures by a clock that the test turns, bars within 80 columns, lines that do not flood a log."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from rich.console import Console

from jobs.runtime.pace import Pace, Progress, duration, figures, short
from jobs.runtime.progress import SECONDS_A_LINE, Lines, ProgressCounter, ProgressView, Reporter, Work
from jobs.training.epoch_progress import EpochProgress, events_of_epoch
from palate.sequence import IGNORE_INDEX, SequenceBatch

TRAINING = Work("sequence model 1 of 3", "events", may_end_early=True)


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Recorder:
    """In the place of a Ray actor: writes down what is posted."""

    def __init__(self) -> None:
        self.posts: list[tuple[int, int, str]] = []
        self.post = self

    def remote(self, done: int, total: int, note: str) -> None:
        self.posts.append((done, total, note))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_time_left_is_what_the_rate_so_far_leaves(clock: Clock) -> None:
    pace = Pace(clock)
    pace.look(0)
    clock.now = 10.0
    pace.look(100)
    assert pace.rate == 10.0
    assert pace.seconds_left(400) == 30.0
    assert figures(Progress(100, 400), pace, "users") == "100/400, 10 users/s, 30 s left"


def test_what_a_killed_run_had_done_does_not_count_for_the_rate(clock: Clock) -> None:
    pace = Pace(clock)
    pace.look(900)
    clock.now = 10.0
    pace.look(910)
    assert pace.seconds_left(1000) == 90.0


def test_time_before_the_work_begins_is_shown_and_counts_for_nothing(clock: Clock) -> None:
    pace = Pace(clock)
    clock.now = 100.0
    pace.look(None)
    assert figures(Progress(None, 400), pace, "users") == "starting, 100 s"
    pace.look(0)
    clock.now = 110.0
    pace.look(10)
    assert pace.rate == 1.0


def test_training_that_may_stop_early_has_an_upper_limit_of_time(clock: Clock) -> None:
    pace = Pace(clock)
    pace.look(0)
    clock.now = 60.0
    pace.look(1200)
    assert (
        figures(Progress(1200, 120_000), pace, "events", True) == "1,200/120k, 20 events/s, ≤ 1 h 39 min left"
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (0.04, "0.04"),
        (3.52, "3.5"),
        (7, "7"),
        (9_999, "9,999"),
        (48_210, "48k"),
        (1_234_567, "1.2M"),
    ],
)
def test_numbers_are_short(number: float, text: str) -> None:
    assert short(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (119, "119 s"), (200, "3 min"), (3900, "1 h 5 min"), (40_000, "11 h")]
)
def test_durations_are_no_finer_than_matters(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_widest_bar_and_its_note_fit_80_columns(clock: Clock) -> None:
    view = ProgressView(TRAINING, Pace(clock))
    view.look(Progress(0, 99_900_000))
    clock.now = 3_000.0
    note = "epoch 10 of at most 100, validation NDCG@10 0.1234, best 0.1250"
    view.look(Progress(10_000_000, 99_900_000, note))
    console = Console(width=80)
    with console.capture() as capture:
        console.print(view)
    bar, below = capture.get().rstrip("\n").split("\n")
    assert bar.startswith("  sequence model 1 of 3 ")
    assert bar.rstrip().endswith("10.0M/99.9M, 3,333 events/s, ≤ 7 h 29 min left")
    assert below.strip() == note


def test_a_title_and_a_note_are_no_markup(clock: Clock) -> None:
    view = ProgressView(Work("[bold]a", "texts"), Pace(clock))
    view.look(Progress(0, 10, "[red]b"))
    console = Console(width=80)
    with console.capture() as capture:
        console.print(view)
    assert "[bold]a" in capture.get()
    assert "[red]b" in capture.get()


def test_a_log_gets_a_line_each_ten_seconds_and_no_more(clock: Clock) -> None:
    lines = Lines(lambda: f"at {clock.now:.0f}", clock)
    printed = []
    for half_seconds in range(1, 61):
        clock.now = half_seconds / 2
        printed += lines.due()
    assert SECONDS_A_LINE == 10.0
    assert printed == ["at 10", "at 20", "at 30"]


def test_a_counter_adds_up_what_workers_say() -> None:
    counter = ProgressCounter(total=20)
    assert counter.latest() == (None, 20, "")
    counter.advance(0)
    counter.advance(8)
    counter.note("halfway")
    assert counter.latest() == (8, 20, "halfway")


def test_a_worker_speaks_twice_a_second_at_most_but_always_at_the_end(clock: Clock) -> None:
    actor = Recorder()
    reporter = Reporter(actor, clock)
    for step in range(1, 1001):
        clock.now = step / 1000
        reporter.post(step, 1000)
    assert [done for done, _, _ in actor.posts] == [1, 501, 1000]


def test_a_worker_without_an_actor_says_nothing() -> None:
    Reporter(None).post(1, 2, at_once=True)


def batch(*targets: list[int]) -> SequenceBatch:
    events = torch.zeros(len(targets), len(targets[0]), dtype=torch.int64)
    return SequenceBatch(events, events, events, torch.tensor(targets), disliked=events, against=events)


def test_progress_within_an_epoch_counts_the_events_that_were_learned(clock: Clock) -> None:
    actor = Recorder()
    progress = EpochProgress(Reporter(actor, clock), epochs=3, events=10, limit="at most ")
    progress.begin_epoch(1)
    clock.now = 1.0
    progress.learned(batch([4, 5, 6], [7, IGNORE_INDEX, IGNORE_INDEX]))
    assert actor.posts[-1] == (14, 30, "epoch 2 of at most 3")


def test_an_epoch_is_whole_at_its_end_though_crops_left_events_out(clock: Clock) -> None:
    actor = Recorder()
    progress = EpochProgress(Reporter(actor, clock), epochs=3, events=10)
    progress.begin_epoch(0)
    progress.learned(batch([4, 5, 6]))
    progress.end_epoch()
    progress.note("best so far")
    assert actor.posts[-1] == (10, 30, "epoch 1 of 3, best so far")


def test_an_epoch_learns_all_visible_training_events_but_the_first_of_each_user(tiny: Any) -> None:
    shards = [lambda: tiny.histories]
    nothing = np.zeros(len(tiny.catalogue), np.bool_)
    assert events_of_epoch(shards, nothing) == 20 * 2
    assert events_of_epoch(shards, ~nothing) == 0
