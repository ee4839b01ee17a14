"""Progress with the time that is left: a bar in a terminal, and elsewhere a line now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar as Bar
from rich.table import Table
from rich.text import Text

from jobs.runtime.pace import Pace, Progress, figures

SECONDS_A_LINE = 10.0
"""Between two lines where no terminal is."""

_QUIET = 1.0
"""Work that takes no longer than so many seconds is not shown."""
_LOOK = 0.5
_TIMEOUT = 5.0
_BAR_WIDTH = 8


class Work(NamedTuple):
    """What a bar is about."""

    title: str
    """At most 22 characters, so that the rest fits into a line."""
    unit: str
    """What is counted, in the plural: `texts`, `events`, `users`."""
    may_end_early: bool = False


class ProgressCounter:
    """Holds how far work is."""

    def __init__(self, total: int | None = None) -> None:
        self._progress = Progress(None, total)
        self._failure: str | None = None

    def post(self, done: int, total: int, note: str = "") -> None:
        """Say how far the work is."""
        self._progress = Progress(done, total, note)

    def advance(self, count: int) -> None:
        """Say that more is done; with 0, that the work begins."""
        self._progress = self._progress._replace(done=(self._progress.done or 0) + count)

    def note(self, note: str) -> None:
        """Say what else is worth knowing."""
        self._progress = self._progress._replace(note=note)

    def fail(self, reason: str) -> None:
        """Say why the work cannot be done; it is the same for every worker."""
        self._failure = reason

    def failure(self) -> str | None:
        """Why the work cannot be done, if it cannot."""
        return self._failure

    def latest(self) -> Progress:
        """How far the work is by what was said last."""
        return self._progress


ProgressActor = ray.remote(num_cpus=0)(ProgressCounter)
"""A counter for work that happens in workers elsewhere."""


class Reporter:
    """What a worker says of its work to an actor, twice a second at most; without an actor, nothing."""

    def __init__(self, actor: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._actor, self._clock = actor, clock
        self._next = clock()

    def post(self, done: int, total: int, note: str = "", at_once: bool = False) -> None:
        """Say how far the work is, if it is time again or has to be said `at_once`."""
        now = self._clock()
        if self._actor is not None and (at_once or done >= total or now >= self._next):
            self._next = now + _LOOK
            self._actor.post.remote(done, total, note)


@contextmanager
def progress_bar(work: Work, total: int | None = None) -> Iterator[ProgressCounter]:
    """Show work of this process while the block runs; it gives the counter."""
    counter = ProgressCounter(total)
    with _Display(ProgressView(work), counter.latest):
        yield counter


@contextmanager
def shared_progress_bar(work: Work, total: int | None = None) -> Iterator[Any]:
    """Show work of workers while the block runs; it gives the actor that they report to."""
    # On the driver's node: what is lost with another one must not take what workers report with it.
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    actor: Any = ProgressActor.options(scheduling_strategy=here).remote(total)

    def latest() -> Progress:
        try:
            progress: Progress = ray.get(actor.latest.remote(), timeout=_TIMEOUT)
        except ray.exceptions.RayError:  # the actor was lost with its node; the work itself goes on
            return Progress(note="progress is not known")
        return progress

    try:
        with _Display(ProgressView(work), latest):
            yield actor
    finally:
        ray.kill(actor)


class ProgressView:
    """Progress as rich shows it, and as a line of text."""

    def __init__(self, work: Work, pace: Pace | None = None) -> None:
        self._work, self._pace = work, pace or Pace()
        self._progress = Progress()

    def look(self, progress: Progress) -> None:
        """Take what is shown from now on."""
        self._progress = progress
        self._pace.look(progress.done)

    def __rich__(self) -> RenderableType:
        """A bar with its figures, and below it the note, in 80 columns."""
        done, total, note = self._progress
        row = Table.grid(padding=(0, 1))
        row.add_row(
            Text(f"  {self._work.title}", no_wrap=True),
            Bar(total=total, completed=done or 0, width=_BAR_WIDTH, pulse=not total),
            Text(self._figures(), no_wrap=True, overflow="ellipsis"),
        )
        below = Text(f"    {note}", style="dim", no_wrap=True, overflow="ellipsis")
        return Group(row, below) if note else row

    def line(self) -> str:
        """Everything as one line."""
        note = f"; {self._progress.note}" if self._progress.note else ""
        return f"  {self._work.title}: {self._figures()}{note}"

    def _figures(self) -> str:
        return figures(self._progress, self._pace, self._work.unit, self._work.may_end_early)


class _Display:
    """Looks at the progress twice a second in a thread of its own, and shows it."""

    def __init__(self, view: ProgressView, latest: Callable[[], Progress]) -> None:
        self._view, self._latest = view, latest
        self._console = Console(stderr=True)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *failure: object) -> None:
        self._done.set()
        self._thread.join()

    def _show(self) -> None:
        if self._done.wait(_QUIET):
            return
        if self._console.is_terminal:
            with Live(self._view, console=self._console, refresh_per_second=1 / _LOOK):
                while not self._done.wait(_LOOK):
                    self._view.look(self._latest())
                self._view.look(self._latest())
        else:
            lines = Lines(self._view.line)
            while not self._done.wait(_LOOK):
                self._view.look(self._latest())
                for line in lines.due():
                    self._console.print(line, highlight=False, markup=False, soft_wrap=True)


class Lines:
    """One line each ten seconds, so that a log shows that work goes on and stays short."""

    def __init__(self, line: Callable[[], str], clock: Callable[[], float] = time.monotonic) -> None:
        self._line, self._clock = line, clock
        self._next = clock() + SECONDS_A_LINE

    def due(self) -> list[str]:
        """The line, if it is time for one; otherwise nothing."""
        if self._clock() < self._next:
            return []
        self._next = self._clock() + SECONDS_A_LINE
        return [self._line()]
