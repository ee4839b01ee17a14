"""Turn phrases: the words in which a language refines a list and is answered; a file a language."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Literal

from palate.config.section import Section
from palate.steering.tokens import PhraseTable, phrase_of
from palate.words import LanguagePacks

ReplyKind = Literal[
    "opened", "refined", "nothing", "undone", "restarted", "listed", "broken", "named", "place", "beyond",
    "duplicates", "seen", "excluded", "available", "struck", "removed", "unknown",
]  # fmt: skip

LAST_NUMERAL = 20
"""The highest place of a list that a digit may name."""
_PACKS = LanguagePacks("palate.conversation", "phrases of a conversation")


class TurnPhrases(Section):
    """The words of one language."""

    undo: list[str]
    """What takes the last turn back."""
    restart: list[str]
    """What takes all turns back."""
    why_not: list[str]
    """What stands before an item that is missing in the list."""
    others: list[str]
    """What asks for items that have not been shown."""
    that: list[str]
    """What means the item that was talked about last, or else the first of the list."""
    like: list[str]
    """What stands before an item that the list should be like, beside the words of single requests."""
    ordinals: dict[str, int]
    """Places of the list by their words; -1 is the last."""
    ordinal_frames: list[str]
    """What an ordinal may stand in, with `{}` for it."""
    numeral_frames: list[str]
    """The same for digits."""
    degree: list[str]
    """What says how much, which is not listened to: "a bit"."""
    replies: dict[ReplyKind, str]
    """Answers, with `{title}`, `{what}`, `{place}`, `{count}` and `{rule}` to be filled in."""

    @cached_property
    def commands(self) -> PhraseTable[str]:
        """What is a turn of its own: `undo` and `restart`."""
        return PhraseTable(
            {phrase_of(text): "undo" for text in self.undo}
            | {phrase_of(text): "restart" for text in self.restart}
        )

    @cached_property
    def why_not_table(self) -> PhraseTable[None]:
        """What stands before an item that is missing."""
        return PhraseTable({phrase_of(text): None for text in self.why_not})

    @cached_property
    def places(self) -> PhraseTable[int]:
        """Every phrase that means a place of the list."""
        numerals = {str(place): place for place in range(1, LAST_NUMERAL + 1)}
        framed = ((self.ordinal_frames, self.ordinals), (self.numeral_frames, numerals))
        return PhraseTable(
            {
                phrase_of(frame.format(word)): place
                for frames, places in framed
                for frame in frames
                for word, place in places.items()
            }
        )

    @cached_property
    def references(self) -> PhraseTable[str]:
        """What means the item that was talked about last, and what means all that are shown."""
        that = {phrase_of(text): "that" for text in self.that}
        return PhraseTable(that | {phrase_of(text): "others" for text in self.others})

    def reply(self, kind: ReplyKind, **values: object) -> str:
        """An answer."""
        return self.replies[kind].format(**values)


@cache
def turn_phrases(language: str) -> TurnPhrases:
    """The phrases of a language; `PalateError` with the languages that there are."""
    return TurnPhrases.model_validate(_PACKS.tree(language))


def turn_languages() -> list[str]:
    """The languages that turns are read in."""
    return _PACKS.languages()
