"""Session: a list that is refined in several turns, in one process.

session = release.session(user="42")
session.say("shorter, no horror")
session.say("more like the second one")
session.say("why not Alien?").reply
session.undo()
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from palate.conversation import replies
from palate.conversation.phrases import TurnPhrases, turn_phrases
from palate.conversation.state import SaidTurn, SessionStep, session_step
from palate.conversation.turn_reader import TurnReader
from palate.conversation.why_not import LOOKED_AT, WhyNot, missing_items
from palate.recommender.query import Query
from palate.recommender.recommendations import Recommendations
from palate.recommender.recommender import Recommender
from palate.recommender.steering import steered
from palate.steering import Constraint, Steering


class SessionAnswer(NamedTuple):
    """What is answered to a turn."""

    reply: str
    """A sentence in the language of the turn."""
    items: Recommendations
    """The list as it is now."""
    missing: tuple[WhyNot, ...] = ()
    """Of "why not": why each item of the name is not in the list."""

    def __repr__(self) -> str:
        return f"{self.reply}\n{self.items!r}"


class Session:
    """One conversation; nothing of it is kept anywhere else."""

    def __init__(self, recommender: Recommender, query: Query) -> None:
        """Take whom the list is for, and its first list is made."""
        self._recommender, self._query = recommender, query
        self._reader = TurnReader(recommender.reader)
        self._asked = Steering()
        self._struck: frozenset[str] = frozenset()
        self.turns: tuple[SaidTurn, ...] = ()
        """Everything that counts, with the list that came of each: catalogue indices."""
        self.items = self._show(session_step((), "", self._reader))

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """What the list keeps to, and what draws or pushes it; `strike` takes one back by its words."""
        return self._asked.without(self._struck).constraints

    def say(self, text: str) -> SessionAnswer:
        """Refine the list, ask about it ("why not Alien?"), or take something back ("undo")."""
        step = session_step(self.turns, text, self._reader)
        if step.turn.kind == "restart":
            self._struck = frozenset()
        self.items = self._show(step)
        missing = self._missing(step.turn.items) if step.turn.items else ()
        titles = self._recommender.catalogue.titles
        return SessionAnswer(replies.answer(step, missing, titles, self._phrases), self.items, missing)

    def undo(self) -> SessionAnswer:
        """Take the last turn back."""
        return self.say(self._phrases.undo[0])

    def strike(self, text: str) -> Recommendations:
        """The list without the constraint that has these words."""
        self._struck |= {text}
        self.items = self._show(session_step(self.turns, "", self._reader))
        return self.items

    @property
    def _phrases(self) -> TurnPhrases:
        return turn_phrases(self._reader.requests.language_of(self._asked))

    def _show(self, step: SessionStep) -> Recommendations:
        self._asked = step.steering
        query = steered(self._query, self._asked.without(self._struck))
        items = self._recommender.listed(query)
        self.turns = step.shown([self._recommender.catalogue.index(item.item) for item in items])
        return Recommendations(items)

    def _missing(self, items: Sequence[int]) -> tuple[WhyNot, ...]:
        """Why each item that was asked about is not in the list."""
        steering, facts = self._asked.without(self._struck), self._reader.requests.facts
        longer = steered(self._query, steering)._replace(k=LOOKED_AT, debug=True)
        ranking = self._recommender.answer([longer]).rankings[0]
        return missing_items(items, steering, facts, listed=self.turns[-1].shown, longer=ranking)
