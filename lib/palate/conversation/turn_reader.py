"""Turn reader: what a thing that was said in a session asks for, "shorter", "why not Alien?", "undo"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from palate.conversation.phrases import TurnPhrases, turn_phrases
from palate.conversation.references import Reference, ReferenceFinder, VisibleList, without_references
from palate.conversation.turn import Turn
from palate.steering import RequestReader, Steering
from palate.steering.tokens import RequestToken, tokenize

SIGNS = " ?.!\uff1f\u3002\uff01"


class _TurnReading(NamedTuple):
    """A turn in one language."""

    turn: Turn
    unknown: int
    """Words that say nothing to the reader."""
    understood: int
    """Tokens that the phrases of turns explain."""


class TurnReader:
    """Reads turns about one catalogue in every language that requests are read in."""

    def __init__(self, requests: RequestReader) -> None:
        """Take what reads requests; `PalateError` for a language without phrases of a conversation."""
        self.requests = requests
        self._finders = {
            language: ReferenceFinder(turn_phrases(language), finder)
            for language, finder in requests.finders.items()
        }

    def read(self, text: str, shown: VisibleList) -> Turn:
        """What was said about the list that is shown, in the language that explains most of its words."""
        tokens = tokenize(text)
        readings = [self._reading(text, tokens, shown, language) for language in self._finders]
        return min(readings, key=lambda reading: (reading.unknown, -reading.understood)).turn

    def _reading(
        self, text: str, tokens: Sequence[RequestToken], shown: VisibleList, language: str
    ) -> _TurnReading:
        finder = self._finders[language]
        said_nothing = Steering(language=language)
        if command := _command(finder.phrases, tokens):
            return _TurnReading(Turn(command, said_nothing), 0, len(tokens))  # type: ignore[arg-type]
        if asked := self._why_not(text, tokens, shown, language):
            return asked
        references = finder.find(text, tokens, shown)
        rest = self.requests.read_in(without_references(text, tokens, references), language)
        constraints = [*rest.constraints, *(reference.constraint for reference in references)]
        in_order = tuple(sorted(constraints, key=lambda constraint: constraint.start))
        said = _words(rest.rest) if not references or self._words_in(rest.rest, language) else ""
        turn = Turn("refine", Steering(in_order, said, language), topic=_topic(references))
        understood = sum(reference.stop - reference.first for reference in references)
        return _TurnReading(turn, self._unknown(turn, language), understood)

    def _why_not(
        self, text: str, tokens: Sequence[RequestToken], shown: VisibleList, language: str
    ) -> _TurnReading | None:
        finder = self._finders[language]
        leads = (finder.phrases.why_not_table.longest_at(tokens, first) for first in range(len(tokens)))
        start = next((lead[1] for lead in leads if lead), None)
        if start is None or start == len(tokens):
            return None
        # The longest name counts: within "why not the film Alien" there may be others.
        found = [(first, finder.item_at(tokens, first, shown)) for first in range(start, len(tokens))]
        named = [(first, item[0], item[1]) for first, item in found if item and item[0]]
        begin, items, stop = max(named, key=lambda name: name[2] - name[0], default=(start, (), len(tokens)))
        words = text[tokens[begin].start : tokens[stop - 1].end].strip(SIGNS)
        turn = Turn("why_not", Steering(language=language), items, words, topic=items)
        return _TurnReading(turn, 0 if items else 1, start)

    def _unknown(self, turn: Turn, language: str) -> int:
        unwanted = [one.text for one in turn.steering.constraints if one.kind == "text"]
        return sum(self._words_in(text, language) for text in [turn.steering.rest, *unwanted])

    def _words_in(self, text: str, language: str) -> int:
        """How many words say nothing to the reader."""
        mentions = self.requests.finders[language].find(tokenize(text))
        return sum(mention.kind == "word" for mention in mentions)


def _command(phrases: TurnPhrases, tokens: Sequence[RequestToken]) -> str | None:
    """`undo` or `restart`, if nothing else is said but signs."""
    words = [token for token in tokens if any(map(str.isalnum, token.text))]
    found = phrases.commands.longest_at(words, 0)
    return found[0] if found and found[1] == len(words) else None


def _words(rest: str) -> str:
    """What is left to steer by, without signs around it."""
    return rest.strip(f"{SIGNS},;\uff0c\u3001")


def _topic(references: Sequence[Reference]) -> tuple[int, ...]:
    """The item that was talked about last."""
    items = [reference.constraint.items for reference in references if reference.constraint.kind == "item"]
    return items[-1] if items else ()
