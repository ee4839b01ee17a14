"""One contract for encoders that people use: decoders, E5 and BGE are read, trained and kept as they want."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoConfig

from palate.config import EncoderConfig
from palate.encode import Pairs, TextEncoder, load_encoder, require_encoder
from palate.encode.neighbours import NeighbourTrainer
from palate.encode.tokenizer_files import require_publishable
from palate.errors import PalateError
from palate.release.formats import require_allowed
from tests.support.encoders import ARCHITECTURES, WIDTH, make_checkpoint, make_encoder

TEXTS = [f"film number {number} of the {number % 3} kind" + " and more" * (number % 4) for number in range(8)]
BATCH = Pairs(np.arange(4, dtype=np.int32), np.arange(4, 8, dtype=np.int32))


@pytest.fixture(scope="module", params=ARCHITECTURES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(name, tmp_path_factory.mktemp("architecture"))


def settings(name: str, **changes: Any) -> EncoderConfig:
    own = {"steps": 4, "precision": "fp32", **ARCHITECTURES[name].settings}
    return EncoderConfig.model_validate(own | changes)


def trainer(folder: Path, config: EncoderConfig) -> NeighbourTrainer:
    encoder = load_encoder(folder, config, weights="auto")
    popularity = torch.zeros(len(TEXTS))
    return NeighbourTrainer(encoder, [TEXTS], popularity, config, 0, torch.device("cpu"))


def gradients(trained: NeighbourTrainer) -> dict[str, torch.Tensor]:
    trained.loss(BATCH).backward()
    weights = trained.learner.named_parameters()
    return {name: weight.grad.clone() for name, weight in weights if weight.grad is not None}


def pooled(encoder: TextEncoder, text: str, pooling: str) -> np.ndarray:
    """The vector of one text by the definition of its pooling, with no padding that could matter."""
    tokens = encoder.model.preprocess([text])
    states = encoder.model[0](dict(tokens))["token_embeddings"][0].detach().numpy()
    chosen = {"lasttoken": states[-1], "cls": states[0], "mean": states.mean(0)}[pooling]
    return np.asarray(chosen / np.linalg.norm(chosen), np.float32)


def test_a_text_is_pooled_as_the_model_says_in_whatever_company(name: str, folder: Path) -> None:
    encoder, form = load_encoder(folder, settings(name)), ARCHITECTURES[name]
    expected = [pooled(encoder, form.document + text, form.pooling) for text in TEXTS]
    assert np.allclose(encoder.encode(TEXTS), expected, atol=1e-5)
    assert encoder.model.tokenizer.padding_side == form.padding


def test_items_are_read_as_documents_and_requests_as_queries(name: str, folder: Path) -> None:
    encoder, form = load_encoder(folder, settings(name)), ARCHITECTURES[name]
    assert encoder.prompts == (form.query, form.document)
    expected = [pooled(encoder, form.query + text, form.pooling) for text in TEXTS]
    assert np.allclose(encoder.encode_queries(TEXTS), expected, atol=1e-5)
    without = load_encoder(folder, settings(name, prompts={"query": "", "document": ""}))
    assert np.array_equal(without.encode_queries(TEXTS), without.encode(TEXTS))


def test_training_reads_a_text_as_it_is_embedded(name: str, folder: Path) -> None:
    trained = trainer(folder, settings(name, dimensions=8))
    with torch.no_grad():
        learned = trained.vectors(range(8)).numpy()
    assert np.allclose(learned, trained.encoder.encode(TEXTS), atol=1e-5)


def test_a_shorter_vector_is_the_beginning_of_the_whole_one_at_unit_length(name: str, folder: Path) -> None:
    whole = load_encoder(folder, settings(name)).encode(TEXTS)
    short = load_encoder(folder, settings(name, dimensions=8))
    beginning = whole[:, :8] / np.linalg.norm(whole[:, :8], axis=1, keepdims=True)
    assert short.width == 8
    assert np.allclose(short.encode(TEXTS), beginning, atol=1e-5)
    with pytest.raises(PalateError, match=f"encoder.dimensions is 33, but .* have {WIDTH} entries"):
        load_encoder(folder, settings(name, dimensions=WIDTH + 1))


def test_of_a_bare_decoder_the_last_token_is_read(tmp_path: Path) -> None:
    encoder = load_encoder(make_checkpoint("qwen3", tmp_path))
    assert np.allclose(
        encoder.encode(TEXTS), [pooled(encoder, text, "lasttoken") for text in TEXTS], atol=1e-5
    )


@pytest.mark.parametrize("other", ["e5", "bge"])
def test_of_any_other_bare_checkpoint_the_mean_is_read(other: str, tmp_path: Path) -> None:
    encoder = load_encoder(make_checkpoint(other, tmp_path))
    assert np.allclose(encoder.encode(TEXTS), [pooled(encoder, text, "mean") for text in TEXTS], atol=1e-5)


def test_every_weight_of_a_bfloat16_checkpoint_that_has_a_gradient_moves(name: str, tmp_path: Path) -> None:
    folder = make_encoder(name, tmp_path, torch.bfloat16)
    trained = trainer(folder, settings(name, learning_rate=3e-5))
    before = {key: weight.detach().clone() for key, weight in trained.model.named_parameters()}
    trained.step(BATCH)
    moved = total = 0
    for key, weight in trained.model.named_parameters():
        has_gradient = weight.grad != 0 if weight.grad is not None else torch.zeros_like(weight, dtype=bool)
        moved += int((weight != before[key])[has_gradient].sum())
        total += int(has_gradient.sum())
    assert moved > 0.99 * total > 0


@pytest.mark.parametrize("changes", [{"texts_at_once": 3}, {"gradient_checkpointing": True}])
def test_saving_memory_leaves_the_gradient_of_the_whole_batch(
    name: str, folder: Path, changes: dict[str, Any]
) -> None:
    expected = gradients(trainer(folder, settings(name)))
    found = gradients(trainer(folder, settings(name, **changes)))
    assert found.keys() == expected.keys()
    for key, gradient in expected.items():
        torch.testing.assert_close(found[key], gradient, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize(
    ("changes", "times"), [({}, 1), ({"texts_at_once": 3}, 2), ({"gradient_checkpointing": True}, 2)]
)
def test_what_is_not_kept_is_computed_again(
    name: str, folder: Path, changes: dict[str, Any], times: int
) -> None:
    trained = trainer(folder, settings(name, **changes))
    inner = next(
        module
        for key, module in trained.model.named_modules()
        if key.endswith("0.mlp") or key.endswith("0.intermediate")
    )
    texts: list[int] = []
    # Before it runs: what is computed again stops as soon as there is all that the gradient needs.
    inner.register_forward_pre_hook(lambda module, given: texts.append(len(given[0])))
    trained.loss(BATCH).backward()
    assert sum(texts) == times * len(TEXTS)


def test_adapters_stand_on_every_linear_map_of_a_layer_and_are_all_that_a_checkpoint_holds(
    name: str, folder: Path, tmp_path: Path
) -> None:
    trained = trainer(folder, settings(name, method="lora"))
    linear = {
        key for key, module in load_encoder(folder).model.named_modules() if type(module) is torch.nn.Linear
    }
    adapted = {key.partition(".lora_A")[0] for key, _ in trained.model.named_parameters() if "lora_A" in key}
    assert adapted == linear
    trained.step(BATCH)
    trained.save(tmp_path)
    assert all("lora_" in key for key in load_file(tmp_path / "model.safetensors"))
    again = trainer(folder, settings(name, method="lora"))
    again.load(tmp_path)
    assert np.array_equal(again.encoder.encode(TEXTS), trained.encoder.encode(TEXTS))


def test_adapters_have_a_learning_rate_of_their_own(folder: Path, name: str) -> None:
    config = settings(name, method="lora", learning_rate=1e-9, lora_learning_rate=0.5)
    assert trainer(folder, config).optimiser.param_groups[0]["lr"] == 0.5


@pytest.mark.parametrize("method", ["full", "lora"])
def test_what_is_exported_may_be_published_and_gives_the_vectors_of_the_trained_model(
    name: str, folder: Path, tmp_path: Path, method: str
) -> None:
    trained = trainer(folder, settings(name, method=method, learning_rate=1e-2, lora_learning_rate=1e-2))
    trained.step(BATCH)
    documents, queries = trained.encoder.encode(TEXTS), trained.encoder.encode_queries(TEXTS)
    trained.export(tmp_path)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            require_allowed(str(path.relative_to(tmp_path)), path.read_bytes()[:4096])
    exported = load_encoder(tmp_path)  # prompts and all are in its files
    assert np.allclose(exported.encode(TEXTS), documents, atol=1e-5)
    assert np.allclose(exported.encode_queries(TEXTS), queries, atol=1e-5)
    assert not np.allclose(documents, load_encoder(folder, settings(name)).encode(TEXTS), atol=1e-3)


def test_an_encoder_of_each_kind_may_be_published(folder: Path) -> None:
    require_encoder(folder)
    require_publishable(folder)


def test_weights_in_several_files_with_their_index_may_be_published(folder: Path, tmp_path: Path) -> None:
    encoder = load_encoder(folder)
    encoder.model[0].model.save_pretrained(tmp_path, max_shard_size="20KB")
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert "model.safetensors.index.json" in {path.name for path in files}
    for path in files:
        require_allowed(path.name, path.read_bytes()[:4096])


def test_a_model_with_code_of_its_own_is_refused_before_it_runs(tmp_path: Path) -> None:
    folder = make_checkpoint("bge", tmp_path / "own")
    config = AutoConfig.from_pretrained(folder).to_dict()
    ran = tmp_path / "ran"
    (folder / "own.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
    code = {"auto_map": {"AutoConfig": "own.Config", "AutoModel": "own.Model"}, "model_type": "own"}
    (folder / "config.json").write_text(json.dumps(config | code))
    for opened in (require_encoder, load_encoder):
        with pytest.raises(PalateError, match="brings Python code of its own"):
            opened(folder)
    assert not ran.exists()
