"""The relatedness gate: what is nearer to the catalogue than everyday talk is draws, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from palate.steering.meaning.relatedness import MOST_ITEMS, NEAREST, Relatedness, everyday_texts
from palate.steering.phrases import languages, phrase_pack


def at(*degrees: float) -> np.ndarray:
    """Unit vectors at these angles, float32 [angles, 2]: the subject is at 0, everyday talk around 90."""
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


SUBJECT = at(*[0] * NEAREST)
EVERYDAY = at(*range(70, 111, 4))


def related(items: np.ndarray, degrees: float, everyday: np.ndarray = EVERYDAY) -> bool:
    return bool(Relatedness(items, everyday).are_related(at(degrees))[0])


def test_a_text_is_related_that_is_nearer_to_the_catalogue_than_everyday_talk_is() -> None:
    assert related(SUBJECT, 20)
    assert not related(SUBJECT, 90)
    assert not related(SUBJECT, 130)


def test_the_bar_is_that_of_the_everyday_sentences_held_against_each_other() -> None:
    # Two sentences: each is cos 60 = 1/2 to the other; to the subject one is 1/2, the other cos 120 = - 1/2.
    gate = Relatedness(SUBJECT, at(60, 120))
    assert gate.bar == pytest.approx(np.quantile([0.0, -1.0], 0.97), abs=1e-6)


def test_one_item_by_chance_makes_no_subject() -> None:
    items = np.concatenate([at(0), *[at(180)] * (NEAREST - 1)])
    assert related(SUBJECT, 30)
    assert not related(items, 30)


def test_of_a_large_catalogue_a_sample_is_looked_at() -> None:
    turns = np.tile(at(0, 180), (MOST_ITEMS, 1))
    assert Relatedness(turns, EVERYDAY).bar == pytest.approx(Relatedness(SUBJECT, EVERYDAY).bar, abs=1e-6)


def test_every_language_of_requests_has_everyday_sentences() -> None:
    assert all(len(phrase_pack(language).everyday) >= NEAREST for language in languages())
    assert len(set(everyday_texts())) == len(everyday_texts())
