"""A gateway with a part missing: lists go on without the store, and readiness says what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from palate.online import PostgresStore, StoreUnavailable
from palate.online.postgres.database import Database
from palate.release import POINTER, promote, read_pointer, release_ids
from palate.storage import Folder
from serving.api.schemas import Event, EventsRequest, RecommendRequest
from serving.api.services import Services
from serving.deployments.gateway import experiments_of, impression_log_of, services_of
from serving.explanations.local_explainer import LocalExplainer
from serving.pipeline.local import LocalPipeline
from serving.releases.active_release import ReleaseWatcher
from serving.releases.arm_releases import ArmReleases
from serving.settings import ExplainerSettings, ServingSettings
from tests.support.releases.small import publish_tiny


class AwayDatabase:
    """A store that does not answer."""

    async def rows(self, *_: object, **__: object) -> list[Any]:
        raise StoreUnavailable("the store is away")


class FailingAtFirst(LocalPipeline):
    """Loads a release only at the third attempt."""

    def __init__(self, releases: str) -> None:
        super().__init__(releases)
        self.failures = 2

    async def load(self, release: str) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the network is down")
        await super().load(release)


@pytest.fixture
def releases(tmp_path: Path, served_run: Folder) -> Folder:
    folder = Folder(str(tmp_path / "releases"))
    for method in ("sequence", "ease"):
        publish_tiny(served_run, folder, method)
    return folder


def run(releases: Folder, scenario: Callable[[Services, ReleaseWatcher], Awaitable[None]]) -> None:
    """A scenario with services whose store is away."""

    async def body() -> None:
        pipeline = LocalPipeline(releases.uri)
        watcher = ReleaseWatcher(releases.uri, pipeline, 0.001)
        await watcher.start()
        settings = ServingSettings(releases=releases.uri)
        store = PostgresStore(cast("Database", AwayDatabase()))
        services = services_of(
            settings=settings,
            pipeline=pipeline,
            store=store,
            watcher=watcher,
            explainer=LocalExplainer(releases.uri, ExplainerSettings(enabled=False)),
            impressions=impression_log_of(settings, store),
            experiments=experiments_of(settings, store),
            arm_releases=ArmReleases({}),
        )
        await scenario(services, watcher)

    asyncio.run(body())


async def listed(services: Services, **asked: Any) -> Sequence[str]:
    answer = await services.recommendations.recommend(RecommendRequest(**asked))
    assert answer.degraded is ("user" in asked)
    return [place.item for place in answer.items]


def test_without_the_store_lists_are_of_the_releases_own_history(releases: Folder) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        view = watcher.active.view
        history = [view.catalogue.items[item] for item in view.users.history("u02").items.tolist()]
        expected = await listed(services, history=history, k=4)
        assert await listed(services, user="u02", k=4) == expected
        assert await listed(services, user="u02", k=4, explain=True) == expected

    run(releases, scenario)


def test_without_the_store_events_are_refused_for_now(releases: Folder) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        with pytest.raises(StoreUnavailable):
            await services.users.record(EventsRequest(events=[Event(id="e", user="u02", item="i00")]))

    run(releases, scenario)


def test_readiness_tells_each_part(releases: Folder) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        assert (await services.catalogue.ready()).status == "ready"  # nobody has asked the store yet
        await listed(services, user="u02")
        ready = await services.catalogue.ready()
        assert (ready.status, ready.store.why, ready.stages.ok) == ("degraded", "the store is away", True)
        assert (ready.serving, ready.release.ok) == (ready.current, True)
        other = read_pointer(releases).earlier[0]
        promote(releases, other)
        (releases / other).write_bytes("methods/popularity.json", b"{}")
        await watcher.poll()
        ready = await services.catalogue.ready()
        assert ready.current == other != ready.serving
        assert "popularity.json has changed" in (ready.release.why or "")

    run(releases, scenario)


def test_a_pointer_of_a_newer_palate_leaves_the_release_in_place(releases: Folder) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        before = watcher.active.release
        releases.write_bytes(POINTER, b"[]")
        watch = asyncio.create_task(watcher.watch())
        while watcher.problem is None:
            await asyncio.sleep(0)
        watch.cancel()
        assert watcher.active.release == before
        assert "cannot be read" in ((await services.catalogue.ready()).release.why or "")

    run(releases, scenario)


@pytest.mark.parametrize("content", [b"[]", b'{"current": 7}'])
def test_a_gateway_that_starts_on_an_unreadable_pointer_serves_the_newest_release(
    releases: Folder, content: bytes
) -> None:
    releases.write_bytes(POINTER, content)
    watcher = ReleaseWatcher(releases.uri, LocalPipeline(releases.uri), 1.0)
    asyncio.run(watcher.start())
    assert watcher.active.release == release_ids(releases)[-1]
    assert watcher.problem is not None


def test_fields_of_a_newer_palate_stay_in_the_pointer(releases: Folder) -> None:
    pointer = read_pointer(releases)
    newer = pointer.model_copy(update={"canary": "half"}).model_dump_json().encode()
    releases.write_bytes(POINTER, newer)
    promote(releases, pointer.earlier[0])
    assert b'"canary": "half"' in releases.read_bytes(POINTER)


def test_a_fault_that_passes_while_a_release_loads_is_tried_again(releases: Folder) -> None:
    watcher = ReleaseWatcher(releases.uri, FailingAtFirst(releases.uri), 0.001)
    asyncio.run(watcher.start())
    assert watcher.active.release == read_pointer(releases).current
    assert watcher.refused == {}
