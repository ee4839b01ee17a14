"""A learner that is killed leaves what is served as it is, and its successor learns each event once."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from palate.data.histories import Histories
from palate.online import LiveEvent, PostgresStore, embedded_store
from palate.release import read_pointer, release_ids, verified_release
from palate.storage import Folder
from serving.api.schemas import RecommendRequest
from serving.settings import ServingSettings
from tests.support.api.running_services import RunningServices, running_services
from tests.support.processes.killed_learner import Learner
from tests.support.processes.tiny_pipeline import FinishedPipeline, has_checkpoint
from tests.support.worlds.tiny import Tiny

pytestmark = pytest.mark.server

SETTINGS = ("evaluation.cold_share=0", "release.guard_users=0")
UPDATES = ("update.epochs=40", "update.patience=40")
LATER = 10 * 86_400
"""A time after all events of the tiny data set."""
FILES = ("prepare/raw/store/part-", "-kept-00000.parquet", "releases/2", "releases/current.json")
"""Within which the learner is killed: the store's events, vectors, a release's first file, the pointer."""
TRAINING, TRAINS = "the training", has_checkpoint("train_sequence")


class Seen(NamedTuple):
    """What a gateway and the releases said while the learner was down."""

    served: str
    current: str | None
    listed: list[str]
    answers: int
    """Length of a list."""


class Course(NamedTuple):
    """What became of a learner that was killed again and again, and then let be."""

    first: str
    """The release before."""
    while_down: dict[str, Seen]
    """By where it was killed."""
    after: Seen
    told: Counter[tuple[str, str, int]]
    """Acknowledged events: user, item, time."""
    releases: Folder


@pytest.fixture(scope="module")
def course(
    tmp_path_factory: pytest.TempPathFactory, tiny: Tiny, finished_pipeline: FinishedPipeline
) -> Course:
    place = tmp_path_factory.mktemp("killed")
    config, run, store = finished_pipeline.copy_to(place, tiny), place / "run", place / "store"
    where = (f"run={run}", f"release.uri={run}/releases", f"data.store={store}")
    (place / "marks").mkdir()
    learner = Learner(config, [*where, *SETTINGS, *UPDATES], place / "marks")
    with embedded_store(store) as url, ExitStack() as stack:
        stack.callback(learner.end_what_is_left)
        return asyncio.run(run_course(learner, run, url))


async def run_course(learner: Learner, run: Path, store_url: str) -> Course:
    releases, seen, told = Folder(f"{run}/releases"), {}, Counter[tuple[str, str, int]]()
    first = str(read_pointer(releases).current)
    async with running_services(ServingSettings(releases=releases.uri), store_url) as gateway:
        told += await tell(gateway.store, 0)
        for number, part in enumerate(FILES[:2], 1):
            await asyncio.to_thread(learner.killed_within_a_file, part)
            seen[part] = await look(gateway)
            told += await tell(gateway.store, number)
        await asyncio.to_thread(learner.killed_when, partial(TRAINS, run / "update"), TRAINING)
        seen[TRAINING] = await look(gateway)
        for part in FILES[2:]:
            await asyncio.to_thread(learner.killed_within_a_file, part)
            seen[part] = await look(gateway)
        await asyncio.to_thread(learner.finish)
        return Course(first, seen, await look(gateway), told, releases)


async def tell(store: PostgresStore, number: int) -> Counter[tuple[str, str, int]]:
    """Have new events of two users acknowledged, one of which is sent twice."""
    told = [("u00", f"i{6 + number:02d}", LATER + number), ("u01", f"i{number:02d}", LATER + number)]
    events = [
        LiveEvent(str(number), user=user, item=item, kind="event", value=1.0, time=time)
        for user, item, time in told
    ]
    await store.append(events)
    await store.append(events[:1])
    return Counter(told)


async def look(gateway: RunningServices) -> Seen:
    """Look at the pointer as a gateway does, and ask for a list."""
    await gateway.watcher.poll()
    answer = await gateway.services.recommendations.recommend(RecommendRequest(user="u02", k=3))
    known = await gateway.services.catalogue.releases()
    return Seen(
        served=answer.release,
        current=gateway.watcher.current,
        listed=[release.id for release in known.releases],
        answers=len(answer.items),
    )


def test_the_old_release_goes_on_being_served(course: Course) -> None:
    assert set(course.while_down) == {*FILES, TRAINING}
    for part, seen in course.while_down.items():
        assert (seen.served, seen.current, seen.answers) == (course.first, course.first, 3), part


def test_no_half_release_is_listed(course: Course) -> None:
    half = course.while_down["releases/2"]
    assert half.listed == [course.first]
    assert len(release_ids(course.releases)) > len(course.after.listed)
    for listed in course.after.listed:
        assert verified_release(course.releases, listed).manifest.id == listed


def test_the_next_release_has_each_acknowledged_event_once(course: Course) -> None:
    assert course.after.served == course.after.current != course.first
    release = verified_release(course.releases)
    assert release.manifest.id == course.after.served
    items = release.folder.read_table("catalogue.parquet")["item"].to_pylist()
    histories = Histories.from_table(release.folder.read_table("histories"))
    learned = Counter(
        (name, items[item], time)
        for user, name in enumerate(histories.users.to_pylist())
        for item, time in zip(*histories.whole(user)[:2], strict=True)
        if time >= LATER
    )
    assert learned == course.told
    assert len(histories.items) == 100 + course.told.total()
