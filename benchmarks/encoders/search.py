"""Free-text search of films: a fine-tuned encoder, the encoder as it came, words, and both together.

60 queries of `queries/`, written by hand from what the films are about, without their plots at hand, with the
films that were meant. The weight of words is chosen on the development half and measured on the held-out one.

    python -m benchmarks.encoders.search --data FOLDER --encoder runs/demo/train_encoder/encoder

`--data` is MovieLens-1M with plots (`movies_extrainfos.dat`), `--encoder` what `jobs.train_encoder` made, as
that of the demonstration, which has learned from MovieLens-100K.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.encoders.results import write_figure
from palate.config import EncoderConfig, load_config
from palate.config.models import BUNDLED_ENCODER
from palate.data.catalogue import clean_catalogue, finish_catalogue
from palate.data.raw.layout import CATALOGUE_TABLE
from palate.data.raw.table import RawTable
from palate.data.sources import open_source
from palate.encode import TextEncoder, load_encoder
from palate.recommender.search import FusedScores, LexicalSource
from palate.recommender.sources import DenseScores, SourceScores
from palate.retrieve.lexical import lexical_index
from palate.schema import ITEM, TEXT
from palate.storage import Folder

PARTS = ("development", "held_out")
QUERIES = Path(__file__).with_name("queries")
COMMAND = "python -m benchmarks.encoders.search --data FOLDER --encoder runs/demo/train_encoder/encoder"
WEIGHTS = tuple(round(0.1 * step, 1) for step in range(11))
LENGTH = 10
RESAMPLES = 2000

Search = Callable[[Sequence[str]], SourceScores]


class Queries(NamedTuple):
    """What is looked for, and the rows of the films that are meant."""

    texts: list[str]
    answers: list[list[int]]

    @classmethod
    def of(cls, part: str, items: Sequence[str]) -> Queries:
        """Those of `development` or `held_out`."""
        rows = [json.loads(line) for line in (QUERIES / f"{part}.jsonl").read_text("utf-8").splitlines()]
        places = {item: row for row, item in enumerate(items)}
        return cls([row["text"] for row in rows], [[places[item] for item in row["items"]] for row in rows])


class Catalogue:
    """Texts, their words, and their vectors by each encoder."""

    def __init__(self, table: pa.Table, encoders: Mapping[str, TextEncoder]) -> None:
        """Embed the films once by each encoder."""
        self.items, self.texts = table[ITEM].to_pylist(), table[TEXT].to_pylist()
        self._words = LexicalSource(lambda: lexical_index(self.texts), slice(0, len(self.texts)))
        self._encoders = encoders
        self._vectors = {name: encoder.encode(self.texts) for name, encoder in encoders.items()}

    def words(self, queries: Sequence[str]) -> SourceScores:
        """By words alone."""
        return self._words.scored(queries)

    def dense(self, name: str, queries: Sequence[str]) -> SourceScores:
        """By the vectors of an encoder alone."""
        return DenseScores(self._encoders[name].encode_queries(queries) @ self._vectors[name].T)

    def fused(self, name: str, queries: Sequence[str], weight: float) -> SourceScores:
        """By both."""
        return FusedScores(self.dense(name, queries), self.words(queries), weight)


def main() -> None:
    """Measure all ways to search, print the table, and write the two figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of MovieLens-1M with plots")
    parser.add_argument("--films", type=int, help="only so many: those that are meant, and others by chance")
    parser.add_argument("--encoder", required=True, help="folder of the fine-tuned encoder")
    options = parser.parse_args()
    paths = {"frozen": BUNDLED_ENCODER, "tuned": options.encoder}
    encoders = {name: load_encoder(path, EncoderConfig()) for name, path in paths.items()}
    catalogue = Catalogue(sample(films(options.data), options.films), encoders)
    development, held_out = (Queries.of(part, catalogue.items) for part in PARTS)
    weights = {name: _weights(catalogue, name, development) for name in ("frozen", "tuned")}
    best = {name: max(found, key=found.__getitem__) for name, found in weights.items()}
    ways: dict[str, Search] = {
        "tuned_and_words": lambda texts: catalogue.fused("tuned", texts, best["tuned"]),
        "frozen_and_words": lambda texts: catalogue.fused("frozen", texts, best["frozen"]),
        "frozen": lambda texts: catalogue.dense("frozen", texts),
        "tuned": lambda texts: catalogue.dense("tuned", texts),
        "words": catalogue.words,
    }
    ranks = {name: reciprocal_ranks(search, held_out) for name, search in ways.items()}
    table = {name: _summary(found) for name, found in ranks.items()}
    table["chance"] = _chance(held_out, len(catalogue.items))
    both = {
        "table": table,
        "weight": best["tuned"],
        "development_mrr_by_weight": weights,
        "how": f"difference in MRR@{LENGTH} on 30 held-out queries with known answers among "
        f"{len(catalogue.items)} films of MovieLens-1M (title, year, genres, director, plot; 64 tokens), "
        "interval by bootstrap over queries; the weight of words chosen on 30 others",
    }
    command = COMMAND + (f" --films {options.films}" if options.films else "")
    for name, rival in (("search_vs_frozen", "frozen"), ("search_vs_bm25", "words")):
        gained = gain(ranks["tuned_and_words"], ranks[rival])
        write_figure(name, command, gained | {"trivial_rival": table["chance"], "rival": table[rival]} | both)
    print(json.dumps(both, indent=1))


def films(folder: str) -> pa.Table:
    """The catalogue with its texts, as `jobs.prepare` makes it."""
    data = load_config("configs/movielens-1m.yaml", [f"data.folder={folder}"]).data
    with tempfile.TemporaryDirectory() as raw:
        table = RawTable.open(CATALOGUE_TABLE, open_source(data, Folder(raw)).catalogue)
        blocks = [clean_catalogue(block) for piece in table.pieces() for block in table.read(piece)]
    return finish_catalogue(blocks, data.text_template)[0]


def sample(table: pa.Table, count: int | None) -> pa.Table:
    """All films, or those that some query means and others by chance, in their order."""
    if count is None:
        return table
    items = table[ITEM].to_pylist()
    meant = {row for part in PARTS for answers in Queries.of(part, items).answers for row in answers}
    others = [row for row in np.random.default_rng(0).permutation(len(items)).tolist() if row not in meant]
    return table.take(sorted([*meant, *others[: count - len(meant)]]))


def _weights(catalogue: Catalogue, name: str, queries: Queries) -> dict[float, float]:
    """MRR by each weight of words."""
    return {
        weight: round(float(reciprocal_ranks(_fused_by(catalogue, name, weight), queries).mean()), 4)
        for weight in WEIGHTS
    }


def _fused_by(catalogue: Catalogue, name: str, weight: float) -> Search:
    return lambda texts: catalogue.fused(name, texts, weight)


def reciprocal_ranks(
    search: Callable[[Sequence[str]], SourceScores], queries: Queries
) -> NDArray[np.float64]:
    """1 / place of the first right film among ten, 0 where none is, [queries]."""
    scored, nothing = search(queries.texts), np.zeros(0, np.int64)
    found = np.zeros(len(queries.texts))
    for query, answers in enumerate(queries.answers):
        right = np.isin(scored.best(query, LENGTH, nothing), answers)
        found[query] = 1 / (1 + int(right.argmax())) if right.any() else 0.0
    return found


def _summary(ranks: NDArray[np.float64]) -> dict[str, float]:
    return {"mrr": round(float(ranks.mean()), 4), "found": round(float((ranks > 0).mean()), 4)}


def _chance(queries: Queries, items: int) -> dict[str, float]:
    """What ten films by chance would reach."""
    share = float(np.mean([len(answers) for answers in queries.answers])) / items
    places = sum(1 / (1 + place) for place in range(LENGTH))
    return {"mrr": round(share * places, 4), "found": round(share * LENGTH, 4)}


def gain(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> dict[str, Any]:
    """The mean difference, and its interval by bootstrap over the requests."""
    chance, gains = np.random.default_rng(0), ours - theirs
    draws = gains[chance.integers(0, len(gains), (RESAMPLES, len(gains)))].mean(axis=1)
    interval = [round(float(end), 4) for end in np.percentile(draws, [2.5, 97.5])]
    return {"value": round(float(gains.mean()), 4), "interval_95": interval}


if __name__ == "__main__":
    main()
