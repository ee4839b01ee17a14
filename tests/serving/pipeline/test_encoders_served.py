"""Encoders that people use are published and searched with, in both modes, each by its own prompts."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from ray import serve

from palate.config import EncoderConfig
from palate.data.vectors import vector_matrix
from palate.encode import Pairs, load_encoder
from palate.encode.neighbours import NeighbourTrainer
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

METHODS = ("full", "lora")
REQUEST = "A serious drama of the year 1993"


class ServedEncoder(NamedTuple):
    """A release, and what a request has to find in it."""

    uri: str
    id: str
    scores: np.ndarray
    """Likeness of each item to the request by the encoder itself."""


class SearchAsker:
    """Stands where the gateway stands."""

    def __init__(self, encoder: Any, reranker: Any, *retrievers: Any) -> None:
        self._pipeline = GraphPipeline(encoder, retrievers, reranker, encoder_timeout_s=60)

    async def search(self, edition: Edition, query: SearchQuery) -> Any:
        return await self._pipeline.search(edition, query)

    async def load(self, release: str) -> None:
        await self._pipeline.load(release)


@pytest.fixture(scope="module", params=[(name, method) for name in ARCHITECTURES for method in METHODS])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> EncoderConfig:
    """An encoder of each kind, trained for a step whole or by adapters, and how it is read."""
    (name, method), folder = request.param, tmp_path_factory.mktemp("encoder")
    own = {"dimensions": 16, "precision": "fp32", **ARCHITECTURES[name].settings}
    config = EncoderConfig.model_validate(own | {"method": method, "steps": 2})
    texts = [f"A drama of the year {1990 + number}" for number in range(8)]
    trainer = NeighbourTrainer(
        load_encoder(make_encoder(name, folder), config, weights="auto"),
        [texts],
        torch.zeros(len(texts)),
        config,
        seed=0,
        device=torch.device("cpu"),
    )
    trainer.step(Pairs(np.arange(4, dtype=np.int32), np.arange(4, 8, dtype=np.int32)))
    trainer.export(folder / "trained")
    return EncoderConfig.model_validate(own | {"model": str(folder / "trained")})


@pytest.fixture(scope="module")
def release(trained: EncoderConfig, tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> ServedEncoder:
    """A release with that encoder, and what is nearest to the request by it."""
    run = tiny_run(str(tmp_path_factory.mktemp("run")), tiny.catalogue, tiny.histories, trained)
    # Vectors alone: words would find the same whatever the encoder.
    config = run.read_json("config.json")
    run.write_json("config.json", config | {"index": config["index"] | {"lexical_weight": 0}})
    releases = Folder(str(tmp_path_factory.mktemp("releases")))
    vectors = vector_matrix(run.read_table("vectors")).astype(np.float32)
    scores = vectors @ load_encoder(trained.model, trained).encode_queries([REQUEST])[0]
    name = publish_tiny(run, releases, "sequence").manifest.id
    return ServedEncoder(releases.uri, name, scores)


@pytest.mark.parametrize("mode", ["fused", "graph"])
def test_a_trained_encoder_is_published_and_a_request_finds_what_is_nearest_by_it(
    release: ServedEncoder, mode: str
) -> None:
    asked = (Edition(release.id), SearchQuery(Steer(REQUEST), 4))
    if mode == "fused":
        found = asyncio.run(LocalPipeline(release.uri).search(*asked))
    else:
        settings = ServingSettings(mode="graph", releases=release.uri)
        graph = serve.run(
            serve.deployment(SearchAsker).bind(*stage_deployments(settings)), _local_testing_mode=True
        )
        graph.load.remote(release.id).result()
        found = graph.search.remote(*asked).result()
    # Of two that are as near, either may be first: processors round differently.
    nearest = -np.sort(-release.scores)[:4]
    np.testing.assert_allclose(release.scores[found.items[0]], nearest, rtol=0, atol=3e-7)
