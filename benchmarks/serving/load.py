"""A closed loop of clients in a process of its own: each sends its next request when it has its answer.

`python -m benchmarks.serving.load URL CONCURRENCY SECONDS BODIES` posts the lines of the file BODIES in
turn, over one kept connection a client, and prints what came back as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np

HEADERS = {"Content-Type": "application/json"}


def main(url: str, concurrency: int, seconds: float, bodies: list[bytes]) -> dict[str, Any]:
    """Requests a second, milliseconds at some percentiles, and answers by status."""
    latencies, statuses = asyncio.run(_load(url, concurrency, seconds, bodies))
    p50, p95, p99 = np.percentile(latencies, [50, 95, 99]).tolist() if latencies else (0.0, 0.0, 0.0)
    return {
        "concurrency": concurrency,
        "requests": len(latencies),
        "per_second": round(len(latencies) / seconds, 1),
        "p50_ms": round(p50, 2),
        "p95_ms": round(p95, 2),
        "p99_ms": round(p99, 2),
        "statuses": dict(statuses),
    }


async def _load(
    url: str, concurrency: int, seconds: float, bodies: list[bytes]
) -> tuple[list[float], Counter[str]]:
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    remaining, end = cycle(bodies), time.perf_counter() + seconds
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector, headers=HEADERS) as session:

        async def client() -> None:
            while (began := time.perf_counter()) < end:
                async with session.post(url, data=next(remaining)) as response:
                    await response.read()
                latencies.append(1000 * (time.perf_counter() - began))
                statuses[str(response.status)] += 1

        await asyncio.gather(*(client() for _ in range(concurrency)))
    return latencies, statuses


if __name__ == "__main__":
    lines = Path(sys.argv[4]).read_bytes().splitlines()
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), lines)))
