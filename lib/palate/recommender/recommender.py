"""A release in one process: recommendations, similar items and search by free text."""

from __future__ import annotations

import time
from collections.abc import Sequence
from copy import copy
from functools import cached_property

import numpy as np

from palate.data.histories import EMPTY_HISTORY, History
from palate.data.user_table import FoundUser
from palate.errors import PalateError
from palate.live.overlay import LiveText, LiveVectors, Overlay
from palate.live.said import MOST_SAID, NOTHING_SAID, Said
from palate.rank.rules import Rules
from palate.recommender.artefacts import Artefacts
from palate.recommender.encoding import EncoderRuntime, UserEncoder
from palate.recommender.query import (
    NO_RULES,
    Query,
    RankedLists,
    SearchQuery,
    SimilarHistoryItem,
    stage_timings,
)
from palate.recommender.ranking import Reranker
from palate.recommender.recommendations import ListReason, Recommendation
from palate.recommender.retrieval import RetrieverShard
from palate.recommender.steering import request_reader, search_query, steered
from palate.recommender.users import KnownUsers
from palate.retrieve import SearchResult
from palate.steering import RequestReader, Steering


class Recommender:
    """Answers from the artefacts of one release; each is read when it is first needed."""

    def __init__(
        self,
        artefacts: Artefacts,
        runtime: EncoderRuntime | None = None,
        second_look_s: float | None = None,
    ) -> None:
        """Take where the encoder computes, and the seconds that a language model has as reranker."""
        self.artefacts, self._second_look_s = artefacts, second_look_s
        self.catalogue = artefacts.lookup
        self.encoder = UserEncoder(self.artefacts, runtime)

    def recommend(
        self,
        history: Sequence[str],
        k: int = 10,
        rules: Rules = NO_RULES,
        request: str = "",
        *,
        said: Sequence[str] = (),
    ) -> list[Recommendation]:
        """The best `k` items for somebody who touched these items (ids or titles), oldest first.

        None of them is recommended again, unless the release allows repeats. Without a history the most
        popular items are the answer. A `request` in words, such as "no horror, before 1990", steers the list;
        what they `said` after the history, oldest first, such as searches, draws it.
        `PalateError` for an item that the catalogue does not hold.
        """
        query = self.history_query(history, k, rules)
        return self._recommend(query._replace(said=self.said(said, len(query.history.items))), request)

    def recommend_user(
        self,
        user: str,
        k: int = 10,
        rules: Rules = NO_RULES,
        request: str = "",
        *,
        said: Sequence[str] = (),
    ) -> list[Recommendation]:
        """The best `k` items for a user of the release, who has touched or turned against none of them."""
        query = self.user_query(user, k, rules)
        after = self.said(said, len(query.history.items))
        return self._recommend(query._replace(said=after), request)

    def history_query(self, history: Sequence[str], k: int, rules: Rules = NO_RULES) -> Query:
        """What is asked for somebody who touched these items (ids or titles), oldest first."""
        items = self.catalogue.indices(list(history))
        return self.query(History(items, np.arange(len(items), dtype=np.int64)), k)._replace(rules=rules)

    def user_query(self, user: str, k: int = 10, rules: Rules = NO_RULES) -> Query:
        """What is asked for a user of the release; `PalateError` for a user that it does not know."""
        histories, row = self._known(user)
        return self.query(histories.whole(row), k)._replace(disliked=histories.disliked(row), rules=rules)

    def read(self, request: str) -> Steering:
        """What a request in words asks for."""
        return self.reader.read(request)

    def _known(self, user: str) -> FoundUser:
        found = self._users.find(user)
        if found is None:
            raise PalateError(
                f"The release has no user {user!r}; for somebody new give what "
                "they liked as a history instead (palate recommend --history ITEM,ITEM)"
            )
        return found

    def answer(self, queries: Sequence[Query]) -> RankedLists:
        """All stages in a row, for a group of queries."""
        began = time.perf_counter()
        users = self.encoder.encode_queries(queries)
        encoded = time.perf_counter()
        candidates = self.retriever.retrieve(queries, users)
        retrieved = time.perf_counter()
        rankings = self.reranker.rank(queries, candidates)
        return RankedLists(rankings, stage_timings(began, encoded, retrieved, time.perf_counter()))

    def similar(self, item: str, k: int = 10) -> list[Recommendation]:
        """The `k` items whose vectors in the sequence model have the greatest cosine with this one's."""
        index = self.catalogue.index(item)
        return self._listed(self.nearest_to_item(index, _at_least_one(k)))

    def search(self, text: str, k: int = 10, history: History = EMPTY_HISTORY) -> list[Recommendation]:
        """The `k` items whose texts are most like `text`, by their vectors and by their words.

        What `text` says that every item must keep to, such as "no horror", is kept to. The `history` of
        whoever searches counts a little, as `UserEncoder.encode_search` tells.
        """
        if not text.strip():
            raise PalateError('Give a text to search for, such as "slow-burning space horror"')
        query = search_query(text, _at_least_one(k), self.read(text))
        return self._listed(self.nearest_to_request(query._replace(history=history)))

    def nearest_to_item(self, item: int, k: int) -> SearchResult:
        """The `k` nearest to a catalogue index, itself left out, as `RetrieverShard.nearest`."""
        query = self.encoder.encode_items([item])
        return self.retriever.nearest(query, "sequence", k, [np.asarray([item], np.int32)])

    def nearest_to_request(self, query: SearchQuery) -> SearchResult:
        """The nearest to what is looked for, as `RetrieverShard.nearest`."""
        vector = self.encoder.encode_search(query)
        return self.retriever.nearest(
            vector,
            "text",
            query.k,
            hidden=[query.steer.named],
            rules=query.rules,
            words=[query.steer.text],
        )

    def over(self, overlay: Overlay) -> Recommender:
        """The stages with live items in them; names and titles stay those of the release."""
        layered = copy(self)
        layered.encoder = self.encoder.over(overlay)
        layered.retriever, layered.reranker = self.retriever.over(overlay), self.reranker.over(overlay)
        return layered

    def encode_live(self, rows: Sequence[LiveText]) -> LiveVectors:
        """Vectors of live items, as `UserEncoder.encode_live`."""
        return self.encoder.encode_live(rows)

    def warm(self) -> None:
        """Read everything now, so that no request has to wait for it."""
        self.encoder.warm()
        self.retriever.warm()
        self.answer([Query(History(np.zeros(1, np.int32), np.zeros(1, np.int64)))])

    @cached_property
    def retriever(self) -> RetrieverShard:
        """The catalogue in one part: several serve to spread it over machines."""
        return RetrieverShard(self.artefacts)

    @cached_property
    def _users(self) -> KnownUsers:
        return KnownUsers(self.artefacts)

    @cached_property
    def reader(self) -> RequestReader:
        """What reads requests in words."""
        return request_reader(self.artefacts)

    @cached_property
    def reranker(self) -> Reranker:
        """The last stage."""
        return Reranker(self.artefacts, self._second_look_s)

    def query(self, history: History, k: int, now: int | None = None) -> Query:
        """What is asked for somebody with this history, `now` or at another second since 1970."""
        not_again = self.artefacts.repeats.not_again(history, int(time.time()) if now is None else now)
        return Query(history, _at_least_one(k), not_again=not_again)

    def said(self, texts: Sequence[str], events: int) -> Said:
        """Texts that were written after so many events; the newest ones count."""
        newest = list(texts)[-MOST_SAID:]
        if not newest:
            return NOTHING_SAID
        return Said(self.encoder.encode_requests(newest), np.full(len(newest), events, np.int64))

    def _recommend(self, query: Query, request: str) -> list[Recommendation]:
        return self.listed(steered(query, self.read(request)) if request else query)

    def listed(self, query: Query) -> list[Recommendation]:
        """The list that a query asks for, with what it resembles."""
        ranking = self.answer([query._replace(explain=True)]).rankings[0]
        items = self._listed(SearchResult(ranking.items[None], ranking.scores[None]))
        return [
            item._replace(reasons=self._reasons(similar))
            for item, similar in zip(items, ranking.because, strict=True)
        ]

    def _reasons(self, similar: Sequence[SimilarHistoryItem]) -> tuple[ListReason, ...]:
        names, titles = self.catalogue.items, self.catalogue.titles
        return tuple(ListReason(names[item], titles[item], similarity) for item, similarity in similar)

    def _listed(self, found: SearchResult) -> list[Recommendation]:
        names, titles = self.catalogue.items, self.catalogue.titles
        return [
            Recommendation(names[item], titles[item], float(score))
            for item, score in zip(found.items[0].tolist(), found.scores[0], strict=True)
            if item >= 0
        ]


def _at_least_one(k: int) -> int:
    if k < 1:
        raise PalateError(f"A list needs at least 1 place, not {k}")
    return k
