"""A progress bar in the driver for work that happens in workers elsewhere."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any

import ray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_SECONDS = 0.5
_TIMEOUT = 5.0


@ray.remote(num_cpus=0)
class ProgressActor:
    """Holds the latest word of the workers."""

    def __init__(self) -> None:
        self._latest = (0, 1, "starting")

    def post(self, done: int, total: int, note: str) -> None:
        """Say how far the work is."""
        self._latest = (done, total, note)

    def latest(self) -> tuple[int, int, str]:
        """Done, total, note."""
        return self._latest


class ProgressBar:
    """Shows a board while a `with` block runs: a bar in a terminal, a line a tenth elsewhere."""

    def __init__(self, title: str) -> None:
        self.board: Any = ProgressActor.remote()
        self._title = title
        self._console = Console(stderr=True)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> Any:
        self._thread.start()
        return self.board

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        ray.kill(self.board)

    def _show(self) -> None:
        if self._console.is_terminal:
            self._show_bar()
        else:
            self._show_lines()

    def _show_bar(self) -> None:
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, TextColumn("{task.fields[note]}"), console=self._console) as bar:
            task = bar.add_task(self._title, total=None, note="")
            while not self._done.wait(_SECONDS):
                done, total, note = self._latest()
                bar.update(task, completed=done, total=total, note=note)
            done, total, note = self._latest()
            bar.update(task, completed=done, total=total, note=note)

    def _show_lines(self) -> None:
        tenths_shown = 0
        while not self._done.wait(_SECONDS):
            done, total, note = self._latest()
            if 10 * done // total > tenths_shown:
                tenths_shown = 10 * done // total
                self._console.print(f"  {self._title} {done}/{total} {note}", highlight=False)

    def _latest(self) -> tuple[int, int, str]:
        try:
            latest: tuple[int, int, str] = ray.get(self.board.latest.remote(), timeout=_TIMEOUT)
        except ray.exceptions.RayError:  # the board was lost with its node; the work itself goes on
            return 0, 1, "(progress is not known)"
        return latest
