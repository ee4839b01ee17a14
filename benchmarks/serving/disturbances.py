"""Replicas killed, and releases swapped, while clients check every answer."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from benchmarks.serving.clients import Clients, Expected, event_to_list_ms
from benchmarks.serving.processes import palate_endpoint, replicas
from benchmarks.serving.throughput import query_of
from palate.online.postgres.embedded import store_at
from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.release import promote, release_ids, verified_release
from palate.storage import Folder

DEPLOYMENTS = ("Gateway", "Encoder", "Retriever-1", "Retriever-2", "Reranker")
CLIENTS = 8
TWO_OF_EACH = [f"{name}.min_replicas=2" for name in ("gateway", "encoder", "retriever", "reranker")]
KILL_SECONDS = 60.0
SWAPS = 20
SWAP_SECONDS = 2.5


def kills(releases: str, store: Path, bodies: Path) -> dict[str, Any]:
    """A minute of mixed load on two replicas of each deployment; one of each is killed in turn."""
    with palate_endpoint(releases, store, "graph", TWO_OF_EACH) as (url, process):

        async def disturb() -> None:
            pause = KILL_SECONDS / (len(DEPLOYMENTS) + 1)
            for deployment in DEPLOYMENTS:
                await asyncio.sleep(pause)
                replicas(process, deployment)[0].kill()
            await asyncio.sleep(pause)

        tally = asyncio.run(_disturbed(url, releases, bodies, "kills", disturb))
        lost = asyncio.run(lost_events(store, tally.acknowledged))
    return {
        "requests": tally.requests,
        "failed": dict(tally.failed),
        "failed_share": tally.failures / tally.requests,
        "failed_and_not_retryable": tally.not_retryable,
        "wrong_answers": len(tally.wrong),
        "examples_of_wrong_answers": tally.wrong[:3],
        "acknowledged_events": len(tally.acknowledged),
        "lost_events": lost,
        "killed": list(DEPLOYMENTS),
        "seconds": KILL_SECONDS,
    }


def swaps(releases: str, store: Path, mode: str, bodies: Path) -> dict[str, Any]:
    """The two releases of the folder made current in turn, `SWAPS` times, under load."""
    folder, serving = Folder(releases), []
    with palate_endpoint(releases, store, mode, ["watch_s=0.2"]) as (url, _):

        async def disturb() -> None:
            for number in range(SWAPS):
                wanted = release_ids(folder)[number % 2]
                await asyncio.to_thread(promote, folder, wanted)
                await asyncio.sleep(SWAP_SECONDS)
                serving.append(await asyncio.to_thread(_serving, url) == wanted)

        tally = asyncio.run(_disturbed(url, releases, bodies, f"swaps-{mode}", disturb))
    return {
        "swaps": sum(serving),
        "asked_for": SWAPS,
        "requests": tally.requests,
        "failed": dict(tally.failed),
        "mixed_or_wrong_lists": len(tally.wrong),
        "lists_by_release": dict(tally.releases),
    }


def freshness(releases: str, store: Path, mode: str, bodies: Path) -> dict[str, float]:
    """From an event's acknowledgement to a changed list, at 20 events a second."""
    items = [json.loads(line)["history"][0] for line in bodies.read_text().splitlines()]
    with palate_endpoint(releases, store, mode) as (url, _):
        asyncio.run(event_to_list_ms(url, items, 20, 2, f"warm-{mode}"))
        found = asyncio.run(event_to_list_ms(url, items, 20, 15, f"fresh-{mode}"))
    p50, p99 = np.percentile(found, [50, 99]).round(2).tolist()
    return {"events": len(found), "p50_ms": p50, "p99_ms": p99}


async def _disturbed(
    url: str, releases: str, bodies: Path, prefix: str, disturb: Callable[[], Awaitable[None]]
) -> Any:
    asked = [json.loads(line) for line in bodies.read_text().splitlines()[:100]]
    expected = await asyncio.to_thread(_expected, Folder(releases), asked)
    over, clients = asyncio.Event(), Clients(url, asked, expected, prefix)
    running = asyncio.create_task(clients.run(CLIENTS, over))
    await disturb()
    over.set()
    return await running


def _expected(folder: Folder, asked: list[dict[str, Any]]) -> Expected:
    """What every release must answer, worked out in this process."""
    found: Expected = {}
    for release in release_ids(folder):
        recommender = Recommender(Artefacts.of(verified_release(folder, release)))
        names = recommender.catalogue.items
        queries = [query_of(recommender, one) for one in asked]
        rankings = [recommender.answer([query]).rankings[0] for query in queries]
        found[release] = [[names[item] for item in ranking.items.tolist()] for ranking in rankings]
    return found


async def lost_events(store: Path, acknowledged: set[str]) -> int:
    """Acknowledged events that the store does not hold."""
    with store_at(str(store)) as url:
        connection = await asyncpg.connect(url)
        try:
            rows = await connection.fetch(
                "SELECT id FROM palate_events WHERE id = ANY($1)", list(acknowledged)
            )
        finally:
            await connection.close()
    return len(acknowledged - {row["id"] for row in rows})


def _serving(url: str) -> str:
    with urllib.request.urlopen(f"{url}/healthz", timeout=10) as response:
        return str(json.load(response)["release"])
