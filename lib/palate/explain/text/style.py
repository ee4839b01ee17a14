"""Text style: how long a sentence may be, and in which tone a language model is asked for it."""

from __future__ import annotations

from typing import NamedTuple

from palate.config.explain import ExplainConfig

MAX_WORDS = ExplainConfig().words


class TextStyle(NamedTuple):
    """How texts are to be written."""

    words: int = MAX_WORDS
    """Most words of a sentence, of which a title is one."""
    tone: str = ""
    """A line of the instructions; empty for none."""

    @classmethod
    def of(cls, config: ExplainConfig) -> TextStyle:
        """As the configuration says."""
        return cls(config.words, config.tone)


PLAIN_STYLE = TextStyle()
