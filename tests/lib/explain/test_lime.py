"""LIME finds the weights of a linear score, shares what stands in for each other, and tells how it fits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from palate.explain.evidence.influence import Items, LeftOut, Scores
from palate.explain.evidence.lime import lime, presence
from palate.explain.evidence.word_influence import MOST_WORDS, WordScore, word_influences
from palate.stated.parts import Stated
from palate.words import word_spans

ONE = np.zeros(1, np.int32)
WEIGHTS = {1: 3.0, 2: -1.0, 3: 0.0, 4: 0.5}


def linear(left_out: Sequence[LeftOut], items: Items) -> Scores:
    whole = sum(WEIGHTS.values())
    return np.array([[whole - sum(WEIGHTS[part] for part in gone)] for gone in left_out], np.float32)


def test_weights_of_a_linear_score_are_found_but_for_the_penalty() -> None:
    found = lime(list(WEIGHTS), ONE, linear)
    np.testing.assert_allclose(found.influence[:, 0], list(WEIGHTS.values()), atol=0.15)
    assert found.fidelity[0] > 0.99


def test_parts_that_stand_in_for_each_other_share_their_weight_and_the_model_tells_less() -> None:
    def either(left_out: Sequence[LeftOut], items: Items) -> Scores:
        return np.array([[float(not {1, 2} <= set(gone))] for gone in left_out], np.float32)

    found = lime([1, 2, 3, 4], ONE, either)
    first, second, third, _ = found.influence[:, 0]
    assert first == pytest.approx(second, abs=0.05)
    assert first > 3 * abs(third)
    assert 0 < found.fidelity[0] < 0.9


def test_the_same_lists_are_drawn_each_time_the_whole_one_first() -> None:
    drawn = presence(5, 40, seed=0)
    assert drawn[0].all()
    assert (drawn.sum(axis=1)[1:] < 5).all()
    assert (drawn == presence(5, 40, seed=0)).all()
    assert (drawn != presence(5, 40, seed=1)).any()


def test_no_more_lists_are_made_than_samples() -> None:
    made: list[int] = []

    def counting(left_out: Sequence[LeftOut], items: Items) -> Scores:
        made.append(len(left_out))
        return linear(left_out, items)

    lime(list(WEIGHTS), ONE, counting, samples=30)
    assert made == [30]


def test_a_score_that_nothing_changes_is_told_wholly_by_nothing() -> None:
    found = lime([1, 2], ONE, lambda left_out, items: np.ones((len(left_out), 1), np.float32))
    assert (found.influence.tolist(), found.fidelity.tolist()) == ([[0], [0]], [1])


def test_without_parts_there_is_nothing_to_weigh_and_too_few_samples_are_refused() -> None:
    assert lime([], ONE, linear).influence.shape == (0, 1)
    with pytest.raises(ValueError, match="at least one other"):
        lime([1], ONE, linear, samples=1)


class Rephrased:
    """Lists whose margin is the first number of the vector that a text has, and 0 where it is unsaid."""

    def rephrased(self, stated: Stated, vectors: Sequence[np.ndarray | None], items: Items) -> object:
        margins = np.array([[0.0 if vector is None else vector[0]] for vector in vectors], np.float32)
        return type("Margins", (), {"margins": margins})


def encode(texts: Sequence[str]) -> np.ndarray:
    """A text is as many times space as the word is in it."""
    return np.array([[text.split().count("space"), 1] for text in texts], np.float32)


@pytest.mark.parametrize("method", ["leave-one-out", "shapley", "lime"])
def test_the_word_that_carries_an_item_comes_first(method: str) -> None:
    score = WordScore(Rephrased(), Stated("search", "slow, space horror!"), encode)  # type: ignore[arg-type]
    found = word_influences(method, score, 0)  # type: ignore[arg-type]
    assert found[0].word == "space"
    assert found[0].influence > 0.5
    assert {one.word for one in found} == {"slow", "space", "horror"}


def test_of_a_long_text_the_first_words_are_looked_at_and_a_single_word_is_the_text_itself() -> None:
    long = " ".join(f"w{number}" for number in range(40))
    score = WordScore(Rephrased(), Stated("review", long), encode)  # type: ignore[arg-type]
    assert len(score.words) == MOST_WORDS
    alone = WordScore(Rephrased(), Stated("search", "space"), encode)  # type: ignore[arg-type]
    assert word_influences("leave-one-out", alone, 0) == ()


def test_words_of_scripts_without_spaces_are_pairs_of_signs() -> None:
    text = "太空恐怖片 slow"
    assert [text[span] for span in word_spans(text)] == ["太空", "恐怖", "片", "slow"]
