"""Profiles that people write: every change counts for the next list, and the answer says what it changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from palate.errors import NotFound
from palate.storage import Folder
from serving.api.schemas import RecommendRequest
from serving.api.schemas.profiles import LineRequest
from serving.api.services import Services
from serving.releases.active_release import ReleaseWatcher
from tests.support.api.scenario import click, run_scenario
from tests.support.releases.explained import publish_explained
from tests.support.releases.small import BUNDLED
from tests.support.worlds.tiny import Tiny

Run = Callable[[Callable[[Services], Awaitable[None]]], None]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    folder = Folder(str(tmp_path_factory.mktemp("written")))
    return publish_explained(folder / "run", folder / "releases", tiny)


@pytest.fixture(scope="module")
def read_releases(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    """A release whose encoder knows what words mean."""
    folder = Folder(str(tmp_path_factory.mktemp("read")))
    return publish_explained(folder / "run", folder / "releases", tiny, BUNDLED)


@pytest.fixture
def run(releases: Folder, store_url: str) -> Run:
    """Runs a scenario with services of its own."""
    return runner(releases, store_url)


def runner(releases: Folder, store_url: str) -> Run:
    def with_services(scenario: Callable[[Services], Awaitable[None]]) -> None:
        async def told(services: Services, _: ReleaseWatcher) -> None:
            await scenario(services)

        run_scenario(releases, store_url, told)

    return with_services


async def listed(services: Services, user: str) -> list[tuple[str, str]]:
    answer = await services.recommendations.recommend(RecommendRequest(user=user))
    return [(place.item, place.fields["genres"]) for place in answer.items]


async def is_drawn(services: Services, user: str) -> bool:
    """Whether what was said in words nominates items of a list."""
    answer = await services.recommendations.recommend(RecommendRequest(user=user))
    return any("request" in place.sources for place in answer.items)


def test_a_line_counts_for_the_next_list_and_says_what_it_changed(run: Run) -> None:
    async def scenario(services: Services) -> None:
        before = await listed(services, "writer")
        assert any("Thriller" in genres for _, genres in before)
        change = await services.profiles.add("writer", LineRequest(text="no thrillers"))
        after = await listed(services, "writer")
        assert not any("Thriller" in genres for _, genres in after)
        out = {item for item, _ in before} - {item for item, _ in after}
        assert {item.item for item in change.items_out} == out
        assert [(line.id, line.text) for line in change.written] == [(change.line, "no thrillers")]
        gone = await services.profiles.strike("writer", change.line)
        assert (gone.written, await listed(services, "writer")) == ([], before)
        assert {item.item for item in gone.items_in} == out

    run(scenario)


def test_a_written_line_is_rewritten(run: Run) -> None:
    async def scenario(services: Services) -> None:
        first = await services.profiles.add("editor", LineRequest(text="no thrillers"))
        change = await services.profiles.rewrite("editor", first.line, LineRequest(text="more comedy"))
        assert [line.text for line in change.written] == ["more comedy"]
        assert "Comedy" in (await listed(services, "editor"))[0][1]
        with pytest.raises(NotFound, match=f"it has .*{first.line}"):
            await services.profiles.rewrite("editor", "none", LineRequest(text="more comedy"))

    run(scenario)


def test_words_take_the_place_of_the_line_of_an_interest(run: Run) -> None:
    async def scenario(services: Services) -> None:
        interest = (await services.profiles.profile("u10")).lines[0]
        await services.profiles.rewrite("u10", interest.id, LineRequest(text="less of it"))
        found = await services.profiles.profile("u10")
        assert interest.id not in {line.id for line in found.lines}
        assert [line.id for line in found.written] == [interest.id]
        await services.profiles.strike("u10", interest.id)
        assert interest.id in {line.id for line in (await services.profiles.profile("u10")).lines}

    run(scenario)


def test_what_is_struck_neither_comes_nor_draws(run: Run) -> None:
    async def scenario(services: Services) -> None:
        for number, item in enumerate(["i00", "i03", "i06"]):  # the thrillers among the first
            await services.users.record(click(f"t{number}", "striker", item))
        interest = next(
            line for line in (await services.profiles.profile("striker")).lines if "thriller" in line.id
        )
        change = await services.profiles.strike("striker", interest.id)
        assert [line.id for line in change.struck] == [interest.id]
        back = await services.profiles.restore("striker", interest.id)
        assert (back.struck, back.items_in) == ([], change.items_out)

    run(scenario)


def test_a_line_without_a_meaning_here_changes_nothing_and_says_so(
    read_releases: Folder, store_url: str
) -> None:
    async def scenario(services: Services) -> None:
        before = await listed(services, "passer")
        change = await services.profiles.add("passer", LineRequest(text="the bus was late again"))
        assert [(line.ignored, line.counts) for line in change.written] == [
            (["the bus was late again"], False)
        ]
        assert (change.items_in, change.items_out, await listed(services, "passer")) == ([], [], before)
        assert not await is_drawn(services, "passer")

    runner(read_releases, store_url)(scenario)


def test_a_line_that_names_nothing_counts_by_its_meaning(read_releases: Folder, store_url: str) -> None:
    async def scenario(services: Services) -> None:
        change = await services.profiles.add("laugher", LineRequest(text="humorous plays"))
        assert [(line.understood.constraints, line.ignored, line.counts) for line in change.written] == [
            ([], [], True)
        ]
        assert await is_drawn(services, "laugher")

    runner(read_releases, store_url)(scenario)


def test_of_a_line_that_is_half_read_the_rule_counts_alone(read_releases: Folder, store_url: str) -> None:
    async def scenario(services: Services) -> None:
        text = "no thrillers, nothing with the tax office"
        written = (await services.profiles.add("halfway", LineRequest(text=text))).written[0]
        assert (written.ignored, written.counts) == (["tax office"], True)
        assert not any("Thriller" in genres for _, genres in await listed(services, "halfway"))

    runner(read_releases, store_url)(scenario)


def test_forgetting_takes_the_lines(run: Run) -> None:
    async def scenario(services: Services) -> None:
        await services.profiles.add("leaver", LineRequest(text="no thrillers"))
        await services.users.forget("leaver")
        assert (await services.profiles.profile("leaver")).written == []

    run(scenario)
