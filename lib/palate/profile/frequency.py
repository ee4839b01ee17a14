"""Frequency: words that say how often, and the share of somebody's items that makes them true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from palate.explain.english.lexicon import words
from palate.explain.text.tokens import phrase_of

OFTEN, MOSTLY = 0.25, 0.5
"""Share from which "often" is true, and share above which "mostly" is."""

OFTEN_WORDS = words("often frequently regularly constantly repeatedly lot lots")
MOSTLY_WORDS = words("""
    mostly mainly usually generally typically predominantly primarily largely chiefly most majority half
    favourite favourites favorite favorites
""")
ALWAYS_WORDS = words("always only all every each everything exclusively entirely solely nothing anything")
UNKNOWN_WORDS = words("""
    rarely seldom hardly scarcely occasionally sometimes once twice third thirds quarter quarters percent
""")
"""What no share of this kind says: an interest is what is more frequent than elsewhere."""
FREQUENCY_WORDS = OFTEN_WORDS | MOSTLY_WORDS | ALWAYS_WORDS | UNKNOWN_WORDS


def is_often(share: float) -> bool:
    """Whether "often" is true."""
    return share >= OFTEN


def is_mostly(share: float) -> bool:
    """Whether "mostly" and "more than half" are true."""
    return share > MOSTLY


def still_often(text: str, share: float) -> bool:
    """Whether a line that was true of another share is true of this one too; if in doubt, not."""
    return not any(unsupported_frequency(phrase_of(text), share))


def unsupported_frequency(said: Iterable[str], share: float) -> Iterator[str]:
    """What is wrong with the words (folded, outside of names) that say how often."""
    conditions = {OFTEN_WORDS: is_often(share), MOSTLY_WORDS: is_mostly(share), ALWAYS_WORDS: share >= 1}
    false = UNKNOWN_WORDS.union(*(words_of for words_of, holds in conditions.items() if not holds))
    for word in said:
        if word in false:
            yield f"says {word!r}, but the share is {share:.0%}"
