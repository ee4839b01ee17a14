"""A living catalogue behind the API: new, changed and removed items, in one process, on a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from palate.errors import NotFound, PalateError
from palate.live.overlay import Edition
from palate.online import PostgresStore, StoreUnavailable
from palate.online.items import ItemStore
from palate.release import promote, release_ids
from palate.storage import Folder
from serving.api.schemas import (
    Event,
    EventsRequest,
    ItemPatch,
    ItemsRequest,
    NewItem,
    RecommendRequest,
    SearchRequest,
    SimilarRequest,
)
from serving.api.services import Services
from serving.deployments.gateway import experiments_of, impression_log_of, services_of
from serving.explanations.local_explainer import LocalExplainer
from serving.pipeline import edition_cache
from serving.pipeline.local import LocalPipeline
from serving.releases import live_catalogue
from serving.releases.active_release import ReleaseWatcher
from serving.releases.arm_releases import ArmReleases
from serving.releases.live_catalogue import LiveCatalogue
from serving.settings import ExplainerSettings, ServingSettings
from tests.support.online_helpers import fetch, run_with_store
from tests.support.releases.small import publish_tiny

Scenario = Callable[[Services, ReleaseWatcher], Awaitable[None]]

NEW = NewItem(item="new", title="Comedy 9. A comedy of the year 1993")


@pytest.fixture
def releases(tmp_path: Path, served_run: Folder) -> Folder:
    folder = Folder(str(tmp_path / "releases"))
    for method in ("ease", "sequence"):
        publish_tiny(served_run, folder, method)
    return folder


@pytest.fixture
def live(releases: Folder, store_url: str) -> Callable[[Scenario], None]:
    """Runs a scenario on a store without items."""
    run_with_store(store_url, lambda store: store.versions([]))  # makes the tables
    fetch(store_url, "TRUNCATE palate_items")
    fetch(store_url, "UPDATE palate_catalogue SET items = 0")
    return partial(run_scenario, releases, store_url)


def run_scenario(releases: Folder, store_url: str, scenario: Scenario, **changes: Any) -> None:
    settings = ServingSettings(releases=releases.uri, **changes)

    async def run_it() -> None:
        store = await PostgresStore.open(store_url)
        pipeline = LocalPipeline(releases.uri)
        explainer = LocalExplainer(releases.uri, ExplainerSettings(enabled=False))
        catalogue = LiveCatalogue(ItemStore(store.database), pipeline, [explainer])
        watcher = ReleaseWatcher(releases.uri, pipeline, settings.watch_s, catalogue)
        await watcher.start()
        services = services_of(
            settings=settings,
            pipeline=pipeline,
            store=store,
            watcher=watcher,
            explainer=explainer,
            impressions=impression_log_of(settings, store),
            experiments=experiments_of(settings, store),
            arm_releases=ArmReleases({}),
        )
        await scenario(services, watcher)
        await store.close()

    asyncio.run(run_it())


async def put(services: Services, *items: NewItem) -> None:
    await services.items.put(ItemsRequest(items=list(items)))


async def listed(services: Services, **asked: Any) -> list[str]:
    answer = await services.recommendations.recommend(RecommendRequest(**asked))
    return [place.item for place in answer.items]


async def found(services: Services, text: str, k: int = 13) -> list[str]:
    answer = await services.recommendations.search(SearchRequest(text=text, k=k))
    return [place.item for place in answer.items]


async def alike(services: Services, item: str, k: int = 13) -> list[str]:
    answer = await services.recommendations.similar(SimilarRequest(item=item, k=k))
    return [place.item for place in answer.items]


def test_a_new_item_is_on_every_list_after_the_next_look(live: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        assert "new" not in await listed(services, user="u01", k=12)
        await put(services, NEW)
        await watcher.poll_items()
        assert "new" in await listed(services, history=["i00", "i01"], k=13)
        assert "new" in await listed(services, user="u01", k=12)
        assert (await found(services, NEW.title or "", k=1)) == ["new"]
        assert "new" in await alike(services, "i00")
        assert len(await alike(services, "new", k=12)) == 12
        shown = await services.items.item("new")
        assert (shown.title, shown.available) == (NEW.title, True)

    live(scenario)


def test_without_a_history_a_new_item_comes_after_what_is_popular(live: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        await put(services, NEW)
        await watcher.poll_items()
        assert (await listed(services, history=[], k=13))[-1] == "new"

    live(scenario)


def test_an_unavailable_item_leaves_every_list_and_comes_back(live: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        await put(services, NEW)
        for item in ("i03", "new"):
            await services.items.remove(item, "unavailable")
        await watcher.poll_items()
        for places in (
            await listed(services, history=["i00"], k=13),
            await found(services, "a comedy"),
            await alike(services, "i00"),
        ):
            assert not {"i03", "new"} & set(places)
        assert not (await services.items.item("i03")).available
        await services.items.patch("i03", ItemPatch(available=True))
        await services.items.patch("new", ItemPatch(available=True))
        await watcher.poll_items()
        assert {"i03", "new"} <= set(await found(services, "a comedy"))
        assert {"i03", "new"} <= set(await listed(services, history=["i00"], k=13))

    live(scenario)


def test_a_gone_item_is_found_nowhere_until_it_is_put_again(live: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        await services.items.remove("i03", "gone")
        await watcher.poll_items()
        assert "i03" not in await found(services, "a comedy")
        with pytest.raises(NotFound):
            await services.items.item("i03")
        with pytest.raises(NotFound):
            await alike(services, "i03")
        with pytest.raises(NotFound, match="POST"):
            await services.items.patch("i03", ItemPatch(title="Comedy"))
        await put(services, NewItem(item="i03"))
        await watcher.poll_items()
        assert "i03" in await found(services, "a comedy")
        assert (await services.items.item("i03")).title == "Comedy 3"

    live(scenario)


def test_a_click_on_a_new_item_moves_the_list_and_is_history(live: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        await put(services, NEW)
        await watcher.poll_items()
        click = Event(id="on a new one", user="somebody new", item="new")
        await services.users.record(EventsRequest(events=[click]))
        places = await listed(services, user="somebody new", k=13)
        assert len(places) == 12
        assert "new" not in places
        user = await services.users.user("somebody new")
        assert [past.title for past in user.history] == [NEW.title]

    live(scenario)


def test_another_title_of_a_known_item_is_shown_and_searched(
    live: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        await services.items.patch("i03", ItemPatch(title="Submarine warfare in the north"))
        await watcher.poll_items()
        places = (await services.recommendations.search(SearchRequest(text="submarine warfare", k=1))).items
        assert [(place.item, place.title) for place in places] == [("i03", "Submarine warfare in the north")]
        places = (await services.recommendations.recommend(RecommendRequest(history=["i00"], k=13))).items
        assert {place.item: place.title for place in places}["i03"] == "Submarine warfare in the north"

    live(scenario)


def test_a_new_item_is_explained(live: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        await put(services, NEW)
        await watcher.poll_items()
        explained = await services.explanations.explanation("u00", "new")
        assert (explained.title, explained.cached) == (NEW.title, False)
        assert explained.evidence.reasons
        await services.items.patch("new", ItemPatch(title="Another name"))
        await watcher.poll_items()
        explained = await services.explanations.explanation("u00", "new")
        assert (explained.title, explained.cached) == ("Another name", False)

    live(scenario)


def test_an_unknown_column_is_refused_with_the_nearest_one(live: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        with pytest.raises(PalateError, match="no column 'titel'; did you mean 'title'"):
            await put(services, NewItem(item="new", fields={"titel": "Comedy"}))
        with pytest.raises(PalateError, match=r"items\.max_item_bytes"):
            await put(services, NewItem(item="new", fields={"title": "x" * 20_000}))
        with pytest.raises(NotFound):
            await services.items.patch("nobody knows", ItemPatch(title="x"))
        with pytest.raises(NotFound):
            await services.items.remove("nobody knows", "gone")

    live(scenario)


def test_an_item_is_shown_before_lists_know_it(live: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        await put(services, NEW)
        assert (await services.items.item("new")).title == NEW.title

    live(scenario)


def test_another_release_and_another_gateway_know_what_was_said(
    live: Callable[[Scenario], None], releases: Folder
) -> None:
    async def says(services: Services, watcher: ReleaseWatcher) -> None:
        await put(services, NEW)
        await services.items.remove("i03", "unavailable")
        await watcher.poll_items()
        before = watcher.active.release
        other = next(id_ for id_ in release_ids(releases) if id_ != before)
        promote(releases, other)
        await watcher.poll()
        assert watcher.active.release == other
        await both_are_known(services)

    async def starts_anew(services: Services, _: ReleaseWatcher) -> None:
        await both_are_known(services)

    async def both_are_known(services: Services) -> None:
        places = await listed(services, history=["i00"], k=13)
        assert "new" in places
        assert "i03" not in places

    live(says)
    live.func(*live.args, starts_anew)  # type: ignore[attr-defined]


def test_a_store_that_was_put_back_takes_its_items_off_lists(
    live: Callable[[Scenario], None], store_url: str
) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        await put(services, NEW)
        await watcher.poll_items()
        assert "new" in await found(services, "a comedy")
        store = await PostgresStore.open(store_url)
        await store.database.rows("DELETE FROM palate_items")
        await store.database.rows("UPDATE palate_catalogue SET items = 0")
        await store.close()
        await watcher.poll_items()
        assert "new" not in await found(services, "a comedy")

    live(scenario)


def test_a_vector_is_made_once_for_all_gateways(
    live: Callable[[Scenario], None], store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    encode = LocalPipeline.encode_live

    async def watched(self: LocalPipeline, release: str, rows: Any) -> Any:
        asked.extend((row.text, row.vector is None) for row in rows)
        return await encode(self, release, rows)

    monkeypatch.setattr(LocalPipeline, "encode_live", watched)

    async def first(services: Services, watcher: ReleaseWatcher) -> None:
        await put(services, NEW)
        await watcher.poll_items()

    async def second(services: Services, _: ReleaseWatcher) -> None:
        assert "new" in await found(services, "a comedy")

    live(first)
    live.func(*live.args, second)  # type: ignore[attr-defined]
    assert asked == [(NEW.title, True), (NEW.title, False)]


def test_an_import_is_taken_in_a_part_at_a_time_and_what_leaves_comes_first(
    live: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_catalogue, "NEWS_AT_ONCE", 2)

    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        await put(services, *(NewItem(item=f"n{number}", title=f"Comedy {number}") for number in range(4)))
        await services.items.remove("i03", "unavailable")
        assert await watcher.poll_items()
        first = await found(services, "a comedy", k=20)
        assert "i03" not in first
        assert [item for item in first if item.startswith("n")] == ["n0"]
        while await watcher.poll_items():
            pass
        assert {"n0", "n1", "n2", "n3"} <= set(await found(services, "a comedy", k=20))

    live(scenario)


def test_another_release_answers_with_known_items_while_the_store_is_away(
    live: Callable[[Scenario], None], releases: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_away(*_: Any) -> Any:
        raise StoreUnavailable("away")

    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        await put(services, NEW)
        await watcher.poll_items()
        monkeypatch.setattr(ItemStore, "since", is_away)
        promote(releases, next(id_ for id_ in release_ids(releases) if id_ != watcher.active.release))
        await watcher.poll()
        assert watcher.active.release == watcher.current
        assert "new" in await found(services, "a comedy")

    live(scenario)


def test_a_request_whose_edition_was_forgotten_is_answered_from_the_newest(
    live: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition_cache, "MAX_EDITIONS", 1)
    answer = LocalPipeline.search

    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        await put(services, NEW)
        await watcher.poll_items()

        async def overtaken(self: LocalPipeline, edition: Edition, query: Any) -> Any:
            monkeypatch.setattr(LocalPipeline, "search", answer)
            await put(services, NewItem(item="newer", title="Comedy 10"))
            await watcher.poll_items()
            return await answer(self, edition, query)

        monkeypatch.setattr(LocalPipeline, "search", overtaken)
        assert {"new", "newer"} <= set(await found(services, "a comedy", k=20))

    live(scenario)
