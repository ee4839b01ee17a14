"""The tiny release with what explanations need: genres, years, and what events mean."""

from __future__ import annotations

import pyarrow as pa

from palate.config import EncoderConfig
from palate.storage import Folder
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny

RERANK = {"columns": {"category": "genres", "date": "year"}}
EXPLAIN = {"verb": "watched", "noun": "film"}


def publish_explained(
    run: Folder, releases: Folder, tiny: Tiny, reading: EncoderConfig | None = None
) -> Folder:
    """Publish a release by EASE whose films are comedies and dramas, every third one a thriller too."""
    genres = [
        "|".join([title.split()[0], *(["Thriller"] if place % 3 == 0 else [])])
        for place, title in enumerate(tiny.catalogue["title"].to_pylist())
    ]
    years = [str(1990 + place) for place in range(len(genres))]
    catalogue = tiny.catalogue.append_column("genres", pa.array(genres)).append_column(
        "year", pa.array(years)
    )
    made = tiny_run(run.uri, catalogue, tiny.histories, reading)
    made.write_json("config.json", made.read_json("config.json") | {"rerank": RERANK, "explain": EXPLAIN})
    publish_tiny(made, releases, "ease")
    return releases
