"""The catalogue is embedded by an actor pool on a real local Ray, and only as far as need be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from jobs.embed_catalogue import STAGE
from jobs.runtime.stage import run_stage, stage_folder
from jobs.runtime.stage_inputs import text_vectors
from palate.config import Config, load_config
from palate.encode import load_encoder
from palate.schema import TEXT
from tests.support.worlds.tiny import Tiny


@pytest.fixture
def config(tmp_path: Path, tiny: Tiny, tiny_encoder: Path, local_ray: None) -> Config:
    config = load_config(None, [f"run={tmp_path}/run"])
    stage_folder(config, "train_encoder").upload(tiny_encoder, "encoder")
    prepare(config, tiny.catalogue, "first")
    stage_folder(config, "train_encoder").write_json("manifest.json", {"key": "first"})
    return config


def prepare(config: Config, catalogue: pa.Table, key: str) -> None:
    folder = stage_folder(config, "prepare")
    folder.write_table("catalogue.parquet", catalogue)
    folder.write_json("manifest.json", {"key": key})


def reused(config: Config) -> int:
    return int(stage_folder(config, "embed_catalogue").read_json("vectors.json")["reused"])


def test_only_changed_texts_are_embedded_again(config: Config, tiny: Tiny, tiny_encoder: Path) -> None:
    run_stage(STAGE, config)
    assert reused(config) == 0
    texts = tiny.catalogue[TEXT].to_pylist()
    encoder = load_encoder(tiny_encoder)
    assert np.allclose(text_vectors(config), encoder.encode(texts), atol=1e-5)

    texts[3] = "something else altogether"
    place = tiny.catalogue.schema.get_field_index(TEXT)
    prepare(config, tiny.catalogue.set_column(place, TEXT, pa.array(texts)), "second")
    run_stage(STAGE, config)
    assert reused(config) == 11
    assert np.allclose(text_vectors(config), encoder.encode(texts), atol=1e-5)


def test_another_encoder_embeds_everything_again(config: Config) -> None:
    run_stage(STAGE, config)
    shorter = config.model_copy(update={"encoder": config.encoder.model_copy(update={"max_tokens": 8})})
    stage_folder(config, "train_encoder").write_json("manifest.json", {"key": "second"})
    run_stage(STAGE, shorter)
    assert reused(config) == 0
    assert len(text_vectors(config)) == 12


def test_an_encoder_in_bytes_embeds_everything_again_and_nearly_the_same(config: Config) -> None:
    run_stage(STAGE, config)
    exact = text_vectors(config)
    bytewise = config.model_copy(update={"index": config.index.model_copy(update={"encoder_int8": True})})
    run_stage(STAGE, bytewise)
    assert reused(bytewise) == 0
    rounded = text_vectors(bytewise)
    assert not np.array_equal(rounded, exact)
    assert ((rounded * exact).sum(1) > 0.9).all()


def test_what_a_killed_attempt_embedded_is_kept_each_vector_once(config: Config) -> None:
    run_stage(STAGE, config)
    expected, folder = text_vectors(config), stage_folder(config, STAGE.name)
    [name], state = folder.files("vectors"), folder.read_json("vectors.json")
    vectors = folder.read_table(name)
    # Two files that share a vector, as a kill while vectors are carried over leaves them, and no manifest.
    folder.delete()
    folder.write_table("vectors/one.parquet", vectors.slice(0, 5))
    folder.write_table("vectors/two.parquet", vectors.slice(4, 4))
    folder.write_json("vectors.json", state)
    run_stage(STAGE, config)
    assert reused(config) == 8
    assert np.allclose(text_vectors(config), expected, atol=1e-6)
