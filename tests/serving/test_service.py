"""The service behind the API: live users, the current release, swaps. In one process, on a real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from palate.errors import NotFound, PalateError
from palate.online import PostgresStore
from palate.release import find_release, promote, read_pointer, release_ids
from palate.release.pointer import Pointer, write_pointer
from palate.storage import Folder
from serving.api.schemas import Event, EventsRequest, Filters, RecommendRequest, SearchRequest, SimilarRequest
from serving.explanations.local_explainer import LocalExplainer
from serving.pipeline.local import LocalPipeline
from serving.recommendations.recommendation_service import PalateService
from serving.releases.active_release import ReleaseWatcher
from serving.settings import ExplainerSettings, ServingSettings
from tests.support.releases.small import publish_tiny

Story = Callable[[PalateService, ReleaseWatcher], Awaitable[None]]


@pytest.fixture
def releases(tmp_path: Path, served_run: Folder) -> Folder:
    folder = Folder(str(tmp_path / "releases"))
    for method in ("sequence", "ease"):
        publish_tiny(served_run, folder, method)
    return folder


@pytest.fixture
def tell(releases: Folder, store_url: str) -> Callable[[Story], None]:
    """Runs a story with a service of its own."""

    @asynccontextmanager
    async def service() -> AsyncIterator[tuple[PalateService, ReleaseWatcher]]:
        settings = ServingSettings(releases=releases.uri)
        store, stages = await PostgresStore.open(store_url), LocalPipeline(releases.uri)
        current = ReleaseWatcher(releases.uri, stages, settings.watch_s)
        await current.start()
        explainer = LocalExplainer(releases.uri, ExplainerSettings(enabled=False))
        yield PalateService(settings, stages, store, current, explainer), current
        await store.close()

    def run(story: Story) -> None:
        async def told() -> None:
            async with service() as (one, current):
                await story(one, current)

        asyncio.run(told())

    return run


def click(event: str, user: str, item: str, kind: str = "click") -> EventsRequest:
    return EventsRequest(events=[Event(id=event, user=user, item=item, kind=kind)])


def by_method(releases: Folder, method: str) -> str:
    found = [one for one in release_ids(releases) if find_release(releases, one).manifest.method == method]
    return found[0]


async def items(service: PalateService, **asked: object) -> list[str]:
    return [one.item for one in (await service.recommend(RecommendRequest(**asked))).items]  # type: ignore[arg-type]


def test_the_next_list_knows_of_a_click(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: ReleaseWatcher) -> None:
        before = await items(service, history=["i00", "i01", "i02"], k=2)
        assert set(before) == {"i03", "i05"}  # the neighbours on the circle
        for place, item in enumerate(["i00", "i01", "i02"]):
            stored = await service.record(click(f"click-{place}", "clicker", item))
        answer = await service.recommend(RecommendRequest(user="clicker", k=2))
        assert {one.item for one in answer.items} == set(before)
        assert answer.version == stored.versions["clicker"]

    tell(story)


def test_an_equal_request_is_remembered_until_the_user_acts(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: ReleaseWatcher) -> None:
        request = RecommendRequest(user="u02", k=3)
        first, second = await service.recommend(request), await service.recommend(request)
        assert (first.cached, second.cached) == (False, True)
        assert first.items == second.items
        await service.record(click("act", "u02", first.items[0].item))
        third = await service.recommend(request)
        assert not third.cached
        assert first.items[0].item not in {one.item for one in third.items}

    tell(story)


def test_what_somebody_dislikes_is_hidden_and_is_not_their_taste(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: ReleaseWatcher) -> None:
        await service.record(click("like", "picky", "i06"))
        await service.record(click("no", "picky", "i07", "dislike"))
        listed = await items(service, user="picky", k=12)
        assert not {"i06", "i07"} & set(listed)
        assert listed == await items(service, history=["i06"], exclude=["i07"], k=12)

    tell(story)


def test_an_event_sent_again_changes_nothing(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: ReleaseWatcher) -> None:
        first = await service.record(click("twice", "again", "i01"))
        second = await service.record(click("twice", "again", "i01"))
        assert (first.accepted, second.accepted, second.known) == (1, 0, 1)
        assert first.versions == second.versions
        assert (await service.user("again")).events == 1

    tell(story)


def test_a_forgotten_user_is_new_again(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: ReleaseWatcher) -> None:
        await service.record(click("last", "u04", "i11"))
        assert (await service.user("u04")).events == 6
        assert (await service.forget("u04")).deleted == 1
        after = await service.user("u04")
        assert (after.known, after.events, after.history) == (False, 0, [])
        assert await items(service, user="u04") == await items(service, history=[])

    tell(story)


def test_a_user_is_shown_newest_first_with_live_events_on_top(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: ReleaseWatcher) -> None:
        await service.record(click("fresh", "u06", "i09"))
        shown = (await service.user("u06")).history
        assert [(one.item, one.kind) for one in shown[:2]] == [("i09", "click"), ("i01", "known")]
        assert len(shown) == 6

    tell(story)


def test_an_event_with_an_item_of_a_later_release_is_kept_and_harmless(
    tell: Callable[[Story], None],
) -> None:
    async def story(service: PalateService, _: ReleaseWatcher) -> None:
        await service.record(click("future", "early", "not-yet"))
        assert await items(service, user="early") == await items(service, history=[])
        assert (await service.user("early")).events == 1

    tell(story)


def test_unknown_items_are_named_with_the_nearest(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: ReleaseWatcher) -> None:
        with pytest.raises(NotFound, match="no item 'i99'; the nearest are i09"):
            await service.similar(SimilarRequest(item="i99"))
        with pytest.raises(NotFound, match="no item 'i98'"):
            await items(service, history=["i98"])
        with pytest.raises(PalateError, match="has a category"):
            await items(service, history=["i00"], filters=Filters(allow="comedy"))

    tell(story)


def test_neighbours_and_texts_are_answered_with_titles(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: ReleaseWatcher) -> None:
        found = await service.search(SearchRequest(text="a serious drama", k=3))
        assert all(one.title.startswith("Drama") for one in found.items)
        assert len((await service.similar(SimilarRequest(item="i04", k=5))).items) == 5

    tell(story)


def test_a_promoted_release_answers_after_the_next_look(
    tell: Callable[[Story], None], releases: Folder
) -> None:
    async def story(service: PalateService, current: ReleaseWatcher) -> None:
        sequence, ease = by_method(releases, "sequence"), by_method(releases, "ease")
        request = RecommendRequest(user="u00", k=3)
        before = await service.recommend(request)
        promote(releases, sequence)
        await current.poll()
        after = await service.recommend(request)
        assert (before.release, before.method) == (ease, "ease")
        assert (after.release, after.method, after.cached) == (sequence, "sequence", False)

    tell(story)


def test_a_damaged_release_is_refused_and_the_old_one_goes_on(
    tell: Callable[[Story], None], releases: Folder
) -> None:
    async def story(service: PalateService, current: ReleaseWatcher) -> None:
        sequence, ease = by_method(releases, "sequence"), by_method(releases, "ease")
        (releases / sequence).write_bytes("methods/popularity.json", b"{}")
        write_pointer(releases, Pointer(current=sequence, earlier=(ease,)))
        await current.poll()
        assert (await service.recommend(RecommendRequest(user="u00"))).release == ease
        states = {one.id: (one.state, one.reason) for one in (await service.releases()).releases}
        assert states[ease] == ("serving", None)
        assert states[sequence][0] == "refused"
        assert "popularity.json has changed" in (states[sequence][1] or "")
        write_pointer(releases, Pointer(current=ease))
        await current.poll()
        assert current.refused == {}

    tell(story)


def test_a_gateway_that_starts_on_a_damaged_release_serves_the_one_before(releases: Folder) -> None:
    sequence, ease = by_method(releases, "sequence"), by_method(releases, "ease")
    (releases / sequence).write_bytes("methods/popularity.json", b"{}")
    write_pointer(releases, Pointer(current=sequence, earlier=(ease,)))
    current = ReleaseWatcher(releases.uri, LocalPipeline(releases.uri), 1.0)
    asyncio.run(current.start())
    assert current.now.release == ease
    assert "has changed" in current.refused[sequence]


def test_a_release_that_cannot_be_loaded_is_refused_too(
    tell: Callable[[Story], None], releases: Folder, served_run: Folder, tmp_path: Path
) -> None:
    copy = Folder(str(tmp_path / "wrong"))
    served_run.download(tmp_path / "wrong")
    copy.write_bytes("sequence/model.safetensors", served_run.read_bytes("methods/popularity.safetensors"))

    async def story(service: PalateService, current: ReleaseWatcher) -> None:
        before = current.now.release
        wrong = publish_tiny(copy, releases, "sequence").manifest.id
        await current.poll()
        assert current.now.release == before
        assert "cannot be loaded" in current.refused[wrong]

    tell(story)


def test_without_a_current_release_the_start_says_what_to_do(tmp_path: Path) -> None:
    current = ReleaseWatcher(str(tmp_path), LocalPipeline(str(tmp_path)), 1.0)
    assert read_pointer(Folder(str(tmp_path))).current is None
    with pytest.raises(PalateError, match="palate retrain publishes one"):
        asyncio.run(current.start())
