"""The services behind the API: live users, the current release, swaps. In one process, on a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from palate.errors import NotFound, PalateError
from palate.release import find_release, promote, read_pointer, release_ids
from palate.release.pointer import Pointer, write_pointer
from palate.storage import Folder
from serving.api.schemas import Event, EventsRequest, Filters, RecommendRequest, SearchRequest, SimilarRequest
from serving.api.services import Services
from serving.pipeline.local import LocalPipeline
from serving.releases.active_release import ReleaseWatcher
from tests.support.api.scenario import Scenario, click, run_scenario
from tests.support.online_helpers import fetch
from tests.support.releases.small import publish_tiny


@pytest.fixture
def releases(tmp_path: Path, served_run: Folder) -> Folder:
    folder = Folder(str(tmp_path / "releases"))
    for method in ("sequence", "ease"):
        publish_tiny(served_run, folder, method)
    return folder


@pytest.fixture
def run_with_services(releases: Folder, store_url: str) -> Callable[[Scenario], None]:
    """Runs a scenario with services of its own."""
    return partial(run_scenario, releases, store_url)


def by_method(releases: Folder, method: str) -> str:
    ids = release_ids(releases)
    return next(id_ for id_ in ids if find_release(releases, id_).manifest.method == method)


async def items(services: Services, **asked: object) -> list[str]:
    return [
        listed.item for listed in (await services.recommendations.recommend(RecommendRequest(**asked))).items
    ]  # type: ignore[arg-type]


def test_the_next_list_knows_of_a_click(run_with_services: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        before = await items(services, history=["i00", "i01", "i02"], k=2)
        assert set(before) == {"i03", "i05"}  # the neighbours on the circle
        for number, item in enumerate(["i00", "i01", "i02"]):
            stored = await services.users.record(click(f"click-{number}", "clicker", item))
        answer = await services.recommendations.recommend(RecommendRequest(user="clicker", k=2))
        assert {listed.item for listed in answer.items} == set(before)
        assert answer.version == stored.versions["clicker"]

    run_with_services(scenario)


def test_an_equal_request_is_remembered_until_the_user_acts(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        request = RecommendRequest(user="u02", k=3)
        first, second = (
            await services.recommendations.recommend(request),
            await services.recommendations.recommend(request),
        )
        assert (first.cached, second.cached) == (False, True)
        assert first.items == second.items
        await services.users.record(click("act", "u02", first.items[0].item))
        third = await services.recommendations.recommend(request)
        assert not third.cached
        assert first.items[0].item not in {listed.item for listed in third.items}

    run_with_services(scenario)


def test_what_somebody_dislikes_is_hidden_and_is_not_their_taste(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        await services.users.record(click("like", "picky", "i06"))
        await services.users.record(click("no", "picky", "i07", "dislike"))
        listed = await items(services, user="picky", k=12)
        assert not {"i06", "i07"} & set(listed)
        assert listed == await items(services, history=["i06"], exclude=["i07"], k=12)

    run_with_services(scenario)


def test_an_event_sent_again_changes_nothing(run_with_services: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        first = await services.users.record(click("twice", "again", "i01"))
        second = await services.users.record(click("twice", "again", "i01"))
        assert (first.accepted, second.accepted, second.known) == (1, 0, 1)
        assert first.versions == second.versions
        assert (await services.users.user("again")).events == 1

    run_with_services(scenario)


def test_a_forgotten_user_is_new_again(run_with_services: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        await services.users.record(click("last", "u04", "i11"))
        assert (await services.users.user("u04")).events == 6
        assert (await services.users.forget("u04")).deleted == 1
        after = await services.users.user("u04")
        assert (after.known, after.events, after.history) == (False, 0, [])
        assert await items(services, user="u04") == await items(services, history=[])

    run_with_services(scenario)


def test_a_user_is_shown_newest_first_with_live_events_on_top(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        await services.users.record(click("fresh", "u06", "i09"))
        shown = (await services.users.user("u06")).history
        assert [(past.item, past.kind) for past in shown[:2]] == [("i09", "click"), ("i01", "known")]
        assert len(shown) == 6

    run_with_services(scenario)


def test_an_event_with_an_item_of_a_later_release_is_kept_and_harmless(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        await services.users.record(click("future", "early", "not-yet"))
        assert await items(services, user="early") == await items(services, history=[])
        assert (await services.users.user("early")).events == 1

    run_with_services(scenario)


def test_of_many_events_the_newest_make_the_list_and_what_the_release_knows_stays_seen(
    releases: Folder, store_url: str
) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        # The release knows i00 to i04 of this user; the newest two are i03 and i04.
        assert await items(services, user="u00", k=12) == await items(
            services, history=["i03", "i04"], exclude=["i00", "i01", "i02"], k=12
        )
        events = [Event(id=str(n), user="busy", item=f"i{n % 12:02d}") for n in range(30)]
        await services.users.record(EventsRequest(events=events))
        assert await items(services, user="busy", k=3) == await items(services, history=["i04", "i05"], k=3)
        assert (await services.users.user("busy")).events == 30

    run_scenario(releases, store_url, scenario, max_events=2)


def test_what_is_held_of_users_keeps_to_its_room(releases: Folder, store_url: str) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        for user in range(40):
            await items(services, user=f"somebody-{user}", k=12)
            assert services.users.cached_bytes <= 2**19
        assert services.users.cached_bytes > 2**18

    run_scenario(releases, store_url, scenario, cache_mb=0.5)


def test_unknown_items_are_named_with_the_nearest(run_with_services: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        with pytest.raises(NotFound, match="no item 'i99'; the nearest are i09"):
            await services.recommendations.similar(SimilarRequest(item="i99"))
        with pytest.raises(NotFound, match="no item 'i98'"):
            await items(services, history=["i98"])
        with pytest.raises(PalateError, match="has a category"):
            await items(services, history=["i00"], filters=Filters(allow="comedy"))

    run_with_services(scenario)


def test_an_unknown_item_among_known_ones_is_left_out_and_named(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        request = RecommendRequest(history=["i00", "nope", "i01"], exclude=["i02", "gone", "nope"], k=12)
        answer = await services.recommendations.recommend(request)
        assert answer.ignored == ["nope", "gone"]
        assert [listed.item for listed in answer.items] == await items(
            services, history=["i00", "i01"], exclude=["i02"], k=12
        )
        plain = await services.recommendations.recommend(RecommendRequest(history=["i00"]))
        assert (plain.ignored, plain.warnings) == ([], [])

    run_with_services(scenario)


def test_reading_about_somebody_made_up_leaves_nothing_in_the_store(
    run_with_services: Callable[[Scenario], None], store_url: str
) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        await services.explanations.explanation("made-up", "i03")
        await services.explanations.profile("made-up")
        await items(services, user="made-up", explain=True)
        await services.users.user("made-up")

    run_with_services(scenario)
    assert fetch(store_url, "SELECT * FROM palate_users WHERE user_id = 'made-up'") == []
    assert fetch(store_url, "SELECT * FROM palate_texts WHERE user_id = 'made-up'") == []


def test_neighbours_and_texts_are_answered_with_titles(run_with_services: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        answer = await services.recommendations.search(SearchRequest(text="a serious drama", k=3))
        assert all(listed.title.startswith("Drama") for listed in answer.items)
        assert len((await services.recommendations.similar(SimilarRequest(item="i04", k=5))).items) == 5

    run_with_services(scenario)


def test_a_promoted_release_answers_after_the_next_look(
    run_with_services: Callable[[Scenario], None], releases: Folder
) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        sequence, ease = by_method(releases, "sequence"), by_method(releases, "ease")
        request = RecommendRequest(user="u00", k=3)
        before = await services.recommendations.recommend(request)
        promote(releases, sequence)
        await watcher.poll()
        after = await services.recommendations.recommend(request)
        assert (before.release, before.method) == (ease, "ease")
        assert (after.release, after.method, after.cached) == (sequence, "sequence", False)

    run_with_services(scenario)


def test_a_damaged_release_is_refused_and_the_old_one_goes_on(
    run_with_services: Callable[[Scenario], None], releases: Folder
) -> None:
    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        sequence, ease = by_method(releases, "sequence"), by_method(releases, "ease")
        (releases / sequence).write_bytes("methods/popularity.json", b"{}")
        write_pointer(releases, Pointer(current=sequence, earlier=(ease,)))
        await watcher.poll()
        assert (await services.recommendations.recommend(RecommendRequest(user="u00"))).release == ease
        states = {
            info.id: (info.state, info.reason) for info in (await services.catalogue.releases()).releases
        }
        assert states[ease] == ("serving", None)
        assert states[sequence][0] == "refused"
        assert "popularity.json has changed" in (states[sequence][1] or "")
        write_pointer(releases, Pointer(current=ease))
        await watcher.poll()
        assert watcher.refused == {}

    run_with_services(scenario)


def test_a_gateway_that_starts_on_a_damaged_release_serves_the_one_before(releases: Folder) -> None:
    sequence, ease = by_method(releases, "sequence"), by_method(releases, "ease")
    (releases / sequence).write_bytes("methods/popularity.json", b"{}")
    write_pointer(releases, Pointer(current=sequence, earlier=(ease,)))
    watcher = ReleaseWatcher(releases.uri, LocalPipeline(releases.uri), 1.0)
    asyncio.run(watcher.start())
    assert watcher.active.release == ease
    assert "has changed" in watcher.refused[sequence]


def test_a_release_that_cannot_be_loaded_is_refused_too(
    run_with_services: Callable[[Scenario], None], releases: Folder, served_run: Folder, tmp_path: Path
) -> None:
    copy = Folder(str(tmp_path / "wrong"))
    served_run.download(tmp_path / "wrong")
    copy.write_bytes("sequence/model.safetensors", served_run.read_bytes("methods/popularity.safetensors"))

    async def scenario(services: Services, watcher: ReleaseWatcher) -> None:
        before = watcher.active.release
        wrong = publish_tiny(copy, releases, "sequence").manifest.id
        await watcher.poll()
        assert watcher.active.release == before
        assert "cannot be loaded" in watcher.refused[wrong]

    run_with_services(scenario)


def test_without_a_current_release_the_start_says_what_to_do(tmp_path: Path) -> None:
    watcher = ReleaseWatcher(str(tmp_path), LocalPipeline(str(tmp_path)), 1.0)
    assert read_pointer(Folder(str(tmp_path))).current is None
    with pytest.raises(PalateError, match="palate retrain publishes one"):
        asyncio.run(watcher.start())
