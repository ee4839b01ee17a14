"""Session state: the turns so far, as what the list has to keep to now.

The state is nothing but the turns, each with the list that came of it. Whoever holds them (a client of the
endpoint, a `Session` in a process) can show them, take the last one back, and go on anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from palate.conversation.references import VisibleList
from palate.conversation.turn import Turn
from palate.conversation.turn_reader import TurnReader
from palate.errors import PalateError
from palate.steering import Steering, joined

MAX_TURNS = 30
"""Turns of one session, the opening among them."""
OPENING = Turn("refine")


class SaidTurn(NamedTuple):
    """A turn as it is kept."""

    say: str
    """What was said; empty for the opening."""
    shown: tuple[int, ...]
    """The list that came of it: catalogue indices, the best first."""


class SessionStep(NamedTuple):
    """What a session is once something more was said."""

    turns: tuple[SaidTurn, ...]
    """The turns that count."""
    say: str | None
    """What is to be kept as a further turn, with the list that comes of it; None for nothing."""
    turn: Turn
    """What was said, read."""
    steering: Steering
    """All that the list has to keep to now."""
    undone: str = ""
    """Of `undo`: the words that were taken back."""

    def shown(self, items: Sequence[int]) -> tuple[SaidTurn, ...]:
        """The turns once this list has been shown."""
        if self.say is None and self.turns:
            return (*self.turns[:-1], SaidTurn(self.turns[-1].say, tuple(items)))
        return (*self.turns, SaidTurn(self.say or "", tuple(items)))


def session_step(turns: Sequence[SaidTurn], say: str, reader: TurnReader) -> SessionStep:
    """What follows when this is said after these turns; nothing said opens a session, or shows it again.

    `PalateError` for one turn too many.
    """
    read = _read(turns, reader)
    shown = VisibleList(turns[-1].shown if turns else (), _topic(read))
    turn = reader.read(say, shown) if say else OPENING
    match turn.kind:
        case "undo":
            return _undone(tuple(turns), read, turn)
        case "restart":
            return SessionStep((), None, turn, joined([turn.steering]))
    if say and len(turns) >= MAX_TURNS:
        raise PalateError(f"A session has at most {MAX_TURNS} turns; take some back, or start over")
    return SessionStep(tuple(turns), say or None, turn, joined(one.steering for one in [*read, turn]))


def _read(turns: Sequence[SaidTurn], reader: TurnReader) -> list[Turn]:
    """The turns read one after the other, each with the list that was shown before it."""
    read: list[Turn] = []
    shown: Sequence[int] = ()
    for turn in turns:
        read.append(reader.read(turn.say, VisibleList(shown, _topic(read))) if turn.say else OPENING)
        shown = turn.shown
    return read


def _topic(read: Sequence[Turn]) -> tuple[int, ...]:
    """What the last turn was about; catalogue indices."""
    return read[-1].topic if read else ()


def _undone(turns: tuple[SaidTurn, ...], read: Sequence[Turn], turn: Turn) -> SessionStep:
    """Without the last turn that asked for something, and the questions since."""
    last = [place for place, one in enumerate(read) if one.kind == "refine" and turns[place].say]
    if not last:
        return SessionStep(turns, None, turn, joined(one.steering for one in [*read, turn]))
    left = joined(one.steering for one in [*read[: last[-1]], turn])
    return SessionStep(turns[: last[-1]], None, turn, left, undone=turns[last[-1]].say)
