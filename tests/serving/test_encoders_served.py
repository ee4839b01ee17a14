"""Encoders that people use are published and searched with, in both modes, each by its own prompts."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ray import serve

from palate.config import EncoderConfig
from palate.data.vectors import vector_matrix
from palate.encode import load_encoder
from palate.live.overlay import Edition
from palate.recommender.query import SearchQuery
from palate.steering import Steer
from palate.storage import Folder
from serving.app import stage_deployments
from serving.pipeline.graph import GraphPipeline
from serving.pipeline.local import LocalPipeline
from serving.settings import ServingSettings
from tests.support.encoders import ARCHITECTURES, make_encoder
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny

REQUEST = "A serious drama of the year 1993"


class SearchAsker:
    """Stands where the gateway stands."""

    def __init__(self, encoder: Any, reranker: Any, *retrievers: Any) -> None:
        self._pipeline = GraphPipeline(encoder, retrievers, reranker, encoder_timeout_s=60)

    async def search(self, edition: Edition, query: SearchQuery) -> Any:
        return await self._pipeline.search(edition, query)

    async def load(self, release: str) -> None:
        await self._pipeline.load(release)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_request_finds_what_the_encoder_finds_nearest_in_both_modes(
    name: str, tiny: Tiny, tmp_path: Path
) -> None:
    made = str(make_encoder(name, tmp_path))
    reading = EncoderConfig.model_validate({"model": made, "dimensions": 16, **ARCHITECTURES[name].settings})
    run = tiny_run(str(tmp_path / "run"), tiny.catalogue, tiny.histories, reading)
    releases = Folder(str(tmp_path / "releases"))
    release = publish_tiny(run, releases, "sequence").manifest.id
    vectors = vector_matrix(run.read_table("vectors")).astype(np.float32)
    scores = vectors @ load_encoder(made, reading).encode_queries([REQUEST])[0]
    expected = np.argsort(-scores, kind="stable")[:4].tolist()
    asked = (Edition(release), SearchQuery(Steer(REQUEST), 4))
    fused = asyncio.run(LocalPipeline(releases.uri).search(*asked))
    settings = ServingSettings(mode="graph", releases=releases.uri)
    graph = serve.run(
        serve.deployment(SearchAsker).bind(*stage_deployments(settings)), _local_testing_mode=True
    )
    graph.load.remote(release).result()
    assert fused.items[0].tolist() == expected
    assert graph.search.remote(*asked).result().items[0].tolist() == expected
