"""List inputs: everything that a list is made of, so that it can be made anew without any part of it.

Beside the events there is what a person stated: searches, reviews and other texts, lines of their profile
that they wrote or struck, and what is asked of this one list. (Stated and revealed preferences: Samuelson,
"A note on the pure theory of consumer's behaviour", Economica 5(17), 1938.)
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.live.said import Said
from palate.rank.rules import Filters, Rules
from palate.recommender.query import Query
from palate.stated.asked import asked_without, request_parts
from palate.stated.parts import FILTERS, STRUCK_LINE, WRITTEN_LINE, Part, Stated
from palate.stated.written import NOTHING_ASKED, ReadLine, wished
from palate.steering import Steering

MOST_STATED: Final = 16
"""Parts of what somebody stated that an explanation looks at, the newest of each kind."""


class Strike(NamedTuple):
    """A line that was struck."""

    categories: tuple[str, ...]
    rule: str
    """The expression that items match which are not to be listed."""
    about: NDArray[np.bool_]
    """Which events of the history are of such items, and draw no list, bool [events]."""

    @property
    def stated(self) -> Stated:
        """As a reason."""
        return Stated(STRUCK_LINE, ", ".join(self.categories))


class ListInputs(NamedTuple):
    """What one person's list is made of."""

    query: Query
    """With the whole history, the vectors of what they said, and the filters of a client; nothing of what
    follows."""
    said: tuple[Stated, ...] = ()
    """What the vectors are of, in their order."""
    written: tuple[ReadLine, ...] = ()
    """Oldest first."""
    struck: tuple[Strike, ...] = ()
    asked: Steering = NOTHING_ASKED
    """What `request` says."""
    request: str = ""

    @property
    def stated(self) -> tuple[Stated, ...]:
        """What was asked of this list, said, written and struck, each once; at most `MOST_STATED`."""
        told = [*request_parts(self.request, self.asked)]
        told += [Stated(FILTERS)] if self.query.rules.is_set(*Filters.model_fields) else []
        told += self.said[::-1]
        told += [Stated(WRITTEN_LINE, line.text) for line in self.written[::-1]]
        told += [strike.stated for strike in self.struck[::-1]]
        return tuple(islice(dict.fromkeys(told), MOST_STATED))

    def without(self, parts: Collection[Part] = ()) -> Query:
        """What is asked for had the person neither met nor stated any of these."""
        struck = [strike for strike in self.struck if strike.stated not in parts]
        kept = self._events_without(parts, struck)
        rules = Rules() if Stated(FILTERS) in parts else self.query.rules
        dismissed = tuple(strike.rule for strike in struck)
        query = self.query._replace(
            history=self.query.history if kept.all() else self.query.history.only(np.flatnonzero(kept)),
            said=self._said_without(parts, kept),
            rules=rules.model_copy(update={"dismissed": dismissed}) if dismissed else rules,
        )
        written = [line for line in self.written if Stated(WRITTEN_LINE, line.text) not in parts]
        return wished(query, written, asked_without(self.request, self.asked, parts))

    def rephrased(self, stated: Stated, vector: NDArray[np.float32] | None) -> ListInputs:
        """The same with another vector, float32 [text width], for a text that was said; None to unsay it."""
        rows = [row for row, one in enumerate(self.said) if one == stated]
        vectors, places = self.query.said.vectors.copy(), self.query.said.places
        if vector is not None:
            vectors[rows] = vector
            return self._replace(query=self.query._replace(said=Said(vectors, places)))
        left = Said(np.delete(vectors, rows, axis=0), np.delete(places, rows))
        return self._replace(
            query=self.query._replace(said=left), said=tuple(one for one in self.said if one != stated)
        )

    def _events_without(self, parts: Collection[Part], struck: list[Strike]) -> NDArray[np.bool_]:
        """Which events of the history draw the list, bool [events]."""
        items = [part for part in parts if not isinstance(part, Stated)]
        kept: NDArray[np.bool_] = ~np.isin(self.query.history.items, items)
        for strike in struck:
            kept &= ~strike.about
        return kept

    def _said_without(self, parts: Collection[Part], kept: NDArray[np.bool_]) -> Said:
        """What was said, each text behind those events before it that are kept."""
        said = self.query.said
        rows = [row for row, one in enumerate(self.said) if one not in parts]
        if len(rows) == len(said.places) and kept.all():
            return said
        before = np.concatenate(([0], np.cumsum(kept)))
        return Said(said.vectors[rows], before[np.minimum(said.places[rows], len(kept))])
