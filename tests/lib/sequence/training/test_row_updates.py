"""Row updates: what a step with a sampled softmax changes of the item table, and of its average."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from palate.config import SequenceConfig
from palate.schema import NO_ITEM
from palate.sequence import SequenceBatch, SequenceModel, all_item_vectors
from palate.sequence.training.row_updates import BETAS, RowUpdates
from palate.sequence.training.trainer import SequenceTrainer
from palate.training import rank_and_world_size
from tests.support.processes.distributed import run_workers

ITEMS = 40
SETTINGS = {
    "width": 8,
    "layers": 1,
    "dropout": 0,
    "negatives": 2,
    "learning_rate": 0.02,
    "average_decay": 0.9,
    "weight_decay": 0.1,
}
TEXT = torch.nn.functional.normalize(
    torch.randn(ITEMS, 6, generator=torch.Generator().manual_seed(0)), dim=-1
)


def trainer_of(**settings: object) -> SequenceTrainer:
    config = SequenceConfig.model_validate(SETTINGS | settings)
    return SequenceTrainer(TEXT, torch.ones(ITEMS, dtype=torch.bool), config, 0, torch.device("cpu"))


def batch_of(*histories: tuple[int, int, int]) -> SequenceBatch:
    """Users of three events; the last is only a target."""
    items = torch.tensor(histories)
    nothing = torch.zeros(len(items), 2, dtype=torch.long)
    return SequenceBatch(
        events=items[:, :-1],
        time_gaps=nothing,
        feedback=nothing,
        targets=items[:, 1:],
        disliked=torch.full_like(nothing, NO_ITEM),
        against=nothing,
    )


EARLY, LATE = batch_of((1, 2, 3), (4, 5, 6)), batch_of((7, 8, 9), (8, 7, 9))


def test_a_step_with_a_sample_changes_the_rows_of_its_items_alone() -> None:
    trainer = trainer_of(residual_dropout=0)
    before = trainer.model.items.table.detach().clone()
    trainer.step(EARLY)
    changed = set((trainer.model.items.table != before).any(1).nonzero().flatten().tolist())
    assert changed >= {1, 2, 3, 4, 5, 6}
    assert len(changed - {1, 2, 3, 4, 5, 6}) <= 2  # the negatives


def test_the_full_softmax_has_no_row_updates() -> None:
    assert trainer_of(negatives=0).rows is None
    assert trainer_of(negatives=ITEMS).rows is None
    assert trainer_of(use_ids=False).rows is None


def test_a_row_that_every_step_reads_learns_as_by_adamw() -> None:
    settings = SequenceConfig.model_validate(SETTINGS)
    model = SequenceModel(TEXT, torch.ones(ITEMS, dtype=torch.bool), settings, sparse_gradient=True)
    rows, table = RowUpdates(model, AveragedModel(model), settings), model.items.table
    expected = torch.nn.Parameter(table.detach().clone())
    adamw = torch.optim.AdamW([expected], lr=0.02, betas=BETAS, weight_decay=settings.weight_decay)
    for seed in range(6):
        expected.grad = torch.randn(table.shape, generator=torch.Generator().manual_seed(seed))
        table.grad = expected.grad.to_sparse(1)
        rows.step(0.02)
        adamw.step()
    torch.testing.assert_close(table, expected)


def test_the_average_is_that_of_all_steps_even_of_rows_that_few_of_them_read() -> None:
    trainer = trainer_of()
    dense = AveragedModel(trainer.model, multi_avg_fn=get_ema_multi_avg_fn(trainer.settings.average_decay))
    # Items of the first two steps alone rest for eight, and are then read again.
    for batch in [EARLY] * 2 + [LATE] * 8 + [EARLY] * 2 + [LATE] * 5:
        trainer.step(batch)
        dense.update_parameters(trainer.model)
    assert (trainer.rows.state.averaged_at.max() - trainer.rows.state.averaged_at[1:7].max()) >= 4
    # Asked twice, it is the same.
    for averaged in (trainer.averaged, trainer.averaged):
        for name, weight in dense.module.named_parameters():
            torch.testing.assert_close(averaged.get_parameter(name), weight, atol=1e-6, rtol=0)


def test_a_checkpoint_changes_nothing_though_the_average_of_many_rows_is_behind(tmp_path: Path) -> None:
    whole, first = trainer_of(), trainer_of()
    for trainer in (whole, first):
        for batch in [EARLY] * 2 + [LATE] * 3:
            trainer.step(batch)
    assert (first.rows.state.averaged_at[1:7] < 5).any()
    first.save(tmp_path)
    second = trainer_of()
    second.load(tmp_path)
    for batch in (LATE, EARLY, LATE):
        assert second.step(batch) == whole.step(batch)
    assert torch.equal(second.model.items.table, whole.model.items.table)
    assert np.array_equal(all_item_vectors(second.averaged), all_item_vectors(whole.averaged))


def write_table(folder: Path) -> None:
    trainer = trainer_of()
    for batch in (EARLY, LATE, EARLY):
        trainer.step(batch)
    rank, _ = rank_and_world_size()
    save_file({"table": trainer.averaged.items.table.detach()}, folder / f"{rank}.safetensors")


def test_workers_of_one_training_have_the_same_table(tmp_path: Path) -> None:
    run_workers(write_table, 2, tmp_path, tmp_path)
    tables = [load_file(tmp_path / f"{rank}.safetensors")["table"] for rank in (0, 1)]
    assert torch.equal(*tables)


@pytest.mark.parametrize("negatives", [0, 2])
def test_the_best_epoch_is_the_average_after_it(negatives: int) -> None:
    trainer = trainer_of(negatives=negatives)
    for batch in (EARLY, LATE, LATE, LATE):
        trainer.step(batch)
    trainer.finish_epoch(0.5, seconds=1.0)
    assert np.array_equal(all_item_vectors(trainer.best_model), all_item_vectors(trainer.averaged))
