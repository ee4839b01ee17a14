"""Query and ranking: what is asked of the stages and what they answer; both are small enough to travel."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import EMPTY_HISTORY, History
from palate.live.said import NOTHING_SAID, Said
from palate.rank.filters import Removed
from palate.rank.rules import Rules
from palate.steering import NO_STEER, Steer

Items = NDArray[np.int32]

NO_ITEMS = np.zeros(0, np.int32)
NO_RULES = Rules()

Space = Literal["sequence", "text"]
"""What vectors are compared in: those of the sequence model, or of texts."""

REQUEST = "request"
"""The candidate source of what was asked for in words."""
SAID = "said"
"""The candidate source of what somebody wrote before: searches, reviews, questions."""


class SearchQuery(NamedTuple):
    """What items are looked for."""

    steer: Steer
    k: int = 10
    rules: Rules = Rules()
    history: History = EMPTY_HISTORY
    """Of whoever asks; empty for a search that is the same for everybody."""
    said: Said = NOTHING_SAID


class Query(NamedTuple):
    """What one list is to be."""

    history: History
    k: int = 10
    not_again: Items | None = None
    """Catalogue indices out of the history that the list must not hold; None for all of it."""
    disliked: Items = NO_ITEMS
    """Catalogue indices that the person has seen without liking or long ago, which the list must not hold
    either."""
    exclude: Items = NO_ITEMS
    """Catalogue indices that the caller does not want."""
    rules: Rules = Rules()
    steer: Steer = NO_STEER
    include: Items = NO_ITEMS
    """Catalogue indices that are ranked even if no source nominates them."""
    said: Said = NOTHING_SAID
    """What the person wrote between the events of the history."""
    explain: bool = False
    """Whether to say which items of the history are most like each recommended one."""
    debug: bool = False
    """Whether to say what was removed and why."""

    @property
    def seen(self) -> Items:
        """Everything that the list must not hold because the person has seen it; int32."""
        had = self.history.items if self.not_again is None else self.not_again
        seen: Items = np.concatenate([had, self.disliked]).astype(np.int32, copy=False)
        return seen

    def candidates_per_source(self, candidates: int) -> int:
        """How many items a source nominates: more where few of a category may stay.

        Other rules narrow what a source nominates from, so that nothing it nominates is lost to them.
        """
        return max(candidates, 3 * self.k) * (10 if self.rules.is_set("per_category") else 1)


class UserVectors(NamedTuple):
    """What is known of each history of a batch, as vectors; zeros for an empty history."""

    sequence: NDArray[np.float32]
    """By the sequence model, float32 [histories, width]."""
    content: NDArray[np.float32]
    """Moving average of the text vectors, float32 [histories, text width]."""
    text: NDArray[np.float32] | None = None
    """By what the text encoder reads of the history, float32 [histories, text width]; None where the release
    makes no use of it."""
    request: NDArray[np.float32] | None = None
    """What was asked for in words, float32 [histories, text width], zeros where nothing was; None if nobody
    asked for anything."""
    said: NDArray[np.float32] | None = None
    """The part of `content` that is owed to texts, zeros where there is none; None if nobody wrote."""


class SimilarHistoryItem(NamedTuple):
    """An item of the history that resembles a recommended one.

    The short reason of a list: a similarity of two items, of which the list's method may make no use. What
    the recommendation rests on is another computation, `palate.explain.Evidence`: the list made anew without
    some of the history, which takes some ninety times as long.
    """

    item: int
    similarity: float
    """Cosine of their vectors in the sequence model."""


class Ranking(NamedTuple):
    """An ordered list; row i of everything belongs to its i-th item."""

    items: Items
    """Catalogue indices, int32 [k]."""
    scores: NDArray[np.float32]
    """What the list is ordered by, after boosts, [k]."""
    relevance: NDArray[np.float32]
    """Weighted sum of the sources' scores, [k]."""
    sources: list[dict[str, float]]
    """Scores by the sources that nominated the item."""
    actions: list[dict[str, float]]
    """Probability of each kind of action; empty without a trained reranker."""
    because: list[list[SimilarHistoryItem]]
    """Empty unless an explanation was asked for."""
    removed: list[Removed]
    """Empty unless the query asks for it."""
    propensities: NDArray[np.float32] | None = None
    """Probability of each item's draw, [k], 1 for what was not drawn; None unless exploration drew."""


class StageTimings(NamedTuple):
    """Milliseconds of each stage; of queries that were answered together, for all of them."""

    encode: float
    retrieve: float
    rank: float


class RankedLists(NamedTuple):
    """Lists for a group of queries, in their order."""

    rankings: list[Ranking]
    stage_timings: StageTimings


def stage_timings(*moments: float) -> StageTimings:
    """From the seconds at which the first stage began and each stage ended."""
    return StageTimings(*(1000 * (end - begin) for begin, end in pairwise(moments)))
