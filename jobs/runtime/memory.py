"""The most memory that this process and all its descendants held together."""

from __future__ import annotations

import threading
from types import TracebackType

import psutil


class PeakMemory:
    """Samples the proportional set size of the process tree, every few seconds, inside a `with` block.

    A look at some processes of gigabytes takes a twentieth of a second, in which they wait.
    """

    def __init__(self, seconds: float = 3.0) -> None:
        self.peak_bytes = 0
        self._seconds = seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while True:
            self.peak_bytes = max(self.peak_bytes, tree_bytes())
            if self._done.wait(self._seconds):
                return


def tree_bytes() -> int:
    """Memory of this process and its descendants; a page shared by several counts once."""
    me = psutil.Process()
    return sum(_proportional_bytes(process) for process in [me, *me.children(recursive=True)])


def _proportional_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:  # it ended between the listing and the reading
        return 0
