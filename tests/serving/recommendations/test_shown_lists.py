"""Lists that were shown: each has an id and is logged, and what is logged goes with its user."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from palate.online.impressions import ImpressionLog
from palate.storage import Folder
from serving.api.schemas import Event, EventsRequest, RecommendRequest, SearchRequest, SimilarRequest
from serving.api.schemas.reports import ReportRequest
from serving.api.services import Services
from serving.settings import ServingSettings
from tests.support.api.running_services import running_services
from tests.support.online_helpers import fetch
from tests.support.releases.small import publish_tiny

Scenario = Callable[[Services, ImpressionLog], Awaitable[None]]
Run = Callable[..., None]


@pytest.fixture
def run_with_log(tmp_path: Path, served_run: Folder, store_url: str) -> Run:
    """Runs a scenario with services and an impression log of its own, on an empty log."""
    releases = Folder(str(tmp_path / "releases"))
    publish_tiny(served_run, releases, "ease")

    def run(scenario: Scenario, **changes: Any) -> None:
        asyncio.run(_run(ServingSettings(releases=releases.uri, **changes), store_url, scenario))

    return run


async def _run(settings: ServingSettings, url: str, scenario: Scenario) -> None:
    async with running_services(settings, url) as running:
        await running.store.database.rows("DELETE FROM palate_lists")
        await scenario(running.services, running.log)


async def logged(url: str) -> dict[str, tuple[Any, ...]]:
    """User, kind, release and items of each list, by its id."""
    sql = "SELECT id::text, user_id, kind, release, items::text FROM palate_lists"
    rows = await asyncio.to_thread(fetch, url, sql)
    return {id_: (user, kind, release, json.loads(items)) for id_, user, kind, release, items in rows}


def test_each_list_is_logged_as_it_was_answered(run_with_log: Run, store_url: str) -> None:
    async def scenario(services: Services, log: ImpressionLog) -> None:
        lists = services.recommendations
        personal = await lists.recommend(RecommendRequest(user="shown-1", k=3))
        anonymous = await lists.recommend(RecommendRequest(history=[], k=2))
        item = personal.items[0].item
        similar = await lists.similar(SimilarRequest(item=item, k=2))
        search = await lists.search(SearchRequest(text="space", k=2))
        await log.write_all()
        kept = await logged(store_url)
        release = personal.release
        assert {id_: row[:3] for id_, row in kept.items()} == {
            personal.list: ("shown-1", "recommend", release),
            anonymous.list: ("", "recommend", release),
            similar.list: ("", "similar", release),
            search.list: ("", "search", release),
        }
        assert [place["item"] for place in kept[personal.list][3]] == [place.item for place in personal.items]
        assert [set(place["sources"]) for place in kept[personal.list][3]] == [
            set(place.sources) for place in personal.items
        ]
        assert [set(place["sources"]) for place in kept[search.list][3]] == [{"search"}] * 2
        assert log.counts == (4, 0, 0)

    run_with_log(scenario)


def test_where_there_is_exploration_the_propensity_is_logged(run_with_log: Run, store_url: str) -> None:
    async def scenario(services: Services, log: ImpressionLog) -> None:
        lists = services.recommendations
        explored = await lists.recommend(RecommendRequest(user="shown-6", k=4, explore=0.5, seed=3))
        plain = await lists.recommend(RecommendRequest(user="shown-6", k=4))
        await log.write_all()
        kept = await logged(store_url)
        told = [place["propensity"] for place in kept[explored.list][3]]
        assert told == [place.propensity for place in explored.items]
        assert told[:2] == [1, 1]
        assert all(0 < propensity < 1 for propensity in told[2:])
        assert not any("propensity" in place for place in kept[plain.list][3])

    run_with_log(scenario)


def test_a_remembered_list_is_another_list(run_with_log: Run) -> None:
    async def scenario(services: Services, log: ImpressionLog) -> None:
        request = RecommendRequest(user="shown-2")
        first, second = [await services.recommendations.recommend(request) for _ in range(2)]
        assert second.cached
        assert UUID(first.list) != UUID(second.list)
        await log.write_all()
        assert log.counts.written == 2

    run_with_log(scenario)


def test_what_waits_for_an_erased_user_is_not_kept(run_with_log: Run, store_url: str) -> None:
    async def scenario(services: Services, log: ImpressionLog) -> None:
        request = RecommendRequest(user="shown-3")
        await services.recommendations.recommend(request)
        await log.write_all()
        await services.recommendations.recommend(request)
        await services.users.forget("shown-3")
        await log.write_all()
        assert await logged(store_url) == {}
        after = await services.recommendations.recommend(request)
        await log.write_all()
        assert set(await logged(store_url)) == {after.list}

    run_with_log(scenario)


def test_a_click_that_names_its_list_is_in_the_report(run_with_log: Run) -> None:
    async def scenario(services: Services, log: ImpressionLog) -> None:
        answer = await services.recommendations.recommend(RecommendRequest(user="shown-4", k=4))
        await log.write_all()
        clicked = answer.items[2].item
        event = Event(id=answer.list, user="shown-4", item=clicked, list=answer.list)
        await services.users.record(EventsRequest(events=[event]))
        report = await services.reports.online(
            ReportRequest(days=1, clicks=["click"], conversions=["purchase"])
        )
        rows = {(row.dimension, row.value): (row.shown, row.clicks) for row in report.groups}
        assert rows["all", ""] == (4, 1)
        assert rows["place", "3"] == (1, 1)
        assert rows["release", answer.release] == (4, 1)

    run_with_log(scenario)


def test_without_room_and_without_retention_lists_are_answered_all_the_same(run_with_log: Run) -> None:
    async def no_room(services: Services, log: ImpressionLog) -> None:
        assert (await services.recommendations.recommend(RecommendRequest(user="shown-5"))).items
        assert services.recommendations.logged == (0, 1, 0)

    async def no_retention(services: Services, log: ImpressionLog) -> None:
        assert (await services.recommendations.recommend(RecommendRequest(user="shown-5"))).list
        assert services.recommendations.logged == (0, 0, 0)

    run_with_log(no_room, impressions={"queue_mb": 1e-6})
    run_with_log(no_retention, impressions={"retention_days": 0})
