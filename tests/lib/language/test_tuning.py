"""The fine-tuning learns what it is shown, goes on exactly, and its short cuts change no gradient."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from palate.config import ExplainerTuningConfig
from palate.errors import PalateError
from palate.language import BUNDLED_LANGUAGE_MODEL, model_path_or_id
from palate.language.merging import merge_adapter
from palate.language.tuning import AnswerTrainer, Chat, TuningExample, batches_by_length
from palate.language.tuning.adapted import AnswerLoss
from palate.language.tuning.batch import IGNORE_LABEL, batch_of

SETTINGS = ExplainerTuningConfig(steps=4, batch_size=2, lora_rank=2, learning_rate=5e-3)
CPU = torch.device("cpu")
STEPS_TO_LEARN = 40
"""Until the random model has halved its loss."""
TURNS = [
    ("Why Alien? Answer in a sentence.", "Because you liked Heat."),
    ("Why Big? Answer in a sentence.", "Since you watched Toy Story, here is a comedy."),
]


@pytest.fixture(scope="module")
def examples() -> list[TuningExample]:
    chat = Chat(BUNDLED_LANGUAGE_MODEL)
    return [chat.example(*turn) for turn in TURNS]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The bundled model's kind and words, in two narrow layers with random weights."""
    folder, bundled = tmp_path_factory.mktemp("language"), model_path_or_id(BUNDLED_LANGUAGE_MODEL)
    shape = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4}
    shape |= {"num_key_value_heads": 2, "head_dim": 16}
    config = AutoConfig.from_pretrained(bundled, **shape, initializer_range=0.15)
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16).save_pretrained(folder)
    AutoTokenizer.from_pretrained(bundled).save_pretrained(folder)
    return str(folder)


def trainer_of(model: str, **settings: object) -> AnswerTrainer:
    return AnswerTrainer(model, SETTINGS.model_copy(update=settings), seed=0, device=CPU)


def test_an_example_is_what_an_engine_reads_and_ends_with_the_end_of_the_turn() -> None:
    tokenizer = AutoTokenizer.from_pretrained(model_path_or_id(BUNDLED_LANGUAGE_MODEL))
    prompt, answer = Chat(BUNDLED_LANGUAGE_MODEL).example(*TURNS[0])
    asked = tokenizer.apply_chat_template(
        [{"role": "user", "content": TURNS[0][0]}], tokenize=False, add_generation_prompt=True
    )
    assert tokenizer.decode(prompt) == asked
    assert tokenizer.decode(answer) == f"{TURNS[0][1]}<|im_end|>"
    assert answer[-1] == tokenizer.eos_token_id


def test_a_model_that_is_not_there_is_a_mistake_that_is_explained(tmp_path: Path) -> None:
    with pytest.raises(PalateError, match="cannot be loaded"):
        Chat(str(tmp_path))


def test_a_batch_holds_the_common_beginning_once_and_wants_the_answers_alone() -> None:
    batch = batch_of([TuningExample([1, 2, 3], [4, 5]), TuningExample([1, 2, 6, 7], [8])], CPU)
    assert batch.prefix.tolist() == [[1, 2]]
    assert batch.tokens.tolist() == [[3, 4], [6, 7]]
    assert batch.mask.tolist() == [[1] * 4, [1] * 4]
    assert batch.labels.tolist() == [[4, 5], [IGNORE_LABEL, 8]]


def test_the_last_token_of_a_prompt_is_never_shared_and_padding_is_masked() -> None:
    batch = batch_of([TuningExample([1, 2], [4]), TuningExample([1, 2], [5, 6, 7])], CPU)
    assert batch.prefix.tolist() == [[1]]
    assert batch.mask.tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]
    assert batch.labels.tolist() == [[4, IGNORE_LABEL, IGNORE_LABEL], [5, 6, 7]]


def test_the_loss_is_that_of_reading_each_example_by_itself(
    model: str, examples: list[TuningExample]
) -> None:
    adapted = trainer_of(model).model.float()
    together = AnswerLoss(adapted)(batch_of(examples, CPU)).item()
    assert together == pytest.approx(sum(_plain_loss(adapted, each) for each in examples), rel=1e-4)


def test_batches_hold_examples_of_like_length_and_whole_batches_only() -> None:
    examples = [TuningExample([0] * length, [1]) for length in (5, 1, 4, 2, 3, 9, 8)]
    batches = list(batches_by_length(examples, 2, seed=0))
    lengths = sorted(tuple(sorted(len(each.prompt) for each in batch)) for batch in batches)
    assert lengths == [(1, 2), (3, 4), (5, 8)]
    assert batches == list(batches_by_length(examples, 2, seed=0))


def test_only_adapters_learn_and_the_loss_falls(model: str, examples: list[TuningExample]) -> None:
    tuned = trainer_of(model)
    frozen = {name: weight.clone() for name, weight in tuned.model.named_parameters() if "lora" not in name}
    losses = [tuned.step(examples) for _ in range(SETTINGS.steps)]
    assert losses[-1] < losses[0]
    assert tuned.held_out_loss(examples) < losses[0]
    weights = dict(tuned.model.named_parameters())
    assert all(torch.equal(weights[name], before) for name, before in frozen.items())


def test_training_goes_on_from_a_checkpoint_as_if_never_stopped(
    model: str, examples: list[TuningExample], tmp_path: Path
) -> None:
    through, resumed = trainer_of(model), trainer_of(model)
    for step in range(SETTINGS.steps):
        through.step(examples)
        if step == 1:
            through.note(1.0, 2.0)
            through.save(tmp_path)
    resumed.load(tmp_path)
    while resumed.steps_done < SETTINGS.steps:
        resumed.step(examples)
    assert resumed.curve == [{"step": 2, "loss": 1.0, "held_out_loss": 2.0}]
    for name, weight in through.model.named_parameters():
        assert torch.equal(weight, resumed.model.get_parameter(name)), name


def _plain_loss(model: nn.Module, example: TuningExample) -> float:
    tokens = torch.tensor([[*example.prompt, *example.answer]])
    with torch.no_grad():
        scores = model(input_ids=tokens[:, :-1]).logits[0, len(example.prompt) - 1 :].float()
    return nn.functional.cross_entropy(scores, torch.tensor(example.answer), reduction="sum").item()


def test_the_adapter_merged_into_the_weights_is_the_trained_model(
    model: str, examples: list[TuningExample], tmp_path: Path
) -> None:
    tuned = trainer_of(model, steps=STEPS_TO_LEARN, learning_rate=0.02)
    for _ in range(STEPS_TO_LEARN):
        tuned.step(examples)
    tuned.export(tmp_path / "adapter")
    merge_adapter(model, str(tmp_path / "adapter"), tmp_path / "merged")
    merged = AutoModelForCausalLM.from_pretrained(tmp_path / "merged", dtype=torch.bfloat16)
    wanted = [_plain_loss(tuned.model, each) for each in examples]
    assert [_plain_loss(merged, each) for each in examples] == pytest.approx(wanted, rel=0.1)
    assert sum(wanted) < sum(_plain_loss(trainer_of(model).model, each) for each in examples) / 2


def test_a_folder_without_an_adapter_is_a_mistake_that_is_explained(tmp_path: Path) -> None:
    with pytest.raises(PalateError, match="There is no adapter"):
        merge_adapter(BUNDLED_LANGUAGE_MODEL, str(tmp_path), tmp_path / "merged")
