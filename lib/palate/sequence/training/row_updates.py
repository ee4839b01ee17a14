"""Row updates (lazy Adam): a step changes only those rows of the item table that it has read.

    sparse gradient --AdamW on its rows--> their weights --when next needed--> their average

With a sampled softmax a step reads some thousand items, and all else that a table of millions would take in
a step is nothing but decay: of moments, of weights, and of the distance between weights and average.
"""

from __future__ import annotations

import math

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from palate.config import SequenceConfig
from palate.sequence.network.model import SequenceModel

BETAS = (0.9, 0.98)
"""What AdamW keeps of the mean gradient and of the mean squared one."""
EPSILON = 1e-8
"""Added to the root of the mean squared gradient."""
ROWS_AT_ONCE = 65_536
"""Rows that are brought up to date at one time, to bound the memory."""


def workers_sum_rows() -> bool:
    """Whether sparse gradients can be summed over the workers: by gloo they can, by NCCL they cannot.

    Where they cannot, the table is trained as any other weight, and each step costs what all its rows cost.
    """
    return not dist.is_initialized() or dist.get_world_size() == 1 or dist.get_backend() == "gloo"


def averaged_model(average: AveragedModel) -> SequenceModel:
    """The model that holds the averaged weights."""
    module = average.module
    assert isinstance(module, SequenceModel), "an average of sequence models"
    return module


class RowState(nn.Module):
    """What is kept of each row beside its weights; part of a checkpoint."""

    mean: Tensor
    """Moving average of the gradient, float [items, width]."""
    square: Tensor
    """Moving average of the squared gradient, float [items, width]."""
    averaged_at: Tensor
    """The step after which the average of the row was right, int32 [items]; 0 before the first."""

    def __init__(self, table: Tensor) -> None:
        """Take the weights, float [items, width]."""
        super().__init__()
        self.register_buffer("mean", torch.zeros_like(table, requires_grad=False))
        self.register_buffer("square", torch.zeros_like(table, requires_grad=False))
        self.register_buffer("averaged_at", torch.zeros(len(table), dtype=torch.int32, device=table.device))


class RowUpdates:
    """The optimiser of the item table, and the average over the steps of the whole model.

    Lazy Adam, as in torch's `SparseAdam`: moments, and the decoupled weight decay of AdamW (Loshchilov and
    Hutter, ICLR 2019), count the steps that read a row, and bias correction counts all. The average, on the
    other hand, is that of all steps: weights w that stayed for k steps draw it to w + d^k (average - w).
    """

    def __init__(self, model: SequenceModel, average: AveragedModel, settings: SequenceConfig) -> None:
        """Take a model whose item table has a sparse gradient, and its average, to be kept from now on."""
        self._model, self._average = model, average
        self._settings = settings
        self.table, self._average_table = model.items.table, averaged_model(average).items.table
        self.state = RowState(self.table)

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Learn from the gradient of the table's rows, and take the weights as they are into the average."""
        gradient = self.table.grad
        assert gradient is not None, "a step follows a backward pass"
        gradient = gradient.coalesce()
        rows = gradient.indices()[0]
        # The average is to have heard of the weights as they were before they change.
        self._catch_up(rows)
        self._learn(rows, gradient.values(), rate)
        self._average_others()
        self._average.n_averaged += 1

    @torch.no_grad()
    def bring_up_to_date(self) -> None:
        """Make the average of every row that of all steps so far."""
        everything = torch.arange(len(self.table), device=self.table.device)
        for rows in everything.split(ROWS_AT_ONCE):
            self._catch_up(rows)

    def _learn(self, rows: Tensor, slopes: Tensor, rate: float) -> None:
        """AdamW on some rows, int64 [n], whose gradients are `slopes`, float [n, width]."""
        number = int(self._average.n_averaged) + 1
        keep_mean, keep_square = BETAS
        mean = self.state.mean[rows].lerp_(slopes, 1 - keep_mean)
        square = self.state.square[rows].lerp_(slopes.square(), 1 - keep_square)
        self.state.mean[rows], self.state.square[rows] = mean, square
        # Both began at 0 and are too small by a factor, which is that of the number of steps.
        size = rate * math.sqrt(1 - keep_square**number) / (1 - keep_mean**number)
        weights = self.table[rows] * (1 - rate * self._settings.weight_decay)
        self.table[rows] = weights.addcdiv_(mean, square.sqrt().add_(EPSILON), value=-size)

    def _catch_up(self, rows: Tensor) -> None:
        """Take into the average of some rows, int64 [n], the steps since it was right."""
        number, before = int(self._average.n_averaged), self.state.averaged_at[rows]
        # As in `AveragedModel`, the weights after the first step are the first average.
        kept = torch.where(before == 0, 0.0, self._settings.average_decay ** (number - before).double())
        average, weights = self._average_table[rows], self.table[rows]
        self._average_table[rows] = average.lerp_(weights, (1 - kept).to(weights.dtype)[:, None])
        self.state.averaged_at[rows] = number

    def _average_others(self) -> None:
        """Take all other weights into the average; no buffer of the model ever changes."""
        share = 1 - self._settings.average_decay if self._average.n_averaged else 1.0
        averages = averaged_model(self._average).parameters()
        for average, weight in zip(averages, self._model.parameters(), strict=True):
            if weight is not self.table:
                average.lerp_(weight, share)
