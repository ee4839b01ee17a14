"""A list is shown under letters, and each item gets the likelihood of its own letter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from benchmarks.encoders.listwise import LetterLikelihoods
from palate.config.text_users import HistoryTextConfig
from palate.data.histories import EMPTY_HISTORY
from palate.schema import ITEM, TEXT, TITLE
from palate.text_users.history_text import HistoryWriter

TITLES = ["Heat", "Alien", "Up"]
CATALOGUE = pa.table({ITEM: ["1", "2", "3"], TITLE: TITLES, TEXT: TITLES})


class PrefersAlien:
    """Foretells the letter that stands before Alien."""

    prompts: list[str]

    def __init__(self) -> None:
        self.prompts = []

    def __call__(self, prefix: str, continuations: Sequence[str]) -> np.ndarray:
        self.prompts.append(prefix)
        return np.array([0.0 if f"{text[1:]}. Alien" in prefix else -5.0 for text in continuations])


def letters() -> tuple[LetterLikelihoods, PrefersAlien]:
    model = PrefersAlien()
    writer = HistoryWriter(CATALOGUE, HistoryTextConfig(event="{title}"), lambda text: len(text.split()))
    return LetterLikelihoods(writer, model), model


def test_the_likeliest_letter_is_given_to_its_item_wherever_it_stands() -> None:
    likelihoods, _ = letters()
    assert likelihoods(EMPTY_HISTORY, [0, 1, 2]).gain.tolist() == [-5, 0, -5]
    assert likelihoods(EMPTY_HISTORY, [1, 2, 0]).gain.tolist() == [0, -5, -5]


def test_the_order_of_the_list_is_not_told() -> None:
    likelihoods, model = letters()
    likelihoods(EMPTY_HISTORY, [0, 1, 2])
    likelihoods(EMPTY_HISTORY, [2, 0, 1])
    first, second = model.prompts
    assert first == second
    assert all(title in first for title in TITLES)
