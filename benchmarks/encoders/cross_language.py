"""Search across languages: German and Chinese requests for goods of parallel catalogues, real weights.

    python -m benchmarks.encoders.cross_language [--multilingual FOLDER]

The rivals are the bundled English encoder, words alone, and chance.
"""

from __future__ import annotations

import argparse
import json
from functools import partial
from typing import Any

import numpy as np

from benchmarks.encoders.parallel_catalogue import GOODS, LANGUAGES, REQUESTS, catalogue_text, goods, request
from benchmarks.encoders.results import write_figure
from palate.config import EncoderConfig, IndexConfig
from palate.config.models import BUNDLED_ENCODER, MULTILINGUAL_ENCODER
from palate.encode import TextEncoder, load_encoder
from palate.recommender.search import FusedScores, LexicalSource
from palate.recommender.sources import DenseScores, SourceScores
from palate.retrieve.lexical import LexicalIndex, lexical_index

ASKED = ("de", "zh")
LENGTH = 10
WEIGHT = IndexConfig().lexical_weight


def main() -> None:
    """Measure every pair of languages and every way to search, print the table, and write the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--multilingual", default=MULTILINGUAL_ENCODER, help="the multilingual encoder")
    options = parser.parse_args()
    table = {"words": _by_words()}
    for name, model in (("multilingual", options.multilingual), ("english", BUNDLED_ENCODER)):
        table |= _by_encoder(name, load_encoder(model, EncoderConfig()))
    chance = round(LENGTH / GOODS, 4)
    found = {
        "value": table["multilingual"]["across"],
        "trivial_rival": chance,
        "served": table["multilingual_and_words"]["across"],
        "english_encoder": table["english"]["across"],
        "table": table,
        "how": f"share of {len(ASKED) * REQUESTS} German and Chinese requests whose one good of {GOODS} is "
        f"among the first {LENGTH} by cosine; `across` is the mean over catalogues in another language",
    }
    write_figure("cross_language_recall", "python -m benchmarks.encoders.cross_language", found)
    print(json.dumps(found, indent=1))


def _by_encoder(name: str, encoder: TextEncoder) -> dict[str, dict[str, float]]:
    """By vectors, and by vectors and words as served."""
    vectors = {language: encoder.encode(_texts(language)) for language in LANGUAGES}
    asked = {language: encoder.encode_queries(_requests(language)) for language in ASKED}
    dense = {(own, of): DenseScores(asked[own] @ vectors[of].T) for own in ASKED for of in LANGUAGES}
    words = _words()
    both = {pair: FusedScores(scores, words[pair], WEIGHT) for pair, scores in dense.items()}
    return {name: _recalls(dense), f"{name}_and_words": _recalls(both)}


def _by_words() -> dict[str, float]:
    return _recalls(_words())


def _words() -> dict[tuple[str, str], SourceScores]:
    sources = {language: LexicalSource(partial(_index, language), slice(0, GOODS)) for language in LANGUAGES}
    return {(own, of): sources[of].scored(_requests(own)) for own in ASKED for of in LANGUAGES}


def _recalls(scored: Any) -> dict[str, float]:
    """Recall by pair of languages, and its means across languages and within one."""
    pairs = {
        pair: float(np.mean([_is_found(scores, row) for row in range(REQUESTS)]))
        for pair, scores in scored.items()
    }
    across = np.mean([recall for (own, of), recall in pairs.items() if own != of])
    within = np.mean([recall for (own, of), recall in pairs.items() if own == of])
    named = {f"{own} in {of}": round(recall, 4) for (own, of), recall in pairs.items()}
    return named | {"across": round(float(across), 4), "within": round(float(within), 4)}


def _is_found(scores: SourceScores, row: int) -> bool:
    """Whether a request's good is among its first; what shares nothing with it does not count."""
    best = scores.best(row, LENGTH, np.zeros(0, np.int64))
    return row in best[scores.at(row, best) > 0]


def _index(language: str) -> LexicalIndex:
    return lexical_index(_texts(language))


def _texts(language: str) -> list[str]:
    return [catalogue_text(good, language) for good in goods()]


def _requests(language: str) -> list[str]:
    """For the first goods of the catalogue, each in its row."""
    return [request(good, language) for good in goods()[:REQUESTS]]


if __name__ == "__main__":
    main()
