"""What a language model expects of continuations, by its cached prefix, is what whole texts give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from palate.config import LanguageModelConfig
from palate.errors import PalateError
from palate.language.likelihood import ContinuationLikelihood
from tests.support.language_models import make_language_model

CONTINUATIONS = ["A comedy", " of the year 1990 and more", "", "A drama"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_language_model(tmp_path_factory.mktemp("language"))


@pytest.fixture(scope="module")
def likelihood(folder: Path) -> ContinuationLikelihood:
    return ContinuationLikelihood(LanguageModelConfig(model=str(folder), dtype="float32"))


def of_whole_text(folder: Path, prefix: str, continuation: str) -> float:
    """By the definition: the text is read from its beginning, and each token looked up."""
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder)
    before, after = (tokenizer.encode(text, add_special_tokens=False) for text in (prefix, continuation))
    tokens = [tokenizer.eos_token_id, *before, *after]
    with torch.inference_mode():
        logs = torch.log_softmax(model(torch.tensor([tokens])).logits[0], dim=-1)
    first = len(tokens) - len(after)
    return sum(float(logs[position - 1, tokens[position]]) for position in range(first, len(tokens)))


@pytest.mark.parametrize("prefix", ["", "A romance, a drama"])
def test_each_continuation_has_the_likelihood_that_the_whole_text_gives_it(
    likelihood: ContinuationLikelihood, folder: Path, prefix: str
) -> None:
    expected = [of_whole_text(folder, prefix, continuation) for continuation in CONTINUATIONS]
    assert np.allclose(likelihood(prefix, CONTINUATIONS), expected, atol=1e-3)
    assert min(expected) < -1


def test_nothing_to_continue_with_has_no_likelihood(likelihood: ContinuationLikelihood) -> None:
    assert likelihood("A drama", []).tolist() == []
    assert likelihood("A drama", [""]).tolist() == [0]


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PalateError, match=r"language model .* cannot be loaded"):
        ContinuationLikelihood(LanguageModelConfig(model=str(tmp_path)))
