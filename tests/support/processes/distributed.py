"""Distributed workers: a function in several processes that form one torch.distributed group.

They are forked from a server that has imported the library, and nothing else: importing it in each of them
would take longer than what they do.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from safetensors.torch import load_file, save_file
from torch import multiprocessing, nn

from palate.training import rank_and_world_size

IMPORTED_ONCE = ["palate.encode", "palate.sequence", "tests.support.processes.distributed"]


def run_workers(function: Callable[..., None], world: int, place: Path, *arguments: Any) -> None:
    """Call `function(*arguments)` in `world` processes joined by gloo; a failure in one fails the call."""
    meeting = f"file://{place}/meeting-{world}"
    multiprocessing.set_forkserver_preload(IMPORTED_ONCE)
    arguments_of_all = (function, world, meeting, arguments)
    multiprocessing.start_processes(_join, arguments_of_all, nprocs=world, start_method="forkserver")


def save_gradients(model: nn.Module, folder: Path) -> None:
    """Write this worker's gradients, named after the number of workers and its rank."""
    rank, world = rank_and_world_size()
    gradients = {
        name: weight.grad.to_dense() for name, weight in model.named_parameters() if weight.grad is not None
    }
    save_file(gradients, folder / f"{world}-{rank}.safetensors")


def assert_gradients_of_two_equal_those_of_one(folder: Path) -> None:
    """Compare what one worker saved with what each of two did."""
    alone = load_file(folder / "1-0.safetensors")
    assert max(gradient.abs().max().item() for gradient in alone.values()) > 1e-3
    for name in ("2-0", "2-1"):
        shared = load_file(folder / f"{name}.safetensors")
        assert shared.keys() == alone.keys()
        for key, gradient in alone.items():
            torch.testing.assert_close(shared[key], gradient, atol=1e-6, rtol=1e-4)


def _join(
    rank: int, function: Callable[..., None], world: int, meeting: str, arguments: tuple[Any, ...]
) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=world)
    try:
        function(*arguments)
        gc.collect()  # what DDP keeps is to go before the group that it speaks through
        dist.barrier()  # nobody leaves while another one still listens
    finally:
        dist.destroy_process_group()
