"""Users: memory of a gateway and time of a list with ten million users of a release, and with ten thousand.

The releases differ in users alone (two events each) and answer in processes of their own, one after the
other; the whole application is asked without a network, each time for somebody else.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psutil
import pyarrow as pa

from benchmarks.scale.results import Figure, in_own_process, record, size_name
from benchmarks.serving.in_process import application
from benchmarks.serving.release import publish_synthetic
from palate.data.histories import Histories
from palate.data.user_table import USER_FILES, write_user_table
from palate.release import SourceFile, promote, publish
from palate.retrieve.hybrid import HYBRID
from palate.storage import Folder

FEW, SHARD, EVENTS = 10_000, 1_000_000, 2
ITEMS, LISTS, WARM = 2_000, 1_000, 100


def user_id(number: int) -> str:
    """Id of a user."""
    return f"user-{number:09d}"


def _shards(users: int) -> Iterator[pa.Table]:
    chance = np.random.default_rng(0)
    for first in range(0, users, SHARD):
        count = min(SHARD, users - first)
        ends = np.full(count, EVENTS, np.int32)
        yield Histories(
            users=pa.array([user_id(number) for number in range(first, first + count)]),
            offsets=np.arange(0, EVENTS * count + 1, EVENTS, dtype=np.int64),
            items=chance.integers(0, ITEMS, EVENTS * count).astype(np.int32),
            times=np.tile(np.arange(EVENTS, dtype=np.int64) + 1_700_000_000, count),
            train_end=ends,
            validation_end=ends,
        ).to_table()


def publish_with_users(folder: Path, users: int) -> str:
    """URI of releases whose current one has so many users, and is otherwise always the same."""
    work = Folder(str(folder / "work"))
    publish_synthetic(Folder(str(folder / "small")), folder / "work", items=ITEMS, users=10, seed=0)
    work.delete("histories")
    for number, shard in enumerate(_shards(users)):
        work.write_table(f"histories/part-{number:05d}.parquet", shard)
    write_user_table(work / USER_FILES, _shards(users))
    releases = Folder(str(folder / "releases"))
    sources = {name: SourceFile(work, name) for name in work.files(recursive=True)}
    promote(releases, publish(releases, sources, "synthetic", HYBRID).manifest.id)
    work.delete()
    os.sync()  # pages of a file that is not yet on the disk would count as a process's own
    return releases.uri


def own_bytes(process: psutil.Process) -> int:
    """Memory that is this process's alone; pages of mapped files, which can be read again, do not count."""
    mapped = sum(one.private_clean for one in process.memory_maps() if one.path.endswith(".arrow"))
    return int(process.memory_full_info().uss) - int(mapped)


async def _asked(releases: str, users: int, folder: Path) -> dict[str, Any]:
    started = time.perf_counter()
    async with application(releases, folder / "store") as (client, _):
        opened = time.perf_counter() - started
        chance, took = np.random.default_rng(1), []
        for number in chance.integers(0, users, WARM + LISTS).tolist():
            start = time.perf_counter()
            answer = await client.post("/v1/recommend", json={"user": user_id(number), "k": 10})
            took.append(1000 * (time.perf_counter() - start))
            if answer.status_code != 200:
                raise RuntimeError(answer.text)
        return {
            "open_s": opened,
            "gateway_bytes": own_bytes(psutil.Process()),
            "list_p50_ms": float(np.median(took[WARM:])),
            "list_p99_ms": float(np.quantile(took[WARM:], 0.99)),
        }


def measured(users: int) -> dict[str, Any]:
    """Figures of a release with so many users, in a process of its own."""
    with TemporaryDirectory(prefix="palate-scale-") as folder:
        releases = publish_with_users(Path(folder), users)
        told = in_own_process("users", releases, str(users), folder)
    print(users, told, file=sys.stderr)
    return told


def measure(users: int) -> None:
    """Measure and record; `users` beside ten thousand."""
    few, many = measured(min(FEW, users)), measured(users)
    how = "own memory of the application, after 1,000 lists"
    figures = {
        f"gateway_bytes_{size_name(one)}_users": Figure(found["gateway_bytes"], how)
        for one, found in ((FEW, few), (users, many))
    }
    ratio = many["list_p50_ms"] / few["list_p50_ms"]
    figures["list_p50_over_few_users"] = Figure(ratio, f"p50 of a list with {users:,} users over {FEW:,}")
    command = f"python -m benchmarks.scale users --users {users}"
    record("users", {"users": users, "few": few, "many": many}, command, figures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("releases")
    parser.add_argument("users", type=int)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    print(json.dumps(asyncio.run(_asked(chosen.releases, chosen.users, chosen.folder))))
