"""Batch similarity: for every item of a release the items that are most like it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pyarrow as pa

from jobs.batch.output import batch_output
from jobs.batch.parts import Blocks, finish
from jobs.runtime.progress import Work
from palate.recommender.artefacts import Artefacts
from palate.recommender.batch import similar_items
from palate.recommender.recommender import Recommender
from palate.release import Release

SIMILAR = "similar"
FIRST, END = "first", "end"
BLOCK_ITEMS = 4096


class ItemNeighbours:
    """A worker that finds the neighbours of a block of items."""

    def __init__(self, release: Release, k: int) -> None:
        self._recommender, self._k = Recommender(Artefacts.of(release)), k

    def __call__(self, block: dict[str, Any]) -> pa.Table:
        """Neighbours of the catalogue indices from `FIRST` to before `END`."""
        return similar_items(self._recommender, range(block[FIRST], block[END]), self._k)


def similar_all(release: Release, out: str, k: int, actors: int = 1) -> dict[str, Any]:
    """Write the neighbours of every item, a row of `SIMILAR_SCHEMA` each, to `similar/`; the manifest."""
    identity = {"job": "similar", "release": release.manifest.id, "k": k}
    with batch_output(out, SIMILAR, identity) as output:
        if output.manifest is not None:
            return output.manifest
        items = len(Artefacts.of(release).catalogue)
        bounds = [(first, min(first + BLOCK_ITEMS, items)) for first in range(0, items, BLOCK_ITEMS)]
        contents = [{FIRST: first, END: end} for first, end in bounds]
        blocks = Blocks(contents, [end - first for first, end in bounds])
        make = partial(ItemNeighbours, release, k)
        return finish(output, blocks, make, work=Work("similar items", "items"), actors=actors)
