"""Replay: what a release makes of a user as they were when a list was shown, without exploration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palate.off_policy.draws import CandidatePool
from palate.off_policy.explored_lists import ExploredList
from palate.online.history import live_history
from palate.online.store import MAX_EVENTS
from palate.recommender.artefacts import Artefacts
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.recommender.users import KnownUsers
from palate.release import Release


class Replay:
    """One release, which answers as the endpoint does where a request has no rules and a profile no lines.

    What users wrote, live items and a language model as reranker are left out: lists that rest on them are
    not made again, which `read_draws` notices.
    """

    def __init__(self, release: Release) -> None:
        artefacts = Artefacts.of(release)
        self._recommender, self._users = Recommender(artefacts), KnownUsers(artefacts)
        self._negative, self._repeats = artefacts.negative, artefacts.repeats

    def pools(self, lists: Sequence[ExploredList]) -> list[CandidatePool]:
        """All that would be listed for the user of each list, at its time and for its length."""
        queries = [self._query(shown) for shown in lists]
        stages = self._recommender
        candidates = stages.retriever.retrieve(queries, stages.encoder.encode_queries(queries))
        ordered = map(stages.reranker.order, queries, candidates)
        names = stages.catalogue.items
        return [
            CandidatePool(
                tuple(names[item] for item in ranked.items.tolist()), ranked.scores.astype(np.float64)
            )
            for ranked in ordered
        ]

    def _query(self, shown: ExploredList) -> Query:
        released = self._users.released(shown.user, MAX_EVENTS)
        find = self._recommender.catalogue.find
        live = live_history(released, shown.state, find, self._negative)
        never = self._repeats.never
        return Query(
            live.history,
            len(shown.items),
            not_again=self._repeats.not_again(live.history, shown.time),
            disliked=np.concatenate((live.disliked, live.older)) if never else live.disliked,
        )
