"""Lists from a catalogue of a million items: opening the release, time of a list, lists a second, memory.

The whole application answers in a process of its own, without a network: gateway, encoder, retriever by
stored inverted lists, and reranker. Its release is synthetic and recommends by the sequence model. The rival
is the same application with a thousand items.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np
import psutil

from benchmarks.scale.results import Figure, in_own_process, record, size_name
from benchmarks.serving.in_process import application
from benchmarks.serving.release import publish_synthetic
from palate.storage import Folder

FEW_ITEMS, USERS, WARM, LISTS = 1_000, 2_000, 100, 1_000
CLIENTS = 8


async def _listed(client: httpx.AsyncClient, user: int) -> float:
    """Milliseconds of a list of somebody."""
    start = time.perf_counter()
    answer = await client.post("/v1/recommend", json={"user": f"u{user:05d}", "k": 10})
    if answer.status_code != 200:
        raise RuntimeError(answer.text)
    return 1000 * (time.perf_counter() - start)


async def _in_turn(client: httpx.AsyncClient, users: list[int]) -> list[float]:
    return [await _listed(client, user) for user in users]


async def _asked(releases: str, folder: Path) -> dict[str, float]:
    started = time.perf_counter()
    async with application(releases, folder / "store") as (client, _):
        opened = time.perf_counter() - started
        chance = np.random.default_rng(1)
        await _in_turn(client, chance.integers(0, USERS, WARM).tolist())
        alone = await _in_turn(client, chance.integers(0, USERS, LISTS).tolist())
        shares = np.array_split(chance.integers(0, USERS, LISTS), CLIENTS)
        began = time.perf_counter()
        await asyncio.gather(*(_in_turn(client, share.tolist()) for share in shares))
        together = time.perf_counter() - began
        return {
            "open_s": opened,
            "bytes": float(psutil.Process().memory_full_info().uss),
            "list_p50_ms": float(np.median(alone)),
            "list_p99_ms": float(np.quantile(alone, 0.99)),
            "lists_per_s": LISTS / together,
        }


def measured(items: int) -> dict[str, Any]:
    """Figures of a release with so many items, in a process of its own."""
    with TemporaryDirectory(prefix="palate-scale-") as name:
        folder = Path(name)
        releases = Folder(str(folder / "releases"))
        publish_synthetic(releases, folder / "work", items, USERS, seed=0, stored="ivfpq")
        Folder(str(folder / "work")).delete()
        told = in_own_process("lists", releases.uri, name)
    print(items, told, file=sys.stderr)
    return told


def measure(items: int) -> None:
    """Measure and record; `items` beside a thousand."""
    few, many = measured(min(FEW_ITEMS, items)), measured(items)
    size = size_name(items)
    figures = {
        f"list_{size}_p50_ms": Figure(many["list_p50_ms"], f"median of {LISTS:,} lists, one after another"),
        f"list_{size}_per_s": Figure(many["lists_per_s"], f"{LISTS:,} lists by {CLIENTS} clients at once"),
        f"open_whole_{size}_s": Figure(many["open_s"], "the whole application, until it can answer"),
    }
    command = f"python -m benchmarks.scale lists --items {items}"
    record("lists", {"few_items": few, "items": many}, command, figures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("releases")
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    print(json.dumps(asyncio.run(_asked(chosen.releases, chosen.folder))))
