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

from palate.live.overlay import Edition, LiveText, LiveVectors, Overlay
from palate.rank.rules import Rules
from palate.recommender.query import NO_RULES, Query, RankedLists, SearchQuery, Space, stage_timings
from palate.retrieve import SearchResult, merge_results
from serving.pipeline.codec import dumps, loads
from serving.pipeline.edition_cache import MissingEdition
from serving.pipeline.edition_sender import EditionSender, own_error

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
        self,
        encoder: DeploymentHandle,
        retrievers: Sequence[DeploymentHandle],
        reranker: DeploymentHandle,
        encoder_timeout_s: float = HOP_TIMEOUT_S,
    ) -> None:
        """Take a handle of each deployment; the retrievers in the order of their parts."""
        self._encoder_timeout_s = encoder_timeout_s
        self._encoder = encoder
        self._retrievers = list(retrievers)
        self._reranker = reranker
        self._editions = EditionSender()

    async def load(self, release: str) -> None:
        await asyncio.gather(*(_everywhere(handle, release) for handle in self._handles))

    async def extend(self, edition: Edition, since: int, overlay: Overlay) -> None:
        await self._editions.extend(self._handles, edition, since, overlay)

    async def encode_live(self, release: str, rows: Sequence[LiveText]) -> LiveVectors:
        vectors: LiveVectors = loads(
            await self._call(self._encoder, "encode_live", Edition(release), dumps(rows))
        )
        return vectors

    async def encode_requests(self, release: str, texts: Sequence[str]) -> np.ndarray:
        vectors: np.ndarray = loads(
            await self._call(self._encoder, "encode_requests", Edition(release), dumps(texts))
        )
        return vectors

    async def are_related(self, release: str, texts: Sequence[str]) -> list[bool]:
        related: list[bool] = await self._call(self._encoder, "are_related", Edition(release), list(texts))
        return related

    async def answer(self, edition: Edition, queries: Sequence[Query]) -> RankedLists:
        began = time.perf_counter()
        asked = dumps([Query(query.history, steer=query.steer, said=query.said) for query in queries])
        users = loads(await self._call(self._encoder, "encode", edition, asked))
        encoded = time.perf_counter()
        parts = await self._ask_parts("retrieve", edition, dumps((queries, users)))
        retrieved = time.perf_counter()
        # The parts' answers travel on as they came; only the reranker looks into them.
        rankings = await self._call(self._reranker, "rank", edition, dumps(queries), parts)
        return RankedLists(loads(rankings), stage_timings(began, encoded, retrieved, time.perf_counter()))

    async def similar(self, edition: Edition, item: int, k: int) -> SearchResult:
        vector = await self._call(self._encoder, "encode_item", edition, item)
        hidden = np.asarray([item], np.int32)
        return await self._nearest(edition, vector=loads(vector), space="sequence", k=k, hidden=hidden)

    async def search(self, edition: Edition, query: SearchQuery) -> SearchResult:
        vector = loads(await self._call(self._encoder, "encode_search", edition, dumps(query)))
        return await self._nearest(
            edition,
            vector=vector,
            space="text",
            k=query.k,
            hidden=query.steer.named,
            rules=query.rules,
            words=query.steer.text,
        )

    @property
    def _handles(self) -> list[DeploymentHandle]:
        return [self._encoder, *self._retrievers, self._reranker]

    async def _nearest(
        self,
        edition: Edition,
        *,
        vector: np.ndarray,
        space: Space,
        k: int,
        hidden: np.ndarray,
        rules: Rules = NO_RULES,
        words: str = "",
    ) -> SearchResult:
        arguments = dumps((vector, space, k, [hidden], rules, [words]))
        parts = await self._ask_parts("nearest", edition, arguments)
        return merge_results([loads(part) for part in parts], k)

    async def _ask_parts(self, method: str, edition: Edition, arguments: bytes) -> list[bytes]:
        """The answers of all parts of the catalogue, asked at the same time."""
        calls = (self._call(part, method, edition, arguments) for part in self._retrievers)
        return list(await asyncio.gather(*calls))

    async def _call(self, handle: DeploymentHandle, method: str, edition: Edition, *arguments: Any) -> Any:
        """The answer of a replica, which is told of the edition if it started after the others were."""
        call = getattr(handle, method).remote
        timeout_s = self._encoder_timeout_s if handle is self._encoder else HOP_TIMEOUT_S
        try:
            return await _call(call, edition, *arguments, timeout_s=timeout_s)
        except MissingEdition:
            await self._editions.send(handle, edition)
            return await _call(call, edition, *arguments, timeout_s=timeout_s)


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


async def _call(method: Callable[..., Awaitable[Any]], *arguments: Any, timeout_s: float) -> Any:
    """The answer of a replica; of another one if the first is lost."""
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            async with asyncio.timeout(timeout_s):
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
