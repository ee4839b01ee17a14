"""Bandits at the endpoint: a list is drawn an arm, and what comes of it teaches the next draws."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from palate.experiments.bandit import ArmRecord, Bandit, read_records
from palate.storage import Folder
from serving.api.schemas import Event, EventsRequest, RecommendRequest, RecommendResponse
from serving.settings import ServingSettings
from tests.support.api.running_services import RunningServices, running_services
from tests.support.releases.small import publish_tiny

MIX = Bandit.model_validate({"name": "mix", "arms": {"plain": {}, "drawn": {"explore": 0.5}}})
IMPOSSIBLE = Bandit.model_validate(
    {"name": "mix", "arms": {"plain": {}, "unknown": {"sources": {"no-such-source": 2}}}}
)
Scenario = Callable[[RunningServices], Awaitable[None]]
Run = Callable[..., None]


@pytest.fixture
def run_bandit(tmp_path: Path, served_run: Folder, store_url: str) -> Run:
    """Runs a scenario with an endpoint that has a bandit, on an empty log."""
    releases = Folder(str(tmp_path / "releases"))
    publish_tiny(served_run, releases, "ease")

    async def run(scenario: Scenario, bandit: Bandit) -> None:
        settings = ServingSettings(releases=releases.uri, bandits=(bandit,))
        async with running_services(settings, store_url) as running:
            await running.store.database.rows("DELETE FROM palate_lists")
            await scenario(running)

    return lambda scenario, bandit=MIX: asyncio.run(run(scenario, bandit))


async def shown(running: RunningServices, **request: Any) -> RecommendResponse:
    answer = await running.services.recommendations.recommend(RecommendRequest.model_validate(request))
    await running.log.write_all()
    return answer


async def clicked(running: RunningServices, answer: RecommendResponse, user: str, item: str) -> None:
    event = Event(id=f"{answer.list}-{user}-{item}", user=user, item=item, list=answer.list)
    await running.services.users.record(EventsRequest(events=[event]))


async def records_of(running: RunningServices) -> dict[str, ArmRecord]:
    later = MIX.model_copy(update={"settle_s": -5.0})  # what is of this second counts, too
    return await read_records(running.store.database, later)


def test_every_list_has_an_arm_whose_settings_it_was_made_with(run_bandit: Run) -> None:
    async def scenario(running: RunningServices) -> None:
        answers = [await shown(running, user=f"bandit-{n}", k=4) for n in range(20)]
        answers.append(await shown(running, history=[], k=4))
        for answer in answers:
            explored = all(place.propensity is not None for place in answer.items)
            assert answer.arms == {"mix": "drawn" if explored else "plain"}
        assert sum(record.lists for record in (await records_of(running)).values()) == 21

    run_bandit(scenario)


def test_a_list_that_says_itself_what_the_bandit_would_say_is_none_of_its(run_bandit: Run) -> None:
    async def scenario(running: RunningServices) -> None:
        assert (await shown(running, user="bandit-own", explore=0.2)).arms == {}

    run_bandit(scenario)


def test_an_arm_that_the_release_cannot_make_is_drawn_no_more(run_bandit: Run) -> None:
    async def scenario(running: RunningServices) -> None:
        answers = [await shown(running, user=f"bandit-{n}", k=3) for n in range(30)]
        assert [answer.arms for answer in answers].count({}) == 1
        assert {"mix": "plain"} in [answer.arms for answer in answers]

    run_bandit(scenario, IMPOSSIBLE)


def test_a_list_is_rewarded_once_and_only_by_its_own_user_for_its_own_items(run_bandit: Run) -> None:
    async def scenario(running: RunningServices) -> None:
        mine, others, strange = [await shown(running, user=f"bandit-{n}", k=3) for n in "abc"]
        listed = [place.item for place in mine.items]
        for item in listed[:2]:
            await clicked(running, mine, "bandit-a", item)
        await clicked(running, others, "bandit-z", others.items[0].item)
        missing = next(f"i{n:02d}" for n in range(40) if f"i{n:02d}" not in {p.item for p in strange.items})
        await clicked(running, strange, "bandit-c", missing)
        records = await records_of(running)
        assert sum(record.rewarded for record in records.values()) == 1
        assert records[mine.arms["mix"]].rewarded == 1

    run_bandit(scenario)


def test_what_a_look_learns_decides_which_arm_is_given(
    run_bandit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.experiments.bandit_service.read_records", lambda *_: learned())

    async def learned() -> dict[str, ArmRecord]:
        return {"plain": ArmRecord(200, 0), "drawn": ArmRecord(200, 100)}

    async def scenario(running: RunningServices) -> None:
        await running.experiments.look()
        answers = [await shown(running, user=f"bandit-{n}", k=3) for n in range(10)]
        assert [answer.arms["mix"] for answer in answers] == ["drawn"] * 10

    run_bandit(scenario)
