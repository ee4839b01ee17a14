"""Embedding of the catalogue with a pool of encoder actors; what has not changed is not embedded again."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa

from jobs.runtime.stage import Stage, StageCounts, stage_command, stage_folder, stage_key
from jobs.runtime.stage_inputs import ENCODER, VECTORS, catalogue
from jobs.training.embedding import embed_texts
from palate.config import Config
from palate.data.vectors import still_valid, texts_to_embed, vector_indices
from palate.schema import INDEX
from palate.storage import Folder

_STATE = "vectors.json"


def embed_catalogue(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the vectors in `vectors/`, and what they were made with."""
    texts, encoder = texts_to_embed(catalogue(config)), _encoder_hash(config)
    old_files, attempt = _begun(folder, encoder, config)
    # Each attempt has names of its own, so that none writes over what an earlier one left.
    generation = f"{stage_key(STAGE, config)[:12]}-{attempt:03d}"
    reused = _carry_over(folder, old_files, texts, generation)
    missing = texts.filter(pa.array(~np.isin(texts[INDEX].to_numpy(), reused)))
    source = stage_folder(config, "train_encoder")
    embed_texts(missing, config=config, encoder=source, folder=folder, generation=generation)
    new_files = [name for name in folder.files(VECTORS) if generation in name]
    folder.write_json(_STATE, {"encoder": encoder, "attempt": attempt, "reused": len(reused)})
    for name in set(folder.files(VECTORS)) - set(new_files):
        folder.delete(name)
    return StageCounts(rows_in=len(texts), rows_out=len(texts))


def _carry_over(folder: Folder, files: list[str], texts: pa.Table, generation: str) -> np.ndarray:
    """Write the older vectors that are still valid, a file at a time; the indices that they cover."""
    indices, covered = vector_indices(texts), np.zeros(0, np.int32)
    for number, name in enumerate(files):
        valid = still_valid(folder.read_table(name), indices)
        # An attempt that was killed may have left a vector twice.
        valid = valid.filter(pa.array(~np.isin(valid[INDEX].to_numpy(), covered)))
        if len(valid):
            folder.write_table(f"{VECTORS}/{generation}-kept-{number:05d}.parquet", valid)
            covered = np.concatenate((covered, valid[INDEX].to_numpy()))
    return covered


def _begun(folder: Folder, encoder: str, config: Config) -> tuple[list[str], int]:
    """Vectors that were made earlier with this encoder, and the number of this attempt.

    From now on whatever is in the folder is this encoder's: others' vectors are deleted first, and an update
    begins with those of the release, whose encoder it keeps.
    """
    state = folder.read_json(_STATE) if folder.exists(_STATE) else {"encoder": None, "attempt": 0}
    if state["encoder"] != encoder:
        folder.delete(VECTORS)
        _copy_of_release(config, folder)
    attempt = int(state["attempt"]) + 1
    folder.write_json(_STATE, {"encoder": encoder, "attempt": attempt})
    return folder.files(VECTORS), attempt


def _copy_of_release(config: Config, folder: Folder) -> None:
    """The vectors of the release that the run goes on from, if they were made in the same way."""
    if config.update.start_from is None:
        return
    release = Folder(config.update.start_from)
    settings = release.read_json("config.json")
    ways = [settings["index"].get("encoder_int8", False), settings["encoder"]["max_tokens"]]
    if ways != [config.index.encoder_int8, config.encoder.max_tokens]:
        return
    for number, name in enumerate(release.files(VECTORS)):
        folder.write_table(f"{VECTORS}/released-{number:05d}.parquet", release.read_table(name))


def _encoder_hash(config: Config) -> str:
    """Hash of all that makes a vector of a text: the encoder's files and how it is read."""
    source = stage_folder(config, "train_encoder")
    digest = hashlib.sha256(str((config.encoder.max_tokens, config.index.encoder_int8)).encode())
    for name in source.files(ENCODER, recursive=True):
        digest.update(name.encode())
        digest.update(hashlib.sha256(source.read_bytes(name)).digest())
    return digest.hexdigest()


STAGE = Stage(
    "embed_catalogue",
    work=embed_catalogue,
    inputs=("prepare", "train_encoder"),
    sections=("index.encoder_int8",),
    keeps_results=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
