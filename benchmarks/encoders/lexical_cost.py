"""Cost of words: seconds to count the words of a catalogue, bytes of the index, and milliseconds a query.

python -m benchmarks.encoders.lexical_cost [--items 100000]
"""

from __future__ import annotations

import argparse
import json
import pickle
import time
from typing import Any

import numpy as np

from benchmarks.encoders.results import write_figure
from palate.recommender.search import LexicalSource
from palate.retrieve.lexical import lexical_index

WORDS, VOCABULARY, QUERIES = 40, 50_000, 200


def main() -> None:
    """Measure one size, print it, and write the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    found = measured(parser.parse_args().items)
    write_figure("lexical_cost", "python -m benchmarks.encoders.lexical_cost", found)
    print(json.dumps(found, indent=1))


def measured(items: int) -> dict[str, Any]:
    """Of texts of `WORDS` words drawn as Zipf's law has it."""
    chance = np.random.default_rng(0)
    drawn = np.minimum(chance.zipf(1.2, (items + QUERIES, WORDS)), VOCABULARY)
    texts = [" ".join(f"w{number}" for number in row) for row in drawn.tolist()]
    began = time.perf_counter()
    source = LexicalSource(lambda: lexical_index(texts[:items]), slice(0, items))
    source.warm()
    built = time.perf_counter() - began
    queries = [" ".join(text.split()[:5]) for text in texts[items:]]
    took = []
    for query in queries:
        began = time.perf_counter()
        source.scored([query]).best(0, 10, np.zeros(0, np.int64))
        took.append(1000 * (time.perf_counter() - began))
    return {
        "value": {
            "seconds_to_count": round(built, 2),
            "bytes_an_item": round(len(pickle.dumps(source._released.postings, protocol=5)) / items),
            "p50_ms": round(float(np.median(took)), 3),
            "p99_ms": round(float(np.percentile(took, 99)), 3),
        },
        "trivial_rival": "index.lexical_weight: 0, which counts nothing",
        "how": f"{items} texts of {WORDS} words by Zipf's law, {QUERIES} queries of 5 words, one process",
    }


if __name__ == "__main__":
    main()
