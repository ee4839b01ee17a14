"""Batch embedding: the vectors of texts that a file holds, by the text encoder of a release."""

from __future__ import annotations

from functools import partial
from typing import Any

import pyarrow as pa

from jobs.batch.listed import digest, listed_values
from jobs.batch.output import batch_output
from jobs.batch.parts import Blocks, finish
from jobs.runtime.progress import Work
from palate.recommender.artefacts import Artefacts
from palate.recommender.batch import text_vectors
from palate.recommender.encoding import UserEncoder
from palate.release import Release
from palate.schema import TEXT

VECTORS = "vectors"
FIRST, TEXTS = "first", "texts"
BLOCK_TEXTS = 1024


class TextVectors:
    """A worker that embeds a block of texts."""

    def __init__(self, release: Release) -> None:
        self._encoder = UserEncoder(Artefacts.of(release))

    def __call__(self, block: dict[str, Any]) -> pa.Table:
        """The vectors of the block's texts."""
        return text_vectors(self._encoder, block[TEXTS], block[FIRST])


def embed_all(release: Release, texts: str, out: str, actors: int = 1) -> dict[str, Any]:
    """Write each text of a file with its number and vector to `vectors/`; the manifest."""
    lines = listed_values(texts, TEXT, "TEXTS")
    identity = {"job": "embed", "release": release.manifest.id, "texts": digest(lines)}
    with batch_output(out, VECTORS, identity) as output:
        if output.manifest is not None:
            return output.manifest
        firsts = range(0, len(lines), BLOCK_TEXTS)
        contents = [{FIRST: first, TEXTS: lines[first : first + BLOCK_TEXTS]} for first in firsts]
        blocks = Blocks(contents, [len(block[TEXTS]) for block in contents])
        make = partial(TextVectors, release)
        return finish(output, blocks, make, work=Work("vectors", "texts"), actors=actors)
