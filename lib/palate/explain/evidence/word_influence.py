"""Influence of words: which words of somebody's text carry an item, by encoding the text without them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from palate.config.explain import InfluenceMethod
from palate.explain.evidence.attribution import attribution
from palate.explain.evidence.evidence import WordInfluence
from palate.explain.evidence.influence import Items, LeftOut, Scores
from palate.explain.evidence.served_list import ServedList
from palate.stated.parts import Stated
from palate.words import word_spans

MOST_WORDS = 12
"""Words of a text that are looked at, the first ones; the others always stay."""
PERMUTATIONS = 8
SAMPLES = 64
"""Fewer than for whole parts, for each is a text to encode."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Unit vectors of texts that people wrote, float32 [texts, text width]."""


class WordScore:
    """Margins in lists for which a text has some of its words alone; see `palate.explain.Score`."""

    def __init__(self, served: ServedList, stated: Stated, encode: Encode) -> None:
        """Take the list, the text in question, which was said, and the text encoder."""
        self._served, self._stated, self._encode = served, stated, encode
        self._spans = word_spans(stated.text)[:MOST_WORDS]

    @property
    def words(self) -> list[str]:
        """As they were written."""
        return [self._stated.text[span] for span in self._spans]

    def __call__(self, left_out: Sequence[LeftOut], items: Items) -> Scores:
        """Margins, float32 [lists, items], without the words with these numbers."""
        texts = [self._without(numbers) for numbers in left_out]
        told = sorted({text for text in texts if text})
        vectors = dict(zip(told, self._encode(told), strict=True)) if told else {}
        return self._served.rephrased(self._stated, [vectors.get(text) for text in texts], items).margins

    def _without(self, numbers: LeftOut) -> str:
        """The text without these words; empty where none is left."""
        text = self._stated.text
        for number in sorted((number for number in numbers if isinstance(number, int)), reverse=True):
            span = self._spans[number]
            text = f"{text[: span.start]} {text[span.stop :]}"
        return " ".join(text.split()) if word_spans(text) else ""


def word_influences(method: InfluenceMethod, score: WordScore, item: int) -> tuple[WordInfluence, ...]:
    """What each word does for an item, by falling influence; nothing of a text with a single word."""
    words = score.words
    if len(words) < 2:
        return ()
    found = attribution(
        method,
        range(len(words)),
        np.array([item], np.int32),
        score,
        permutations=PERMUTATIONS,
        samples=SAMPLES,
    )
    pairs = zip(words, found.influence[:, 0].tolist(), strict=True)
    return tuple(sorted((WordInfluence(*pair) for pair in pairs), key=lambda one: -one.influence))
