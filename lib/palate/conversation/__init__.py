"""Conversation: a list refined in several turns, "shorter", "more like the second one", "why not Alien?"."""

from palate.conversation.references import VisibleList
from palate.conversation.state import MAX_TURNS, SaidTurn, SessionStep, session_step
from palate.conversation.turn import Turn
from palate.conversation.turn_reader import TurnReader

__all__ = [
    "MAX_TURNS",
    "SaidTurn",
    "SessionStep",
    "Turn",
    "TurnReader",
    "VisibleList",
    "session_step",
]
