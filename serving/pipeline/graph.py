"""Pipeline of deployments: three hops, the parts of the catalogue asked at the same time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import numpy as np
from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import DeploymentUnavailableError
from ray.serve.handle import DeploymentHandle

from palate.errors import PalateError
from palate.rank.rules import Rules
from palate.recommender.query import Query, RankedLists, SearchQuery, stage_timings
from palate.recommender.retrieval import NO_RULES, Space
from palate.retrieve import SearchResult, merge_results
from serving.pipeline.codec import dumps, loads

log = logging.getLogger("ray.serve")

MAX_ATTEMPTS = 3
"""Stages compute and change nothing, so a call that a lost replica took with it may be made again."""
READY_TIMEOUT_S = 180.0
"""After so long a deployment without a replica is given up."""
POLL_INTERVAL_S = 0.2
HOP_TIMEOUT_S = 1.5
"""After so long a replica counts as lost: a hop takes milliseconds."""


class GraphPipeline:
    """Calls to the deployments of encoder, retrievers and reranker."""

    def __init__(
        self, encoder: DeploymentHandle, retrievers: Sequence[DeploymentHandle], reranker: DeploymentHandle
    ) -> None:
        """Take a handle of each deployment; the retrievers in the order of their parts."""
        self._encoder = encoder
        self._retrievers = list(retrievers)
        self._reranker = reranker

    async def load(self, release: str) -> None:
        handles = [self._encoder, *self._retrievers, self._reranker]
        await asyncio.gather(*(_everywhere(handle, release) for handle in handles))

    async def answer(self, release: str, queries: Sequence[Query]) -> RankedLists:
        began = time.perf_counter()
        asked = dumps([(query.history, query.steer) for query in queries])
        users = loads(await _call(self._encoder.encode.remote, release, asked))
        encoded = time.perf_counter()
        parts = await self._ask_parts("retrieve", release, dumps((queries, users)))
        retrieved = time.perf_counter()
        # The parts' answers travel on as they came; only the reranker looks into them.
        rankings = await _call(self._reranker.rank.remote, release, dumps(queries), parts)
        return RankedLists(loads(rankings), stage_timings(began, encoded, retrieved, time.perf_counter()))

    async def similar(self, release: str, item: int, k: int) -> SearchResult:
        vector = await _call(self._encoder.encode_item.remote, release, item)
        hidden = np.asarray([item], np.int32)
        return await self._nearest(release, vector=loads(vector), space="sequence", k=k, hidden=hidden)

    async def search(self, release: str, query: SearchQuery) -> SearchResult:
        vector = loads(await _call(self._encoder.encode_steer.remote, release, dumps(query.steer)))
        return await self._nearest(
            release, vector=vector, space="text", k=query.k, hidden=query.named, rules=query.rules
        )

    async def _nearest(
        self,
        release: str,
        *,
        vector: np.ndarray,
        space: Space,
        k: int,
        hidden: np.ndarray,
        rules: Rules = NO_RULES,
    ) -> SearchResult:
        parts = await self._ask_parts("nearest", release, dumps((vector, space, k, [hidden], rules)))
        return merge_results([loads(part) for part in parts], k)

    async def _ask_parts(self, method: str, release: str, arguments: bytes) -> list[bytes]:
        """The answers of all parts of the catalogue, asked at the same time."""
        calls = [getattr(part, method).remote for part in self._retrievers]
        return list(await asyncio.gather(*(_call(call, release, arguments) for call in calls)))


async def _everywhere(handle: DeploymentHandle, release: str) -> None:
    """Load the release on every replica; those that start later load it before they are asked.

    A deployment whose replicas are all about to start is waited for.
    """
    deadline = time.monotonic() + READY_TIMEOUT_S
    while True:
        try:
            await handle.broadcast("load", release).results_async()
            return
        except RayTaskError as error:
            raise own_error(error) from error
        except DeploymentUnavailableError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(POLL_INTERVAL_S)


async def _call(method: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
    """The answer of a replica; of another one if the first is lost."""
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            async with asyncio.timeout(HOP_TIMEOUT_S):
                return await method(*arguments)
        except (RayActorError, DeploymentUnavailableError, TimeoutError) as error:
            if attempt == MAX_ATTEMPTS:
                raise
            log.warning(
                "a replica was lost (%s), attempt %d of %d", type(error).__name__, attempt, MAX_ATTEMPTS
            )
        except RayTaskError as error:
            raise own_error(error) from error
    raise AssertionError("unreachable")


def own_error(error: RayTaskError) -> Exception:
    """The error that the stage raised, out of Ray's wrapping."""
    cause = error.cause
    return cause if isinstance(cause, PalateError) else error
