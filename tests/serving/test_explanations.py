"""Explanations and profiles behind the API, by templates alone: what is kept, and what a strike does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from palate.errors import NotFound
from palate.online import NewText, PostgresStore, TextStore, embedded_store
from palate.online.text_store import NO_USER
from palate.storage import Folder
from serving.api.schemas import Event, EventsRequest, ExplanationResponse, RecommendRequest, ShownText
from serving.explanations.local_explainer import LocalExplainer, patience
from serving.pipeline.local import LocalPipeline
from serving.recommendations.recommendation_service import PalateService
from serving.releases.active_release import ReleaseWatcher
from serving.settings import ServingSettings
from tests.support.processes.wait import started
from tests.support.releases.explained import publish_explained
from tests.support.worlds.tiny import Tiny

Story = Callable[[PalateService, TextStore], Awaitable[None]]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    place = tmp_path_factory.mktemp("explained")
    return publish_explained(Folder(str(place / "run")), Folder(str(place / "releases")), tiny)


@pytest.fixture(scope="module")
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store in which nobody else does things to the same users."""
    folder = tmp_path_factory.mktemp("explanations") / "store"
    with started(lambda: embedded_store(folder)) as url:
        yield url


@pytest.fixture
def tell(explained: Folder, own_store: str) -> Callable[[Story], None]:
    """Runs a story with a service of its own that has no language model."""

    def run(story: Story) -> None:
        async def told() -> None:
            settings = ServingSettings.model_validate(
                {"releases": explained.uri, "explainer": {"enabled": False}}
            )
            store, stages = await PostgresStore.open(own_store), LocalPipeline(explained.uri)
            current = ReleaseWatcher(explained.uri, stages, settings.watch_s)
            await current.start()
            explainer = LocalExplainer(explained.uri, settings.explainer)
            await story(PalateService(settings, stages, store, current, explainer), TextStore(store.database))
            await store.close()

        asyncio.run(told())

    return run


def did(event: str, user: str, item: str, kind: str = "click") -> EventsRequest:
    return EventsRequest(events=[Event(id=event, user=user, item=item, kind=kind)])


def test_an_explanation_names_what_carries_the_item(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: TextStore) -> None:
        for place, item in enumerate(["i00", "i01"]):
            await service.record(did(f"why-{place}", "why", item, "like"))
        answer = await service.explanation("why", "i02")
        history = {one.item: one for one in answer.evidence.history}
        assert history
        assert set(history) <= {"i00", "i01"}
        assert all(one.sentiment == "liked" and one.influence > 0 for one in history.values())
        assert all(one.title in answer.text for one in answer.evidence.history)
        assert "comedy" in answer.evidence.shared
        assert (answer.source, answer.reason, answer.cached) == ("template", "off", False)

    tell(story)


def test_the_history_of_the_release_counts_with_its_signals(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: TextStore) -> None:
        answer = await service.explanation("u00", "i05")
        assert {one.sentiment for one in answer.evidence.history} == {"neutral"}
        assert "watched" in answer.text

    tell(story)


def test_a_stranger_is_told_what_the_item_is(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: TextStore) -> None:
        answer = await service.explanation("stranger", "i02")
        assert answer.evidence.history == []
        assert "comedy" in answer.text
        with pytest.raises(NotFound, match="no item 'i99'"):
            await service.explanation("stranger", "i99")

    tell(story)


async def kept_for(service: PalateService, texts: TextStore, user: str, item: str) -> ExplanationResponse:
    """Have a text by a model in the store, on the evidence of now; as the batch job leaves them."""
    from palate.explain.evidence.serialisation import evidence_json

    live_user = await service.live_users.live_user(user, service.current.now)
    index = live_user.view.item(item)
    heard = [event async for event in service.explainer.explain(live_user.context, index)]
    row = NewText(
        live_user.release, user, "explanation", item, "Written before.", "own",
        evidence_json(heard[-1].evidence), 0,
    )  # fmt: skip
    await texts.keep([row])
    return await service.explanation(user, item)


def test_a_kept_text_is_given_until_its_carrier_is_disliked(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, texts: TextStore) -> None:
        kept = await kept_for(service, texts, "u02", "i00")
        assert (kept.text, kept.cached, kept.source, kept.reason) == ("Written before.", True, "own", None)
        await service.record(did("other", "u02", "i11"))
        assert (await service.explanation("u02", "i00")).cached
        supporting_item = kept.evidence.history[0].item
        await service.record(did("against", "u02", supporting_item, "dislike"))
        after = await service.explanation("u02", "i00")
        assert not after.cached
        assert supporting_item not in {one.item for one in after.evidence.history}

    tell(story)


def test_a_kept_text_is_dropped_when_its_carrier_is_seen_otherwise(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, texts: TextStore) -> None:
        kept = await kept_for(service, texts, "u04", "i01")
        await service.record(did("now liked", "u04", kept.evidence.history[0].item, "like"))
        assert not (await service.explanation("u04", "i01")).cached

    tell(story)


def test_places_of_a_list_have_kept_sentences(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, texts: TextStore) -> None:
        request = RecommendRequest(user="u06", k=3, explain=True)
        first = await service.recommend(request)
        assert [place.explanation for place in first.items] == [None] * 3
        item = first.items[1].item
        await kept_for(service, texts, "u06", item)
        second = await service.recommend(request)
        assert second.cached
        expected = ShownText(text="Written before.", source="own")
        assert [place.explanation for place in second.items] == [None, expected, None]
        plain = await service.recommend(request.model_copy(update={"explain": False}))
        assert [place.explanation for place in plain.items] == [None] * 3
        nobody = await service.recommend(RecommendRequest(history=["i00"], k=3, explain=True))
        assert [place.explanation for place in nobody.items] == [None] * 3

    tell(story)


def test_a_profile_has_a_line_for_what_the_history_is_about(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, texts: TextStore) -> None:
        release = service.current.now.release
        tags = NewText(release, NO_USER, "tags", "i01", "light comedy", "own", "{}", 0)
        await texts.keep([tags])
        profile = await service.profile("u08")
        line = next(one for one in profile.lines if "comedy" in one.categories)
        assert line.text
        assert {one.title for one in line.evidence} <= {f"Comedy {number}" for number in range(6)}
        assert profile.struck == []
        assert (await service.profile("nobody at all")).lines == []

    tell(story)


def test_a_struck_line_counts_from_the_next_list_on_until_it_is_restored(
    tell: Callable[[Story], None],
) -> None:
    async def story(service: PalateService, _: TextStore) -> None:
        request = RecommendRequest(user="u10", k=12, debug=True)
        before = await service.recommend(request)
        line = next(one for one in (await service.profile("u10")).lines if "comedy" in one.categories)
        dismissed = await service.dismiss("u10", line.id)
        assert [one.id for one in dismissed.struck] == [line.id]
        assert dismissed.version > before.version
        during = await service.recommend(request)
        gone = {one.item for one in before.items} - {one.item for one in during.items}
        assert gone
        reasons = {one.item: one for one in during.removed or []}
        assert all("struck" in reasons[item].reason for item in gone)
        profile = await service.profile("u10")
        assert line.id not in {one.id for one in profile.lines}
        assert [(one.id, one.categories) for one in profile.struck] == [(line.id, line.categories)]
        assert (await service.dismiss("u10", line.id)).version == dismissed.version
        restored = await service.restore("u10", line.id)
        assert restored.struck == []
        after = await service.recommend(request)
        assert [one.item for one in after.items] == [one.item for one in before.items]

    tell(story)


def test_only_a_line_of_the_profile_can_be_struck(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: TextStore) -> None:
        with pytest.raises(NotFound, match="no line 'war'"):
            await service.dismiss("u12", "war")
        with pytest.raises(NotFound, match="it has no lines"):
            await service.dismiss("nobody at all", "war")
        assert (await service.restore("u12", "war")).struck == []

    tell(story)


def test_a_forgotten_user_has_neither_texts_nor_strikes(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, texts: TextStore) -> None:
        await kept_for(service, texts, "u14", "i00")
        line = (await service.profile("u14")).lines[0]
        await service.dismiss("u14", line.id)
        await service.forget("u14")
        after = await service.explanation("u14", "i00")
        assert (after.cached, after.evidence.history) == (False, [])
        profile = await service.profile("u14")
        assert (profile.lines, profile.struck) == ([], [])

    tell(story)


def test_health_says_who_explains(tell: Callable[[Story], None]) -> None:
    async def story(service: PalateService, _: TextStore) -> None:
        assert (await service.health()).explainer == "off"

    tell(story)


@pytest.mark.parametrize(("deadline", "expected"), [(3.0, 2.85), (0.5, 0.35), (0.2, 0.1)])
def test_a_model_is_given_up_in_time_for_the_template(deadline: float, expected: float) -> None:
    assert patience(deadline) == pytest.approx(expected)
