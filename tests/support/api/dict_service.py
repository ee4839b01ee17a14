"""A service that knows six films, and answers from dictionaries."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import ClassVar, Literal

from palate.errors import NotFound
from palate.online.impressions import LogCounts
from palate.schema import DAY
from serving.api.schemas import (
    EventsRequest,
    EventsResponse,
    EvidenceBody,
    EvidenceHistoryItem,
    ExplainRequest,
    ExplanationResponse,
    ForgottenResponse,
    HealthResponse,
    ItemPatch,
    ItemRemoved,
    ItemResponse,
    ItemsRequest,
    ItemsResponse,
    Listed,
    ListResponse,
    Past,
    ProfileLine,
    ReadyPart,
    ReadyResponse,
    Recommended,
    RecommendRequest,
    RecommendResponse,
    Rejected,
    ReleaseInfo,
    ReleasesResponse,
    RemovedItem,
    SearchRequest,
    SimilarRequest,
    StageTimingsMs,
    StruckLine,
    Taste,
    TokenEvent,
    UserResponse,
)
from serving.api.schemas.profiles import (
    LineRequest,
    ProfileChangeResponse,
    WrittenLineBody,
    WrittenProfileResponse,
)
from serving.api.schemas.reports import (
    ExperimentResponse,
    RateBody,
    ReportGroup,
    ReportRequest,
    ReportResponse,
)
from serving.api.schemas.requests import OWN_LIST
from serving.api.schemas.sessions import SessionRequest, SessionResponse, SessionTurn
from serving.api.schemas.shelves import ShelfBody, ShelvedItem, ShelvesRequest, ShelvesResponse
from serving.api.schemas.steering import UnderstoodRequest
from serving.api.schemas.types import LIST_EXAMPLE

EVIDENCE = EvidenceBody(
    place=2,
    place_without=2,
    reasons=[],
    stated=[],
    others=[],
    other_stated=[],
    fidelity=None,
    contributions=[],
    shared=["drama"],
    popular=True,
)

RemovedState = Literal["unavailable", "gone"]
TITLES = {f"i{number}": f"Film {number}" for number in range(6)}
FIELDS = {"genres": "Drama"}
STAGES = StageTimingsMs(encode_ms=1, retrieve_ms=2, rank_ms=3, total_ms=7)


class ShelfDouble:
    """One shelf with three films."""

    async def shelves(self, request: ShelvesRequest) -> ShelvesResponse:
        items = [ShelvedItem(item=item, title=TITLES[item], fields=FIELDS) for item in list(TITLES)[:3]]
        shelf = ShelfBody(title="Drama", items=items)
        return ShelvesResponse(release="r1", user=request.user, shelves=[shelf])


class DictService:
    """Recommends the films that somebody has not seen, in the order of their numbers."""

    cached_bytes = 12_345
    logged = LogCounts(written=7, dropped=2, waiting_bytes=512)
    stopped_arms: ClassVar = {("wide", "treatment"): True, ("wide", "other"): False}

    def __init__(self) -> None:
        self.seen: dict[str, list[tuple[str, str]]] = {}
        self.ids: set[tuple[str, str]] = set()
        self.struck: dict[str, set[str]] = {}
        self.written: dict[str, dict[str, str]] = {}
        self.items: set[str] = set()
        """Ids of items that were put."""
        self.left: list[str] = []
        """Whose streams were left before their end."""
        self.down = False
        """Whether no list can be given."""

    async def recommend(self, request: RecommendRequest) -> RecommendResponse:
        seen = request.history or [item for _, item in self.seen.get(request.user or "", [])]
        wanted = [item for item in TITLES if item not in seen and item not in request.exclude]
        places = [
            Recommended(
                item=item, title=TITLES[item], fields=FIELDS, score=1.0, relevance=1.0, sources={}, actions={}
            )
            for item in wanted[: request.k]
        ]
        removed = [
            RemovedItem(item=item, title=TITLES[item], filter="exclude", reason="named in the request")
            for item in request.exclude
            if item in TITLES
        ]
        return RecommendResponse(
            list=LIST_EXAMPLE,
            release="r1",
            method="hybrid",
            user=request.user,
            version=len(seen),
            items=places,
            stages=STAGES,
            cached=request.seed == 1,
            removed=removed if request.debug else None,
        )

    async def similar(self, request: SimilarRequest) -> ListResponse:
        known = await self.item(request.item)
        return self._list([item for item in TITLES if item != known.item][: request.k])

    async def search(self, request: SearchRequest) -> ListResponse:
        return self._list([item for item in TITLES if request.text in TITLES[item]][: request.k])

    async def online(self, request: ReportRequest) -> ReportResponse:
        rate = RateBody(share=0.25, low=0.1, high=0.5)
        group = ReportGroup(
            dimension="all",
            value="",
            shown=4,
            clicks=1,
            conversions=1,
            click_rate=rate,
            conversion_rate=rate,
        )
        end = request.days * DAY
        return ReportResponse(since=0, until=end, groups=[group], named=3, unknown=1, mismatched=1)

    async def experiment(self, name: str) -> ExperimentResponse:
        if name != "wide":
            raise NotFound(f"There is no experiment {name!r}")
        return ExperimentResponse(experiment=name, control="control", window_hours=24, comparisons=[])

    async def refine(self, request: SessionRequest) -> SessionResponse:
        asked = RecommendRequest(user=request.user, history=request.history, k=request.k)
        listed = await self.recommend(asked)
        turn = SessionTurn(say=request.say or "", shown=[place.item for place in listed.items])
        return SessionResponse(
            reply="Understood.",
            kind="refine",
            turns=[*request.turns, turn],
            struck=request.struck,
            state=UnderstoodRequest(language="en", constraints=[], rest=request.say or ""),
            liked=[],
            disliked=[],
            missing=[],
            list=listed,
        )

    async def record(self, request: EventsRequest) -> EventsResponse:
        new = [event for event in request.events if (event.user, event.id) not in self.ids]
        for event in new:
            self.ids.add((event.user, event.id))
            self.seen.setdefault(event.user, []).append((event.id, event.item or ""))
        versions = {event.user: len(self.seen.get(event.user, [])) for event in request.events}
        return EventsResponse(accepted=len(new), known=len(request.events) - len(new), versions=versions)

    async def user(self, user_id: str) -> UserResponse:
        events = self.seen.get(user_id, [])
        past = [Past(item=item, title=TITLES.get(item, ""), time=0, kind="click") for _, item in events]
        return UserResponse(
            user=user_id,
            version=len(events),
            known=bool(events),
            history=past[::-1],
            events=len(events),
            taste=[Taste(name="Drama", share=1.0)] if events else [],
        )

    async def forget(self, user_id: str) -> ForgottenResponse:
        return ForgottenResponse(user=user_id, deleted=len(self.seen.pop(user_id, [])))

    async def explanation(
        self, user_id: str, item_id: str, request: ExplainRequest = OWN_LIST
    ) -> ExplanationResponse:
        item = await self.item(item_id)
        return ExplanationResponse(
            release="r1",
            user=user_id,
            item=item_id,
            title=item.title,
            text=f"This is {item.title}.",
            source="template",
            cached=False,
            reason="off",
            evidence=EVIDENCE,
            rejected=[],
        )

    async def explanation_events(
        self, user_id: str, item_id: str, request: ExplainRequest = OWN_LIST
    ) -> AsyncGenerator[TokenEvent | Rejected | ExplanationResponse]:
        answer = await self.explanation(user_id, item_id, request)
        try:
            yield TokenEvent(text="Once upon")
            yield TokenEvent(text=" a time")
            yield Rejected(reasons=["is a tale"])
            yield answer
        except GeneratorExit:
            self.left.append(user_id)
            raise

    async def profile(self, user_id: str) -> WrittenProfileResponse:
        line = ProfileLine(
            id="drama",
            text="You like drama.",
            source="own",
            share=1.0,
            categories=["drama"],
            evidence=[EvidenceHistoryItem(item="i0", title="Film 0", sentiment="liked")],
            tags=[],
        )
        change = self._change(user_id, "")
        lines = [] if "drama" in self.struck.get(user_id, ()) else [line]
        return WrittenProfileResponse(
            release="r1",
            user=user_id,
            version=0,
            lines=lines,
            struck=change.struck,
            tags=[],
            written=change.written,
            said=[],
        )

    async def add(self, user_id: str, request: LineRequest) -> ProfileChangeResponse:
        self.written.setdefault(user_id, {})["line-1"] = request.text
        return self._change(user_id, "line-1")

    async def rewrite(self, user_id: str, line: str, request: LineRequest) -> ProfileChangeResponse:
        self._require(line)
        self.written.setdefault(user_id, {})[line] = request.text
        return self._change(user_id, line)

    async def strike(self, user_id: str, line: str) -> ProfileChangeResponse:
        self._require(line)
        self.struck.setdefault(user_id, set()).add(line)
        return self._change(user_id, line)

    async def restore(self, user_id: str, line: str) -> ProfileChangeResponse:
        self.struck.get(user_id, set()).discard(line)
        return self._change(user_id, line)

    def _require(self, line: str) -> None:
        if line not in ("drama", "a/profile/b", "line-1"):
            raise NotFound(f"There is no line {line!r}")

    def _change(self, user_id: str, line: str) -> ProfileChangeResponse:
        struck = [StruckLine(id=one, categories=[one]) for one in sorted(self.struck.get(user_id, ()))]
        understood = UnderstoodRequest(language="en", constraints=[], rest="")
        written = [
            WrittenLineBody(id=id_, text=text, understood=understood, ignored=[], counts=True)
            for id_, text in self.written.get(user_id, {}).items()
        ]
        return ProfileChangeResponse(
            user=user_id, version=0, line=line, written=written, struck=struck, items_in=[], items_out=[]
        )

    async def item(self, item_id: str) -> ItemResponse:
        if item_id not in TITLES:
            raise NotFound(f"The catalogue has no item {item_id!r}")
        return ItemResponse(item=item_id, title=TITLES[item_id], fields=FIELDS, facts=[])

    async def put(self, request: ItemsRequest) -> ItemsResponse:
        self.items |= {new.item for new in request.items}
        return ItemsResponse(stored=len(request.items), change=len(self.items))

    async def patch(self, item_id: str, patch: ItemPatch) -> ItemsResponse:
        await self.item(item_id)
        return ItemsResponse(stored=1, change=1)

    async def remove(self, item_id: str, state: RemovedState) -> ItemRemoved:
        await self.item(item_id)
        return ItemRemoved(item=item_id, state=state, change=1)

    async def releases(self) -> ReleasesResponse:
        info = ReleaseInfo(id="r1", created="2026-01-01", dataset="films", method="hybrid", state="serving")
        return ReleasesResponse(serving="r1", releases=[info])

    async def health(self) -> HealthResponse:
        return HealthResponse(status="ok", release="r1", mode="fused", explainer="off")

    async def ready(self) -> ReadyResponse:
        fine = ReadyPart(ok=True)
        return ReadyResponse(
            status="down" if self.down else "ready",
            gateway="g1",
            serving="r1",
            method="hybrid",
            current="r1",
            store=fine,
            release=fine,
            stages=ReadyPart(ok=False, why="a stage is away") if self.down else fine,
        )

    def _list(self, items: list[str]) -> ListResponse:
        places = [Listed(item=item, title=TITLES[item], fields=FIELDS, score=0.5) for item in items]
        return ListResponse(list=LIST_EXAMPLE, release="r1", items=places, stages=STAGES)
