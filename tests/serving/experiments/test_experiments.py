"""Experiments at the endpoint: arms in the answer and in the log, stops that every replica learns of."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from palate.experiments import Experiment, arm_of
from palate.experiments.store import ArmState, ArmStates, ExperimentStore
from palate.online import StoreUnavailable
from palate.online.impressions import ImpressionLog
from palate.storage import Folder
from serving.api.schemas import RecommendRequest
from serving.api.services import Services
from serving.experiments import experiment_service
from serving.experiments.experiment_service import ExperimentService
from serving.settings import ServingSettings
from tests.support.api.running_services import running_services
from tests.support.online_helpers import fetch
from tests.support.processes.wait import PATIENCE_S
from tests.support.releases.small import publish_tiny

Scenario = Callable[[Services, ExperimentService, ExperimentStore, ImpressionLog], Awaitable[None]]
Run = Callable[..., None]


def explored(settings: dict[str, Any]) -> Experiment:
    arms = {"control": {"share": 0.5}, "treatment": {"share": 0.5, "settings": settings}}
    return Experiment.model_validate({"name": "wide", "arms": arms})


def released(release: str) -> Experiment:
    arms = {"control": {"share": 0.5}, "treatment": {"share": 0.5, "release": release}}
    return Experiment.model_validate({"name": "wide", "arms": arms})


WIDE = explored({"explore": 0.5})
TREATED, UNTREATED = (
    next(user for user in map("arm-{}".format, range(100)) if arm_of(WIDE, user) == arm)
    for arm in ("treatment", "control")
)


@pytest.fixture
def run_experiment(tmp_path: Path, served_run: Folder, store_url: str) -> Run:
    """Runs a scenario with an endpoint that declares an experiment, on an empty log."""
    releases = Folder(str(tmp_path / "releases"))
    publish_tiny(served_run, releases, "ease")

    def run(scenario: Scenario, experiment: Experiment = WIDE) -> None:
        settings = ServingSettings(releases=releases.uri, experiments=(experiment,))
        asyncio.run(_run(settings, store_url, scenario))

    return run


async def _run(settings: ServingSettings, url: str, scenario: Scenario) -> None:
    async with running_services(settings, url) as running:
        for table in ("palate_lists", "palate_stopped_arms", "palate_experiments"):
            await running.store.database.rows(f"DELETE FROM {table}")
        await running.experiments.start()  # anew, in the empty store
        store = ExperimentStore(running.store.database)
        await scenario(running.services, running.experiments, store, running.log)


def test_the_arm_is_in_the_answer_and_in_the_log(run_experiment: Run, store_url: str) -> None:
    async def scenario(services: Services, _: Any, __: Any, log: ImpressionLog) -> None:
        lists = services.recommendations
        treated, again = [await lists.recommend(RecommendRequest(user=TREATED, k=4)) for _ in range(2)]
        untreated = await lists.recommend(RecommendRequest(user=UNTREATED, k=4))
        anonymous = await lists.recommend(RecommendRequest(history=[], k=4))
        assert [answer.arms.get("wide") for answer in (treated, again, untreated, anonymous)] == [
            "treatment",
            "treatment",
            "control",
            None,
        ]
        assert all(place.propensity is not None for place in treated.items)
        assert all(place.propensity is None for place in untreated.items)
        await log.write_all()
        kept = await asyncio.to_thread(fetch, store_url, "SELECT id::text, arm FROM palate_lists")
        assert dict(kept) == {
            treated.list: "wide:treatment",
            again.list: "wide:treatment",
            untreated.list: "wide:control",
            anonymous.list: "",
        }
        report = await services.reports.experiment("wide")
        assert (report.comparisons[0].split.treatment, report.comparisons[0].split.control) == (1, 1)

    run_experiment(scenario)


def test_a_remembered_list_tells_its_arm_too(run_experiment: Run) -> None:
    async def scenario(services: Services, *_: Any) -> None:
        request = RecommendRequest(user=UNTREATED)
        answers = [await services.recommendations.recommend(request) for _ in range(2)]
        assert answers[1].cached
        assert [answer.arms for answer in answers] == [{"wide": "control"}] * 2

    run_experiment(scenario)


def test_an_arm_that_was_stopped_elsewhere_is_given_no_more_until_it_is_resumed(run_experiment: Run) -> None:
    async def scenario(
        services: Services, experiments: ExperimentService, stored: ExperimentStore, _: Any
    ) -> None:
        async def arms() -> dict[str, str]:
            return (await services.recommendations.recommend(RecommendRequest(user=TREATED))).arms

        assert await arms() == {"wide": "treatment"}
        await stored.stop("wide", "treatment", "harm")
        await experiments.poll()
        assert await arms() == {}
        assert services.recommendations.stopped_arms == {("wide", "treatment"): True}
        await stored.resume("wide", "treatment")
        await experiments.poll()
        assert await arms() == {"wide": "treatment"}

    run_experiment(scenario)


def test_a_gateway_that_starts_knows_what_was_stopped(run_experiment: Run) -> None:
    async def scenario(services: Services, _: ExperimentService, stored: ExperimentStore, __: Any) -> None:
        await stored.stop("wide", "treatment", "harm")
        another = ExperimentService((WIDE,), stored)
        await another.start()
        assert another.stopped == {("wide", "treatment"): True}

    run_experiment(scenario)


def test_settings_that_the_release_cannot_have_cost_the_user_no_list(run_experiment: Run) -> None:
    async def scenario(services: Services, *_: Any) -> None:
        answer = await services.recommendations.recommend(RecommendRequest(user=TREATED))
        assert answer.items
        assert answer.arms == {}

    run_experiment(scenario, explored({"values": [{"column": "nothing", "any_of": ["x"]}]}))


class StoreThatComesBack(ExperimentStore):
    """Is away at first, and then knows of an arm that was stopped."""

    def __init__(self) -> None:
        self.answers = iter([StoreUnavailable("away"), {("wide", "treatment"): ArmState(stopped_at=1)}])
        self.asked = asyncio.Event()

    async def states(self) -> ArmStates:
        answer = next(self.answers, None)
        if answer is None:
            self.asked.set()
            return {}
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_the_watch_goes_on_once_the_store_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment_service, "POLL_S", 0)

    async def run() -> list[bool]:
        store = StoreThatComesBack()
        service = ExperimentService((WIDE,), store)
        seen = [service.stopped["wide", "treatment"]]
        watch = asyncio.create_task(service.watch())
        async with asyncio.timeout(60):
            while not any(seen):
                await asyncio.sleep(0)
                seen.append(service.stopped["wide", "treatment"])
            await store.asked.wait()
        watch.cancel()
        return seen

    seen = asyncio.run(run())
    assert (seen[0], seen[-1]) == (False, True)


def test_an_arm_may_be_made_by_another_release_than_the_current_one(
    tmp_path: Path, served_run: Folder, store_url: str
) -> None:
    releases = Folder(str(tmp_path / "releases"))
    other = publish_tiny(served_run, releases, "sequence").manifest.id
    current = publish_tiny(served_run, releases, "ease").manifest.id
    experiment = released(other)

    async def scenario() -> None:
        settings = ServingSettings(releases=releases.uri, experiments=(experiment,))
        async with running_services(settings, store_url) as running:

            async def answered(user: str) -> tuple[str, str, dict[str, str]]:
                answer = await running.services.recommendations.recommend(RecommendRequest(user=user, k=4))
                return answer.release, answer.method, answer.arms

            async with asyncio.timeout(PATIENCE_S):
                while (await answered(TREATED))[2] == {}:  # the release is being loaded
                    await asyncio.sleep(0)
            assert await answered(TREATED) == (other, "sequence", {"wide": "treatment"})
            assert await answered(UNTREATED) == (current, "ease", {"wide": "control"})
            anonymous = await running.services.recommendations.recommend(RecommendRequest(history=[], k=4))
            assert (anonymous.release, anonymous.arms) == (current, {})

    asyncio.run(scenario())


def test_users_of_a_release_that_is_not_there_have_lists_of_the_current_one(
    tmp_path: Path, served_run: Folder, store_url: str
) -> None:
    releases = Folder(str(tmp_path / "releases"))
    current = publish_tiny(served_run, releases, "ease").manifest.id

    async def scenario() -> None:
        settings = ServingSettings(releases=releases.uri, experiments=(released("20200101-000000-abcdef"),))
        async with running_services(settings, store_url) as running:
            answer = await running.services.recommendations.recommend(RecommendRequest(user=TREATED, k=4))
            assert (answer.release, answer.arms) == (current, {})

    asyncio.run(scenario())
