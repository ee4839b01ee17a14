"""Explanations and profiles behind the API, by templates alone: what is kept, and what a strike does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import NamedTuple

import pytest

from palate.errors import NotFound
from palate.online import NewText, PostgresStore, TextStore, embedded_store
from palate.online.text_store import NO_USER
from palate.storage import Folder
from serving.api.schemas import Event, EventsRequest, ExplanationResponse, RecommendRequest, ShownText
from serving.api.services import Services
from serving.deployments.gateway import experiments_of, impression_log_of, services_of
from serving.explanations.explanation_service import context_of
from serving.explanations.local_explainer import LocalExplainer, patience
from serving.pipeline.local import LocalPipeline
from serving.releases.active_release import ReleaseWatcher
from serving.releases.arm_releases import ArmReleases
from serving.settings import ServingSettings
from serving.users.live_users import LiveUsers
from tests.support.processes.wait import started
from tests.support.releases.explained import publish_explained
from tests.support.worlds.tiny import Tiny


class Parts(NamedTuple):
    """What services are made of, and what a scenario looks at behind their backs."""

    texts: TextStore
    watcher: ReleaseWatcher
    live_users: LiveUsers
    explainer: LocalExplainer


Scenario = Callable[[Services, Parts], Awaitable[None]]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    folder = tmp_path_factory.mktemp("explained")
    return publish_explained(Folder(str(folder / "run")), Folder(str(folder / "releases")), tiny)


@pytest.fixture(scope="module")
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store in which nobody else does things to the same users."""
    folder = tmp_path_factory.mktemp("explanations") / "store"
    with started(lambda: embedded_store(folder)) as url:
        yield url


@pytest.fixture
def run_with_services(explained: Folder, own_store: str) -> Callable[[Scenario], None]:
    """Runs a scenario with services of its own that have no language model."""

    def run(scenario: Scenario) -> None:
        async def run_it() -> None:
            settings = ServingSettings.model_validate(
                {"releases": explained.uri, "explainer": {"enabled": False}}
            )
            store, pipeline = await PostgresStore.open(own_store), LocalPipeline(explained.uri)
            parts = Parts(
                texts=TextStore(store.database),
                watcher=ReleaseWatcher(explained.uri, pipeline, settings.watch_s),
                live_users=LiveUsers(settings, store),
                explainer=LocalExplainer(explained.uri, settings.explainer),
            )
            await parts.watcher.start()
            services = services_of(
                settings=settings,
                pipeline=pipeline,
                store=store,
                watcher=parts.watcher,
                explainer=parts.explainer,
                impressions=impression_log_of(settings, store),
                experiments=experiments_of(settings, store),
                arm_releases=ArmReleases({}),
            )
            await scenario(services, parts)
            await store.close()

        asyncio.run(run_it())

    return run


def did(event: str, user: str, item: str, kind: str = "click") -> EventsRequest:
    return EventsRequest(events=[Event(id=event, user=user, item=item, kind=kind)])


def test_an_explanation_names_what_carries_the_item(run_with_services: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: Parts) -> None:
        for number, item in enumerate(["i00", "i01"]):
            await services.users.record(did(f"why-{number}", "why", item, "like"))
        answer = await services.explanations.explanation("why", "i02")
        evidence = answer.evidence
        carrying = [*evidence.reasons, *evidence.others]
        assert {past.item for past in carrying} == {"i00", "i01"}
        assert all(past.sentiment == "liked" and past.influence > 0 for past in carrying)
        assert evidence.reasons
        assert all(past.title in answer.text for past in evidence.reasons)
        assert evidence.place is not None
        assert evidence.place_without is not None
        assert evidence.place_without >= evidence.place
        assert "comedy" in answer.evidence.shared
        assert (answer.source, answer.reason, answer.cached) == ("template", "off", False)

    run_with_services(scenario)


def test_the_history_of_the_release_counts_with_its_signals(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, _: Parts) -> None:
        answer = await services.explanations.explanation("u00", "i05")
        assert {past.sentiment for past in answer.evidence.reasons} == {"neutral"}
        assert "watched" in answer.text

    run_with_services(scenario)


def test_a_stranger_is_told_what_the_item_is(run_with_services: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: Parts) -> None:
        answer = await services.explanations.explanation("stranger", "i02")
        assert answer.evidence.reasons == []
        assert "comedy" in answer.text
        with pytest.raises(NotFound, match="no item 'i99'"):
            await services.explanations.explanation("stranger", "i99")

    run_with_services(scenario)


async def kept_for(services: Services, parts: Parts, user: str, item: str) -> ExplanationResponse:
    """Have a text by a model in the store, on the evidence of now; as the batch job leaves them."""
    from palate.explain.evidence.serialisation import evidence_json

    live_user = await parts.live_users.live_user(user, parts.watcher.active)
    index = live_user.view.item(item)
    events = [event async for event in parts.explainer.explain(context_of(live_user), index)]
    row = NewText(
        live_user.release, user, "explanation", item, "Written before.", "own",
        evidence_json(events[-1].evidence), 0,
    )  # fmt: skip
    await parts.texts.keep([row])
    return await services.explanations.explanation(user, item)


async def listed_texts(services: Services, user: str) -> dict[str, str]:
    """The sentences in the user's list, by item."""
    request = RecommendRequest(user=user, k=12, explain=True)
    listed = (await services.recommendations.recommend(request)).items
    return {place.item: place.explanation.text for place in listed if place.explanation}


def test_a_kept_text_is_given_while_the_list_rests_on_its_reasons(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, parts: Parts) -> None:
        item = (await services.recommendations.recommend(RecommendRequest(user="u12", k=1))).items[0].item
        kept = await kept_for(services, parts, "u12", item)
        assert (kept.text, kept.cached, kept.source, kept.reason) == ("Written before.", True, "own", None)
        assert await listed_texts(services, "u12") == {item: "Written before."}
        line = (await services.explanations.profile("u12")).lines[0]
        await services.explanations.dismiss("u12", line.id)
        await services.explanations.restore("u12", line.id)
        # Something happened to the user: a list does not look into whether the text still holds.
        assert await listed_texts(services, "u12") == {}
        again = await services.explanations.explanation("u12", item)
        assert (again.cached, again.text, again.reason) == (True, "Written before.", None)
        assert again.evidence == kept.evidence
        assert await listed_texts(services, "u12") == {item: "Written before."}

    run_with_services(scenario)


def test_a_kept_text_is_dropped_when_the_list_rests_on_other_reasons(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, parts: Parts) -> None:
        kept = await kept_for(services, parts, "u02", "i00")
        reasons = [past.item for past in kept.evidence.reasons]
        # All that it rests on is still in the history, but an event more takes a reason's place.
        await services.users.record(did("other", "u02", "i11"))
        after = await services.explanations.explanation("u02", "i00")
        assert {past.item for past in after.evidence.reasons} != set(reasons)
        assert not after.cached
        await services.users.record(did("against", "u02", reasons[0], "dislike"))
        without = await services.explanations.explanation("u02", "i00")
        assert not without.cached
        assert reasons[0] not in {past.item for past in without.evidence.reasons}

    run_with_services(scenario)


def test_a_kept_text_is_dropped_when_its_carrier_is_seen_otherwise(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, parts: Parts) -> None:
        kept = await kept_for(services, parts, "u04", "i01")
        await services.users.record(did("now liked", "u04", kept.evidence.reasons[0].item, "like"))
        assert not (await services.explanations.explanation("u04", "i01")).cached

    run_with_services(scenario)


def test_places_of_a_list_have_kept_sentences(run_with_services: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, parts: Parts) -> None:
        request = RecommendRequest(user="u06", k=3, explain=True)
        first = await services.recommendations.recommend(request)
        assert [listed.explanation for listed in first.items] == [None] * 3
        item = first.items[1].item
        await kept_for(services, parts, "u06", item)
        second = await services.recommendations.recommend(request)
        assert second.cached
        expected = ShownText(text="Written before.", source="own")
        assert [listed.explanation for listed in second.items] == [None, expected, None]
        named = [
            reason.item for reason in (await services.explanations.explanation("u06", item)).evidence.reasons
        ]
        assert [reason.item for reason in second.items[1].reasons or []] == named
        assert second.items[1].because is None
        assert second.items[0].because
        assert second.items[0].reasons is None
        plain = await services.recommendations.recommend(request.model_copy(update={"explain": False}))
        assert [listed.explanation for listed in plain.items] == [None] * 3
        nobody = await services.recommendations.recommend(
            RecommendRequest(history=["i00"], k=3, explain=True)
        )
        assert [listed.explanation for listed in nobody.items] == [None] * 3

    run_with_services(scenario)


def test_a_profile_has_a_line_for_what_the_history_is_about(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, parts: Parts) -> None:
        release = parts.watcher.active.release
        tags = NewText(release, NO_USER, "tags", "i01", "light comedy", "own", "{}", 0)
        await parts.texts.keep([tags])
        profile = await services.explanations.profile("u08")
        line = next(line for line in profile.lines if "comedy" in line.categories)
        assert line.text
        assert {past.title for past in line.evidence} <= {f"Comedy {number}" for number in range(6)}
        assert profile.struck == []
        event = Event(id="w", user="u08", kind="question", text="is there a drama")
        await services.users.record(EventsRequest(events=[event]))
        said = (await services.explanations.profile("u08")).said
        assert [[name.casefold() for name in line.categories] for line in said] == [["drama"]]
        assert (await services.explanations.profile("nobody at all")).lines == []

    run_with_services(scenario)


def test_a_struck_line_counts_from_the_next_list_on_until_it_is_restored(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, _: Parts) -> None:
        request = RecommendRequest(user="u10", k=12, debug=True)
        before = await services.recommendations.recommend(request)
        line = next(
            line for line in (await services.explanations.profile("u10")).lines if "comedy" in line.categories
        )
        dismissed = await services.explanations.dismiss("u10", line.id)
        assert [line.id for line in dismissed.struck] == [line.id]
        assert dismissed.version > before.version
        during = await services.recommendations.recommend(request)
        gone = {past.item for past in before.items} - {past.item for past in during.items}
        assert gone
        reasons = {removed.item: removed for removed in during.removed or []}
        assert all("struck" in reasons[item].reason for item in gone)
        profile = await services.explanations.profile("u10")
        assert line.id not in {line.id for line in profile.lines}
        assert [(struck.id, struck.categories) for struck in profile.struck] == [(line.id, line.categories)]
        assert (await services.explanations.dismiss("u10", line.id)).version == dismissed.version
        restored = await services.explanations.restore("u10", line.id)
        assert restored.struck == []
        after = await services.recommendations.recommend(request)
        assert [listed.item for listed in after.items] == [listed.item for listed in before.items]

    run_with_services(scenario)


def test_only_a_line_of_the_profile_can_be_struck(run_with_services: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: Parts) -> None:
        with pytest.raises(NotFound, match="no line 'war'"):
            await services.explanations.dismiss("u12", "war")
        with pytest.raises(NotFound, match="it has no lines"):
            await services.explanations.dismiss("nobody at all", "war")
        assert (await services.explanations.restore("u12", "war")).struck == []

    run_with_services(scenario)


def test_a_forgotten_user_has_neither_texts_nor_strikes(
    run_with_services: Callable[[Scenario], None],
) -> None:
    async def scenario(services: Services, parts: Parts) -> None:
        await kept_for(services, parts, "u14", "i00")
        line = (await services.explanations.profile("u14")).lines[0]
        await services.explanations.dismiss("u14", line.id)
        await services.users.forget("u14")
        after = await services.explanations.explanation("u14", "i00")
        assert (after.cached, after.evidence.reasons) == (False, [])
        profile = await services.explanations.profile("u14")
        assert (profile.lines, profile.struck) == ([], [])

    run_with_services(scenario)


def test_health_says_who_explains(run_with_services: Callable[[Scenario], None]) -> None:
    async def scenario(services: Services, _: Parts) -> None:
        assert (await services.catalogue.health()).explainer == "off"

    run_with_services(scenario)


@pytest.mark.parametrize(("deadline", "expected"), [(3.0, 2.85), (0.5, 0.35), (0.2, 0.1)])
def test_a_model_is_given_up_in_time_for_the_template(deadline: float, expected: float) -> None:
    assert patience(deadline) == pytest.approx(expected)
