"""Runs a function in several processes that form one torch.distributed group."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import multiprocessing


def run_workers(function: Callable[..., None], world: int, place: Path, *arguments: Any) -> None:
    """Call `function(*arguments)` in `world` processes joined by gloo; a failure in one fails the call."""
    meeting = f"file://{place}/meeting-{world}"
    multiprocessing.spawn(_join, (function, world, meeting, arguments), nprocs=world)


def _join(
    rank: int, function: Callable[..., None], world: int, meeting: str, arguments: tuple[Any, ...]
) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=world)
    try:
        function(*arguments)
    finally:
        dist.destroy_process_group()
