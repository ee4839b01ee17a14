"""What many tests share: a local Ray, started once, and a data set small enough to know by heart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from hypothesis import HealthCheck, settings
from transformers import AutoTokenizer, BertConfig, BertModel

from palate.config import Config
from palate.data.histories import Histories
from palate.encode import bundled_encoder
from palate.schema import CATALOGUE_SCHEMA
from tests.support.worlds.tiny import Tiny

# The same examples on every run, and no clock: a shared machine may be slow.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def local_ray() -> Iterator[None]:
    """A local Ray for the whole test session."""
    from jobs.runtime.ray_session import ray_session

    with ray_session(Config.model_validate({"resources": {"object_store_bytes": 200_000_000}})):
        yield


@pytest.fixture(scope="session")
def tiny() -> Tiny:
    """Twelve films of two kinds, and twenty users: those with an even number watch comedies in a circle, the
    others dramas; each starts at another film and sees five of the six."""
    kinds = ["comedy", "drama"]
    titles = [f"{kind.title()} {number}" for kind in kinds for number in range(6)]
    texts = [
        f"{title}. A {kind} of the year {1990 + i}"
        for i, title in enumerate(titles)
        for kind in [kinds[i // 6]]
    ]
    ids = [f"i{number:02d}" for number in range(12)]
    catalogue = pa.Table.from_arrays(
        [pa.array(ids), pa.array(titles), pa.array(texts)], schema=CATALOGUE_SCHEMA
    )
    rows = [[(user // 2 + step) % 6 + 6 * (user % 2) for step in range(5)] for user in range(20)]
    histories = Histories(
        users=pa.array([f"u{user:02d}" for user in range(20)]),
        offsets=np.arange(0, 101, 5, dtype=np.int64),
        items=np.array(rows, np.int32).ravel(),
        times=np.tile(np.arange(5, dtype=np.int64) * 86_400, 20),
        train_end=np.full(20, 3, np.int32),
        validation_end=np.full(20, 4, np.int32),
    )
    return Tiny(catalogue, histories)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one narrow layer with random weights and the bundled model's tokenizer, as a folder."""
    place = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    BertModel(BertConfig(**shape)).save_pretrained(place)
    AutoTokenizer.from_pretrained(bundled_encoder()).save_pretrained(place)
    return place
