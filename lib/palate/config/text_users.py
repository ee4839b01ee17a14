"""Users as text: how a history is written, and the user vector that a text encoder reads from it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from palate.config.section import Section


class HistoryTextConfig(Section):
    """How a history is written for a language model or a text encoder."""

    event: str = "{title}"
    """What is written of an event's item: the columns of the catalogue in braces, as in
    `data.text_template`."""
    opening: str = ""
    """What stands before the events, in your language; nothing by default."""
    separator: str = Field(", ", min_length=1)
    """What stands between two events."""
    order: Literal["newest-first", "newest-last"] = "newest-first"
    """Which end of a history is read first. An encoder that weighs all tokens alike hardly cares; a decoder,
    of which the last token is read, wants the newest last."""
    max_tokens: int = Field(128, ge=8)
    """Room for the text in tokens. Older events that have none left are not written."""


class TextUsersConfig(Section):
    """The method `users-as-text`: a history is written as text, which the text encoder reads as a query."""

    enabled: bool = False
    """Measure the method, and let it be a partner of the hybrid or what is released. The encoder then reads
    texts of people in `fuse`, `evaluate` and `train_reranker`, and in serving where the release makes use of
    the method."""
    history: HistoryTextConfig = HistoryTextConfig()
    """How histories are written."""
    read_every: int = Field(8, ge=1)
    """The text is written and read anew after so many events; in between each event moves the vector by
    `rate`. 1 reads with each event."""
    rate: float = Field(0.3, gt=0, le=1)
    """Rate a of U <- U + a (h - U), where h is the text vector of the item of an event since the text was
    read; .3 was the best of .02, .1 and .3 on validation events of MovieLens-100K."""
