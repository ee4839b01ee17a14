"""Sessions of the endpoint: the client carries the state, and every answer keeps to all of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from palate.conversation import MAX_TURNS
from palate.errors import PalateError
from palate.storage import Folder
from serving.api.schemas.sessions import SessionRequest, SessionResponse, SessionTurn
from serving.api.services import Services
from serving.releases.active_release import ReleaseWatcher
from tests.support.api.scenario import click, run_scenario
from tests.support.releases.explained import publish_explained
from tests.support.worlds.tiny import Tiny


@pytest.fixture
def releases(tmp_path: Path, tiny: Tiny) -> Folder:
    return publish_explained(Folder(str(tmp_path / "run")), Folder(str(tmp_path / "releases")), tiny)


@pytest.fixture
def run(releases: Folder, store_url: str) -> Callable[[Callable[[Services], Awaitable[None]]], None]:
    """Runs a scenario with services of its own."""

    def with_services(scenario: Callable[[Services], Awaitable[None]]) -> None:
        async def told(services: Services, _: ReleaseWatcher) -> None:
            await scenario(services)

        run_scenario(releases, store_url, told)

    return with_services


async def talk(services: Services, *sayings: str, user: str = "talker", k: int = 4) -> list[SessionResponse]:
    """The answer to the opening, and to each thing that is said."""
    answers = [await services.sessions.refine(SessionRequest(user=user, k=k))]
    for say in sayings:
        last = answers[-1]
        asked = SessionRequest(user=user, k=k, turns=last.turns, struck=last.struck, say=say)
        answers.append(await services.sessions.refine(asked))
    return answers


def ids(answer: SessionResponse) -> list[str]:
    return [place.item for place in answer.list.items]


Run = Callable[[Callable[[Services], Awaitable[None]]], None]


def test_every_item_keeps_to_all_that_was_said(run: Run) -> None:
    async def scenario(services: Services) -> None:
        opened, unwanted, older = await talk(services, "no thriller", "older")
        assert (opened.kind, opened.state.constraints) == ("refine", [])
        assert [one.text for one in older.state.constraints] == ["thriller", "older"]
        assert all("Thriller" not in place.fields["genres"] for place in unwanted.list.items)
        assert all("Thriller" not in place.fields["genres"] for place in older.list.items)
        middle = sorted(int(place.fields["year"]) for place in unwanted.list.items)[1:3]
        assert all(int(place.fields["year"]) < sum(middle) / 2 for place in older.list.items)
        assert older.reply.startswith("Understood: older (date < ")

    run(scenario)


def test_places_are_those_of_the_list_that_was_shown(run: Run) -> None:
    async def scenario(services: Services) -> None:
        opened, refined = await talk(services, "not the second one")
        assert ids(opened)[1] not in ids(refined)
        assert [one.item for one in refined.disliked] == [ids(opened)[1]]
        assert [turn.say for turn in refined.turns] == ["", "not the second one"]
        assert [turn.shown for turn in refined.turns] == [ids(opened), ids(refined)]

    run(scenario)


def test_undo_and_striking_lead_back(run: Run) -> None:
    async def scenario(services: Services) -> None:
        opened, refined, back = await talk(services, "no thriller", "undo")
        assert (ids(back), back.kind, len(back.turns)) == (ids(opened), "undo", 1)
        struck = SessionRequest(user="talker", k=4, turns=refined.turns, struck=["thriller"])
        answer = await services.sessions.refine(struck)
        assert (ids(answer), answer.struck, answer.state.constraints) == (ids(opened), ["thriller"], [])
        afresh = struck.model_copy(update={"say": "start over"})
        assert (await services.sessions.refine(afresh)).struck == []

    run(scenario)


def test_a_missing_item_is_explained_by_the_constraint_that_keeps_it_out(run: Run) -> None:
    async def scenario(services: Services) -> None:
        opened, _, answer = await talk(services, "no thriller", "why not the first one?")
        assert answer.missing[0].cause == "listed"
        thriller = next(place for place in opened.list.items if "Thriller" in place.fields["genres"])
        asked = SessionRequest(user="talker", k=4, turns=answer.turns, say=f'why not "{thriller.title}"?')
        found = (await services.sessions.refine(asked)).missing
        told = next(one for one in found if one.item == thriller.item)
        assert (told.cause, told.constraints) == ("broken", ["thriller"])

    run(scenario)


def test_what_the_person_has_seen_is_told(run: Run) -> None:
    async def scenario(services: Services) -> None:
        opened = (await talk(services))[0]
        seen = opened.list.items[0]
        await services.users.record(click("seen", "talker", seen.item))
        asked = SessionRequest(user="talker", k=4, turns=opened.turns, say="why not the first one?")
        missing = (await services.sessions.refine(asked)).missing[0]
        assert (missing.item, missing.cause, missing.rule) == (seen.item, "removed", "seen")

    run(scenario)


def test_any_gateway_goes_on_with_a_session(releases: Folder, store_url: str) -> None:
    answers: list[SessionResponse] = []

    async def begins(services: Services, _: ReleaseWatcher) -> None:
        answers.extend(await talk(services, "no thriller", "not the second one"))

    async def goes_on(services: Services, _: ReleaseWatcher) -> None:
        asked = SessionRequest(user="talker", k=4, turns=answers[-1].turns)
        again = await services.sessions.refine(asked)
        assert (ids(again), again.state) == (ids(answers[-1]), answers[-1].state)

    run_scenario(releases, store_url, begins)
    run_scenario(releases, store_url, goes_on)


def test_what_this_release_lacks_in_a_state_counts_for_nothing(run: Run) -> None:
    async def scenario(services: Services) -> None:
        opened = (await talk(services))[0]
        shown = ["of another release", *ids(opened)]
        turns = [SessionTurn(say="", shown=shown)]
        answer = await services.sessions.refine(
            SessionRequest(user="talker", k=4, turns=turns, say="not the second one")
        )
        assert [one.item for one in answer.disliked] == [ids(opened)[0]]

    run(scenario)


def test_a_session_is_bounded(run: Run) -> None:
    turn = SessionTurn(say="no thriller", shown=[])
    with pytest.raises(ValidationError, match="at most 30"):
        SessionRequest(user="talker", turns=[turn] * (MAX_TURNS + 1))

    async def scenario(services: Services) -> None:
        with pytest.raises(PalateError, match="at most 30 turns"):
            await services.sessions.refine(
                SessionRequest(user="talker", turns=[turn] * MAX_TURNS, say="older")
            )

    run(scenario)
