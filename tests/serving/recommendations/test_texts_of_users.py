"""What users write: it draws their lists and searches, is in their profile, and is encoded once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from palate.errors import PalateError
from palate.recommender.query import SAID
from palate.storage import Folder
from serving.api.schemas import Event, EventsRequest, ExplainRequest, RecommendRequest, SearchRequest
from serving.api.services import Services
from serving.pipeline.local import LocalPipeline
from serving.settings import ServingSettings
from tests.support.api.running_services import running_services
from tests.support.online_helpers import fetch
from tests.support.releases.small import BUNDLED, publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny


class CountingPipeline(LocalPipeline):
    """Notes the texts that are encoded."""

    def __init__(self, releases: str) -> None:
        super().__init__(releases)
        self.encoded: list[str] = []

    async def encode_requests(self, release: str, texts: Any) -> np.ndarray:
        self.encoded += texts
        return await super().encode_requests(release, texts)


Scenario = Callable[[Services, CountingPipeline], Awaitable[None]]
Run = Callable[[Scenario], None]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    """A release that knows what texts mean."""
    folder = tmp_path_factory.mktemp("meaning")
    releases = Folder(str(folder / "releases"))
    publish_tiny(tiny_run(str(folder / "run"), *tiny, BUNDLED), releases, "ease")
    return releases


@pytest.fixture
def run(releases: Folder, store_url: str) -> Run:
    """Runs a scenario with services of their own; what is in the store stays there."""
    settings = ServingSettings(releases=releases.uri)
    return lambda scenario: asyncio.run(_run(settings, store_url, scenario))


async def _run(settings: ServingSettings, url: str, scenario: Scenario) -> None:
    pipeline = CountingPipeline(settings.releases)
    async with running_services(settings, url, pipeline) as running:
        await scenario(running.services, pipeline)
        await running.services.users.settled()  # type: ignore[attr-defined]


async def tell(services: Services, *events: Event) -> None:
    await services.users.record(EventsRequest(events=list(events)))


async def places(services: Services, user: str, k: int = 4) -> list[str]:
    answer = await services.recommendations.recommend(RecommendRequest(user=user, k=k))
    return [place.title for place in answer.items]


def comedies(titles: list[str]) -> int:
    return sum("Comedy" in title for title in titles)


def test_a_search_draws_the_next_list_and_less_so_after_what_follows(run: Run) -> None:
    async def scenario(services: Services, _: CountingPipeline) -> None:
        plain = await places(services, "said-1")
        await tell(services, Event(id="1", user="said-1", kind="search", text="a comedy of the year 1993"))
        answer = await services.recommendations.recommend(RecommendRequest(user="said-1", k=4))
        drawn = [place.title for place in answer.items]
        assert comedies(drawn) > comedies(plain)
        assert any(SAID in place.sources for place in answer.items)
        dramas = (await services.recommendations.search(SearchRequest(text="a drama", k=4))).items
        for number, place in enumerate(dramas):
            await tell(services, Event(id=f"d{number}", user="said-1", item=place.item))
        assert comedies(await places(services, "said-1")) < comedies(drawn)

    run(scenario)


def test_the_text_of_a_dislike_draws_nothing(run: Run) -> None:
    async def scenario(services: Services, pipeline: CountingPipeline) -> None:
        item = (await services.recommendations.search(SearchRequest(text="a drama", k=1))).items[0].item
        text = "not the comedy that I had hoped for"
        await tell(services, Event(id="1", user="said-2", kind="dislike", item=item, text=text))
        answer = await services.recommendations.recommend(RecommendRequest(user="said-2"))
        assert not any(SAID in place.sources for place in answer.items)
        assert (await services.explanations.profile("said-2")).said == []

    run(scenario)


def test_a_text_is_encoded_once_and_by_no_list_of_a_later_gateway(run: Run) -> None:
    async def first(services: Services, pipeline: CountingPipeline) -> None:
        await tell(services, Event(id="1", user="said-3", kind="question", text="which comedy is short"))
        await services.users.settled()  # type: ignore[attr-defined]
        assert pipeline.encoded == ["which comedy is short"]
        await places(services, "said-3", k=5)
        assert pipeline.encoded == ["which comedy is short"]

    async def later(services: Services, pipeline: CountingPipeline) -> None:
        assert await places(services, "said-3", k=5)
        await places(services, "nobody-who-wrote")
        assert pipeline.encoded == []

    run(first)
    run(later)


def test_what_was_written_is_in_history_and_profile_and_goes_with_the_user(run: Run, store_url: str) -> None:
    async def scenario(services: Services, _: CountingPipeline) -> None:
        item = (await services.recommendations.search(SearchRequest(text="a drama", k=1))).items[0].item
        search = Event(id="1", user="said-4", kind="search", text="a comedy", time=10)
        review = Event(id="2", user="said-4", kind="review", item=item, text="slow", time=20)
        await tell(services, search, review)
        user = await services.users.user("said-4")
        assert [(past.item, past.text) for past in user.history] == [(item, "slow"), (None, "a comedy")]
        said = (await services.explanations.profile("said-4")).said
        assert [(line.text, line.item) for line in said] == [("slow", item), ("a comedy", None)]
        await services.users.forget("said-4")
        assert (await services.explanations.profile("said-4")).said == []
        rows = await asyncio.to_thread(
            fetch, store_url, "SELECT count(*) FROM palate_events WHERE user_id = 'said-4'"
        )
        assert rows == [(0,)]

    run(scenario)


def test_a_search_of_somebody_counts_their_history_beside_the_words(run: Run) -> None:
    async def scenario(services: Services, _: CountingPipeline) -> None:
        search = services.recommendations.search
        plain = await search(SearchRequest(text="of the year", k=8))
        assert (await search(SearchRequest(text="of the year", k=8, user="nobody"))).items == plain.items
        for number, place in enumerate((await search(SearchRequest(text="a comedy", k=3))).items):
            await tell(services, Event(id=str(number), user="said-5", item=place.item))
        own = await search(SearchRequest(text="of the year", k=8, user="said-5"))
        assert own.user == "said-5"
        titles = [[place.title for place in answer.items] for answer in (plain, own)]
        assert comedies(titles[1]) > comedies(titles[0])

    run(scenario)


def test_a_search_is_a_reason_while_it_draws_the_list_and_in_the_language_that_is_asked_for(run: Run) -> None:
    async def scenario(services: Services, _: CountingPipeline) -> None:
        user = "said-why"
        await tell(
            services,
            Event(id="1", user=user, item="i11", kind="like"),
            Event(id="2", user=user, kind="search", text="a comedy of the year 1993"),
        )
        answer = await services.recommendations.recommend(RecommendRequest(user=user, k=4))
        item = answer.items[0].item
        why = await services.explanations.explanation(user, item)
        told = [*why.evidence.stated, *why.evidence.other_stated]
        assert [(one.kind, one.text) for one in told] == [("search", "a comedy of the year 1993")]
        assert why.evidence.place == 1
        assert ("searched for" in why.text) == bool(why.evidence.stated)
        german = await services.explanations.explanation(user, item, ExplainRequest(language="de"))
        assert "nach „a comedy of the year 1993“ gesucht hast" in german.text
        query = "a drama of the year 1996"
        steered = await services.recommendations.recommend(RecommendRequest(user=user, query=query))
        of_query = await services.explanations.explanation(
            user, steered.items[0].item, ExplainRequest(query=query)
        )
        assert of_query.evidence.place == 1
        found = [*of_query.evidence.stated, *of_query.evidence.other_stated]
        assert ("this request", query) in {(one.kind, one.text) for one in found}
        with pytest.raises(PalateError, match="no sentences for 'xx'"):
            await services.explanations.explanation(user, item, ExplainRequest(language="xx"))

    run(scenario)
