"""Listwise reranking by a language model: one prompt with all candidates, and the letter that comes next.

The rival of `palate.rank.language.evidence`, with its interface.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np

from palate.data.hashing import text_hash
from palate.data.histories import History
from palate.rank.language.evidence import Likelihood, Likelihoods
from palate.text_users.history_text import HistoryWriter

_PROMPT = (
    "Chosen so far, the newest last:\n{history}\n\nWhat can be chosen next:\n{choices}\n\nThe next choice is"
)


class LetterLikelihoods:
    """Log P of the letter of each candidate, of which there are at most 26.

    The letters go by a hash of the texts: a model that likes some letters more says nothing of the list.
    """

    def __init__(self, writer: HistoryWriter, likelihood: Likelihood) -> None:
        self._writer, self._likelihood = writer, likelihood

    def __call__(self, history: History, items: Sequence[int]) -> Likelihoods:
        """Of some items, [items]; nothing is known of them without a history, so that it stays zero."""
        texts = [self._writer.item_text(item) for item in items]
        shuffled = sorted(range(len(items)), key=lambda place: text_hash(texts[place]))
        letters = ascii_uppercase[: len(items)]
        choices = "\n".join(
            f"{letter}. {texts[place]}" for letter, place in zip(letters, shuffled, strict=True)
        )
        prompt = _PROMPT.format(history=self._writer(history), choices=choices)
        given = np.zeros(len(items))
        given[shuffled] = self._likelihood(prompt, [f" {letter}" for letter in letters])
        return Likelihoods(given, np.zeros(len(items)))
