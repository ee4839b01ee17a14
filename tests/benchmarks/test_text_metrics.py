"""Metrics of texts against answers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.explanations.text_metrics import distinct_ngrams, distinct_share, rouge_l
from benchmarks.explanations.text_metrics.fluency import perplexities
from benchmarks.explanations.text_metrics.similarity import bert_scores
from palate.config.explain import BUNDLED_LANGUAGE_MODEL
from palate.encode import load_encoder
from tests.support.language_models import make_language_model


@pytest.mark.parametrize(
    ("text", "reference", "value"),
    [
        ("The cat sat.", "the cat sat", 1.0),
        ("police killed the gunman", "police kill the gunman", 0.75),
        ("the gunman kill police", "police kill the gunman", 0.5),
        ("a b c d", "b d", 4 / 6),
        ("dog", "cat", 0.0),
        ("", "", 0.0),
    ],
)
def test_rouge_l_is_the_f1_of_the_longest_common_subsequence(text: str, reference: str, value: float) -> None:
    assert rouge_l(text, reference) == pytest.approx(value)


def test_distinct_ngrams_are_different_ones_over_all() -> None:
    assert distinct_ngrams(["a b a b"], 1) == 2 / 4
    assert distinct_ngrams(["a b a b"], 2) == 2 / 3
    assert distinct_ngrams(["a"], 2) == 0


def test_distinct_share_counts_equal_pairs_within_a_group() -> None:
    assert distinct_share([["x", "x", "y"], ["z"]]) == pytest.approx(2 / 3)
    assert distinct_share([["x"]]) == 1


def test_bert_score_is_one_for_the_same_text_and_symmetric() -> None:
    encoder = load_encoder("all-MiniLM-L6-v2")
    near, far = "a tense science-fiction thriller", "a recipe for onion soup"
    text = "a suspenseful sci-fi film"
    same, close, apart = bert_scores(encoder, [text, text, text], [text, near, far])
    assert same == pytest.approx(1)
    assert apart < close < 1
    assert bert_scores(encoder, [near], [text])[0] == pytest.approx(close, abs=1e-5)


def test_perplexity_of_a_text_does_not_depend_on_its_batch(tmp_path: Path) -> None:
    model, texts = str(make_language_model(tmp_path)), ["A drama", "A comedy of the year 1990", "a romance"]
    together = perplexities(texts, model)
    alone = np.concatenate([perplexities([text], model) for text in texts])
    np.testing.assert_allclose(together, alone, rtol=1e-3)
    assert len(set(together)) == 3


def test_perplexity_rises_with_disorder() -> None:
    texts = ["You liked Alien, so you might enjoy a thriller.", "thriller Alien a you enjoy might so liked."]
    ordered, disordered = perplexities(texts, BUNDLED_LANGUAGE_MODEL)
    assert ordered < disordered
