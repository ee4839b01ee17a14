"""Releases in memory: those that are asked for, and no more than there is room for."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from serving.pipeline import release_cache
from serving.pipeline.release_cache import IDLE_S, MAX_RELEASES, ReleaseCache


class NamedStages(ReleaseCache[str]):
    """The stage of a release is its name."""

    def _opened(self, release: str) -> str:
        return release


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(release_cache, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def in_memory(clock: list[float], *asked: tuple[float, str]) -> set[str]:
    """What is left after these releases were asked for, each at a time."""

    async def ask() -> set[str]:
        cache = NamedStages("nowhere", lambda artefacts: "")
        for clock[0], release in asked:
            assert await cache.get(release) == release
        return {release for _, release in asked if cache.is_loaded(release)}

    return asyncio.run(ask())


def test_a_release_that_nobody_asks_for_goes(clock: list[float]) -> None:
    assert in_memory(clock, (0, "old"), (IDLE_S, "new"), (IDLE_S + 1, "new")) == {"new"}


def test_a_release_that_is_asked_for_now_and_then_stays(clock: list[float]) -> None:
    both = [(time, name) for time in (0, 0.9 * IDLE_S, 1.8 * IDLE_S) for name in ("one", "two")]
    assert in_memory(clock, *both) == {"one", "two"}


def test_beyond_the_bound_the_one_goes_that_was_idle_for_the_longest_time(clock: list[float]) -> None:
    names = [f"r{number}" for number in range(MAX_RELEASES + 1)]
    assert in_memory(clock, *((0, name) for name in names)) == set(names[1:])
