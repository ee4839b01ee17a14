"""Batch inference on Ray Data: a pool of actors, each with the release, writes the parts that are missing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa
import ray.data
import torch
from ray.data import ActorPoolStrategy

from jobs.batch.output import BatchOutput
from jobs.runtime.memory import PeakMemory
from jobs.runtime.progress import Work, progress_bar
from jobs.runtime.ray_session import ray_session
from jobs.runtime.stage import STAGE_MANIFEST, StageCounts, library_versions
from palate.config import Config

BLOCK, ROWS = "block", "rows"

Worker = Callable[[dict[str, Any]], pa.Table]
"""From what a block holds to the rows of its part."""


class Blocks(NamedTuple):
    """All the work there is, cut up; a block is done by one worker in one go."""

    contents: list[dict[str, Any]]
    """What is in each block, as values that Arrow knows."""
    sizes: list[int]
    """How many rows each block's part will have."""


class PartWriter:
    """An actor that has a worker, and writes the part of each block that it is given."""

    def __init__(self, make: Callable[[], Worker], output: BatchOutput, threads: int) -> None:
        torch.set_num_threads(threads)
        self._work, self._output = make(), output

    def __call__(self, blocks: pa.Table) -> pa.Table:
        """Write the part of one block; returns how many rows it has."""
        (block,) = blocks.to_pylist()
        part = self._work(block)
        self._output.folder.write_table(self._output.part(block[BLOCK]), part)
        return pa.table({ROWS: [len(part)]})


def finish(
    output: BatchOutput,
    blocks: Blocks,
    make: Callable[[], Worker],
    *,
    work: Work,
    actors: int,
    refused: int = 0,
) -> dict[str, Any]:
    """Write all parts that are not there yet, and then the manifest, which is returned.

    `make` gives an actor its worker; `refused` counts the rows that were asked for and are in no block.
    """
    began, rows = time.monotonic(), sum(blocks.sizes)
    with PeakMemory() as memory:
        _write_missing(output, blocks, make, work=work, actors=actors)
    output.tidy(len(blocks.sizes))
    manifest = {
        **output.identity,
        **StageCounts(rows + refused, rows, refused)._asdict(),
        "seconds": round(time.monotonic() - began, 3),
        "peak_memory_bytes": memory.peak_bytes,
        "versions": library_versions(),
    }
    output.folder.write_json(STAGE_MANIFEST, manifest)
    return manifest


def _write_missing(
    output: BatchOutput, blocks: Blocks, make: Callable[[], Worker], *, work: Work, actors: int
) -> None:
    missing, config = output.missing(len(blocks.sizes)), Config()
    if not missing:
        return
    total = sum(blocks.sizes)
    done = total - sum(blocks.sizes[number] for number in missing)
    with ray_session(config), progress_bar(work, total) as progress:
        progress.note("opening the release")
        actor = (make, output, config.resources.threads)
        for written in _pool(
            [{BLOCK: number, **blocks.contents[number]} for number in missing], actor, actors
        ):
            done += written
            progress.post(done, total)


def _pool(blocks: list[dict[str, Any]], actor: tuple[Any, ...], actors: int) -> Iterator[int]:
    """Rows of each block that was written, as they come in."""
    written = ray.data.from_arrow([pa.Table.from_pylist([block]) for block in blocks]).map_batches(
        PartWriter,
        fn_constructor_args=actor,
        batch_size=1,
        batch_format="pyarrow",
        compute=ActorPoolStrategy(size=min(actors, len(blocks))),
        num_cpus=Config().resources.data_cpus,
    )
    return (row[ROWS] for row in written.iter_rows())
