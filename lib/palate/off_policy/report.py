"""Off-policy report: what another release, or no exploration, would have earned, from the store's own log."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from palate.errors import PalateError
from palate.off_policy.draws import CandidatePool, Draws, read_draws
from palate.off_policy.examination import AttentionEstimator, PlaceAttention
from palate.off_policy.explored_lists import ExploredList, LogSize, explored_lists, log_size
from palate.off_policy.place_estimates import LoggedPlaces, PlaceEstimates, PlaceEstimator
from palate.off_policy.replay import Replay
from palate.online.impressions.report import last_days
from palate.online.postgres.database import Database
from palate.online.postgres.embedded import store_at
from palate.release import release_ids, verified_release
from palate.storage import Folder

LEAST_OVERLAP = 0.95
"""Share of the other lists' attention on items that had a chance, below which the log cannot tell."""
LEAST_EFFECTIVE = 100.0
"""Effective lists below which it cannot either."""
MOST_UNCERTAIN = 2.0
"""Upper over lower end of the interval of a place's attention, beyond which it is not to be used."""
ANOTHER_LIST, NO_RELEASE = "not made again", "their release is gone"
"""Why lists are left out."""

Progress = Callable[[int, int], None]
"""Told how many lists are done, and of how many; lists of nobody known are among these."""
Answer = TypeVar("Answer")


class LogQuestion(NamedTuple):
    """Which lists of which store."""

    store: str
    """URL, or the folder of an embedded one."""
    releases: str
    """Folder or object-store URI."""
    days: int
    """The last ones."""
    kinds: tuple[str, ...]
    """Of events that are a reward."""


class OffPolicyReport(NamedTuple):
    """What the log tells of other lists."""

    log: LogSize
    left_out: dict[str, int]
    """Explored lists of known users that tell nothing, by reason."""
    estimates: PlaceEstimates | None
    """None where fewer than two users are left."""

    @property
    def doubts(self) -> list[str]:
        """Why the log cannot tell; empty where it can."""
        if not self.log.explored:
            return ["no list was drawn at random: ask for lists with explore, each with another seed"]
        found = self.estimates
        if found is None:
            return ["of fewer than two users are there lists that the releases make again"]
        doubts = []
        if found.overlap < LEAST_OVERLAP:
            doubts.append(f"only {found.overlap:.0%} of the other lists could have been shown")
        if found.effective_lists < LEAST_EFFECTIVE:
            doubts.append(f"the log is worth {found.effective_lists:.0f} lists of the other kind")
        if "snips" not in found.by_estimator:
            doubts.append("no item of the other lists was ever shown")
        return doubts


class AttentionReport(NamedTuple):
    """How much places are looked at."""

    log: LogSize
    left_out: dict[str, int]
    places: list[PlaceAttention]

    @property
    def uncertain(self) -> bool:
        """Whether an interval is so wide that weights by these places would do more harm than good."""
        intervals = (place.attention for place in self.places)
        return any(attention.high > MOST_UNCERTAIN * attention.low for attention in intervals)


class _ReadList(NamedTuple):
    """A list with its draws, and what the other policy would have shown in its place."""

    logged: LoggedPlaces
    draws: Draws
    pool: CandidatePool
    other: tuple[str, ...]


def off_policy_report(
    question: LogQuestion, release: str | None, attention: Sequence[float], progress: Progress
) -> OffPolicyReport:
    """What lists of a release would have earned; None: of each list's own release, without exploration.

    Args:
        question: Which lists.
        release: Id of the other release.
        attention: How much places are looked at, from the first on, as `attention_report` tells; those
            beyond its end as the last. Empty: all alike.
        progress: Told of lists that are done.

    Raises:
        StoreUnavailable: The store does not answer, or not within ten minutes.
        PalateError: There is no such release, or an attention is not above 0.
    """
    if any(not value > 0 for value in attention):
        raise PalateError("The attention to a place must be above 0")
    reading = _LogReading(question, release, progress)

    async def estimate(size: LogSize, lists: AsyncIterator[_ReadList]) -> OffPolicyReport:
        estimator = PlaceEstimator(_padded(attention, max(size.longest, 1)))
        async for read in lists:
            estimator.add(read.logged, read.draws, read.pool, read.other)
        return OffPolicyReport(size, dict(reading.left_out), estimator.estimates())

    return reading.run(estimate)


def attention_report(question: LogQuestion, progress: Progress) -> AttentionReport:
    """How much places are looked at, from lists of which two places or more were drawn; errors as above."""
    reading = _LogReading(question, None, progress)

    async def estimate(size: LogSize, lists: AsyncIterator[_ReadList]) -> AttentionReport:
        estimator = AttentionEstimator(max(size.longest, 2))
        async for read in lists:
            estimator.add(read.logged, read.draws, read.pool)
        return AttentionReport(size, dict(reading.left_out), estimator.attention())

    return reading.run(estimate)


class _LogReading:
    """Reads explored lists page by page, and has their releases make them again."""

    def __init__(self, question: LogQuestion, release: str | None, progress: Progress) -> None:
        self._question, self._folder, self._progress = question, Folder(question.releases), progress
        self._known = set(release_ids(self._folder))
        self._other = None if release is None else Replay(verified_release(self._folder, release))
        self._name, self._own = release or "", self._other
        self.left_out: Counter[str] = Counter()

    def run(self, estimate: Callable[[LogSize, AsyncIterator[_ReadList]], Awaitable[Answer]]) -> Answer:
        """What is made of the lists."""
        with store_at(self._question.store) as url:
            return asyncio.run(self._run(url, estimate))

    async def _run(
        self, url: str, estimate: Callable[[LogSize, AsyncIterator[_ReadList]], Awaitable[Answer]]
    ) -> Answer:
        since, until = last_days(self._question.days)
        database = await Database.open(url, pool_size=1)
        try:
            async with database.snapshot() as snapshot:
                size = await log_size(snapshot, since, until)
                pages = explored_lists(snapshot, since, until, self._question.kinds)
                return await estimate(size, self._lists(pages, size.explored))
        finally:
            await database.close()

    async def _lists(self, pages: AsyncIterator[list[ExploredList]], total: int) -> AsyncIterator[_ReadList]:
        done = 0
        async for page in pages:
            for _, lists in groupby(page, key=attrgetter("release")):
                for read in await asyncio.to_thread(self._read, list(lists)):
                    yield read
            done += len(page)
            self._progress(done, total)

    def _read(self, lists: list[ExploredList]) -> list[_ReadList]:
        """The lists of one release that it makes again."""
        if lists[0].release not in self._known:
            self.left_out[NO_RELEASE] += len(lists)
            return []
        own = self._replay(lists[0].release)
        pools = own.pools(lists)
        others = pools if self._other is None else self._other.pools(lists)
        found = [_read_list(*parts) for parts in zip(lists, pools, others, strict=True)]
        self.left_out[ANOTHER_LIST] += found.count(None)
        return [read for read in found if read is not None]

    def _replay(self, release: str) -> Replay:
        """The release of some lists, of which one is in memory at a time beside the other policy's."""
        if self._own is None or release != self._name:
            self._name, self._own = release, Replay(verified_release(self._folder, release))
        return self._own


def _read_list(shown: ExploredList, pool: CandidatePool, other: CandidatePool) -> _ReadList | None:
    draws = read_draws(pool, shown.items, shown.propensities)
    if draws is None:
        return None
    logged = LoggedPlaces((shown.release, shown.user), shown.items, shown.acted)
    return _ReadList(logged, draws, pool, other.items[: len(shown.items)])


def _padded(attention: Sequence[float], places: int) -> NDArray[np.float64]:
    """Attention to so many places, those beyond the end as the last."""
    given = np.array(attention or [1.0], np.float64)
    return np.concatenate([given, np.full(max(places - len(given), 0), given[-1])])
