"""Search by interpolated weights: how far from the encoder as it came to the fine-tuned one is best.

    python -m benchmarks.encoders.interpolation --data FOLDER --encoder runs/demo/train_encoder/encoder

`--data` is MovieLens-1M with plots, of which 800 films are searched. The share of what was learned
(`encoder.interpolation`) is chosen on the development half of the requests and told of the other.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.encoders.results import write_figure
from benchmarks.encoders.search import PARTS, Catalogue, Queries, films, gain, reciprocal_ranks, sample
from palate.encode import BUNDLED_ENCODER, TextEncoder, load_encoder
from palate.encode.interpolation import interpolate

COMMAND = (
    "python -m benchmarks.encoders.interpolation --data FOLDER --encoder runs/demo/train_encoder/encoder"
)
SHARES, FILMS, WORDS = (0.0, 0.25, 0.5, 0.75, 1.0), 800, 0.4
HOW = (
    f"MRR@10 of 30 development and 30 held-out requests among {FILMS} films of MovieLens-1M, vectors and "
    f"words at the default weight of {WORDS}, by share of what the demonstration's encoder learned; value: "
    "gain on the held-out half of the share chosen on the development half over all of it (share 1)"
)
Ranks = NDArray[np.float64]


def main() -> None:
    """Measure every share, and write the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of MovieLens-1M with plots")
    parser.add_argument("--encoder", required=True, help="folder of the fine-tuned encoder")
    options = parser.parse_args()
    table = sample(films(options.data), FILMS)
    ranks = {share: requests_ranked(table, between(options.encoder, share)) for share in SHARES}
    rows = {
        str(share): {part: _means(ways) for part, ways in parts.items()} for share, parts in ranks.items()
    }
    best = max(SHARES, key=lambda share: rows[str(share)]["development"]["with words"])
    chosen, all_of_it, nothing = (ranks[share]["held_out"]["with words"] for share in (best, 1.0, 0.0))
    found = gain(chosen, all_of_it) | {"chosen": best, "less the encoder as it came": gain(chosen, nothing)}
    write_figure("search_interpolated", COMMAND, found | {"how": HOW, "by share": rows})
    print(json.dumps(found | {"by share": rows}, indent=1))


def between(tuned: str, share: float, base: str = BUNDLED_ENCODER) -> TextEncoder:
    """The encoder with so much of what was learned."""
    encoder = load_encoder(tuned)
    interpolate(encoder.model, load_encoder(base).model, share)
    return encoder


def requests_ranked(table: pa.Table, encoder: TextEncoder) -> dict[str, dict[str, Ranks]]:
    """Reciprocal ranks [requests] of both halves, by vectors alone, with words, and by words alone."""
    catalogue = Catalogue(table, {"it": encoder})
    return {part: _ranked(catalogue, Queries.of(part, catalogue.items)) for part in PARTS}


def _ranked(catalogue: Catalogue, queries: Queries) -> dict[str, Ranks]:
    return {
        "vectors": reciprocal_ranks(lambda texts: catalogue.dense("it", texts), queries),
        "with words": reciprocal_ranks(lambda texts: catalogue.fused("it", texts, WORDS), queries),
        "words": reciprocal_ranks(catalogue.words, queries),
    }


def _means(ways: dict[str, Ranks]) -> dict[str, float]:
    return {name: round(float(ranks.mean()), 4) for name, ranks in ways.items()}


if __name__ == "__main__":
    main()
