"""What explanations cost a list, and how long somebody waits for one that was never written."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np

from benchmarks.explanations.job import Job
from benchmarks.serving.processes import palate_endpoint
from jobs.texts.export import keep_texts
from palate.storage import Folder

ROUNDS = 20
COLD = 60
AT_ONCE = 8
SHORT_S = 0.2
"""A deadline that hardly any sentence meets."""
PATIENCE = aiohttp.ClientTimeout(total=30)


def warm(releases: str, store: Path, job: Job) -> dict[str, Any]:
    """Lists with and without kept explanations, in turn, one client; lists are never remembered."""
    keep_texts(Folder(str(job.folder)), str(store))
    users = sorted({row["user"] for row in job.texts().to_pylist()})
    with palate_endpoint(releases, store, "fused", ["cache_mb=0"]) as (url, _):
        return asyncio.run(_warm(url, users))


async def _warm(url: str, users: list[str]) -> dict[str, Any]:
    times: dict[bool, list[float]] = {False: [], True: []}
    explained = places = 0
    async with aiohttp.ClientSession(url, timeout=PATIENCE) as session:
        for number in range(ROUNDS * len(users)):
            for explain in (False, True):
                body = {"user": users[number % len(users)], "k": 10, "explain": explain}
                began = time.perf_counter()
                async with session.post("/v1/recommend", json=body) as response:
                    answer = await response.json()
                times[explain].append(1000 * (time.perf_counter() - began))
                if explain:
                    places += len(answer["items"])
                    explained += sum(bool(place.get("explanation")) for place in answer["items"])
    p50 = {name: float(np.median(times[explain])) for name, explain in (("without", False), ("with", True))}
    p99 = {
        name: float(np.percentile(times[explain], 99))
        for name, explain in (("without", False), ("with", True))
    }
    return {
        "lists": len(times[True]),
        "places_with_an_explanation": round(explained / places, 4),
        "p50_ms": p50,
        "p99_ms": p99,
        "added_p50_ms": round(p50["with"] - p50["without"], 3),
    }


def cold(releases: str, store: Path, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Explanations that nobody asked for before: one at a time, many at once, and by a short deadline."""
    with palate_endpoint(releases, store / "default", "fused", explainer=True) as (url, _):
        loading = asyncio.run(_cold(url, pairs[:AT_ONCE], AT_ONCE))
        asyncio.run(_until_ready(url))
        single = asyncio.run(_cold(url, pairs[AT_ONCE : AT_ONCE + COLD], 1))
        many = asyncio.run(_cold(url, pairs[AT_ONCE + COLD : AT_ONCE + 2 * COLD], AT_ONCE))
    settings = [f"explainer.deadline_s={SHORT_S}"]
    with palate_endpoint(releases, store / "short", "fused", settings, explainer=True) as (url, _):
        asyncio.run(_until_ready(url))
        short = asyncio.run(_cold(url, pairs[:COLD], AT_ONCE))
    return {
        "while_the_model_loads": loading,
        "one_at_a_time": single,
        "eight_at_once": many,
        "eight_at_once_with_a_short_deadline": {"deadline_s": SHORT_S, **short},
    }


async def _cold(url: str, pairs: list[tuple[str, str]], at_once: int) -> dict[str, Any]:
    times: list[float] = []
    sources: Counter[str] = Counter()
    waiting = iter(pairs)

    async def client(session: aiohttp.ClientSession) -> None:
        for user, item in waiting:
            began = time.perf_counter()
            async with session.get(f"/v1/users/{user}/explanations/{item}") as response:
                answer = await response.json()
            times.append(1000 * (time.perf_counter() - began))
            sources[f"{answer['source']} ({answer['reason']})" if answer["reason"] else answer["source"]] += 1

    async with aiohttp.ClientSession(url, timeout=PATIENCE) as session:
        await asyncio.gather(*(client(session) for _ in range(at_once)))
    found = {f"p{share}_ms": round(float(np.percentile(times, share)), 1) for share in (50, 99, 100)}
    return {"explanations": len(times), "sources": dict(sources), **found}


async def _until_ready(url: str) -> None:
    async with aiohttp.ClientSession(url, timeout=PATIENCE) as session:
        while True:
            async with session.get("/healthz") as response:
                if (await response.json())["explainer"] == "ready":
                    return
            await asyncio.sleep(0.2)
