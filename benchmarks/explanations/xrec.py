"""XRec's Amazon test set: our sentences from its summaries beside XRec's own outputs.

Ma, Ren & Huang, "XRec: Large Language Models for Explainable Recommendation", Findings of EMNLP 2024. The
frames of the sentences were chosen on the first `TUNED_ON` rows; of the others each `EVERY`-th is measured.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.explanations.summaries import SAID_OF_ALL, Summaries, summary_request, unsupported
from benchmarks.explanations.text_metrics import rouge_l, words
from benchmarks.explanations.text_metrics.similarity import bert_scores
from benchmarks.explanations.traits import claims_in
from palate.config import EncoderConfig, LanguageModelConfig
from palate.encode import load_encoder
from palate.errors import PalateError
from palate.evaluate.bootstrap import interval, poisson_weights
from palate.explain import write_texts
from palate.language.engine import Engine

TEST, PREDICTIONS = "amazon_test.jsonl.gz", "amazon_xrec_predictions.jsonl.gz"
TUNED_ON, EVERY = 300, 3
ENCODER, TOKENS = "all-MiniLM-L6-v2", 128
AT_ONCE = 300
RESAMPLES = 1000


class Row(NamedTuple):
    """What is known, what people wrote, and what XRec wrote."""

    known: Summaries
    reference: str
    xrec: str


def xrec(folder: Path) -> dict[str, Any]:
    """Both systems on the rows that nothing was chosen on."""
    joined = rows(folder)
    held_out = joined[TUNED_ON::EVERY]
    ours, sources = _written(held_out)
    references = [row.reference for row in held_out]
    theirs = [row.xrec for row in held_out]
    measured = {
        "palate": _measured(ours, references, held_out),
        "xrec": _measured(theirs, references, held_out),
    }
    return {
        "joined": len(joined),
        "rows": len(held_out),
        "sources": sources,
        "systems": {name: _means(values) for name, values in measured.items()},
        "difference_95": {
            metric: _interval(measured["palate"][metric] - measured["xrec"][metric])
            for metric in measured["palate"]
        },
        "examples": [
            {"palate": text, "xrec": row.xrec} for text, row in zip(ours[:5], held_out, strict=False)
        ],
    }


def rows(folder: Path) -> list[Row]:
    """Test rows with XRec's prediction for the same reference; of equal references the n-th has the n-th."""
    predictions: dict[str, list[str]] = {}
    for line in _lines(folder / PREDICTIONS):
        predictions.setdefault(line["reference"].strip(), []).append(line["xrec_prediction"].strip())
    found = []
    for line in _lines(folder / TEST):
        reference = line["explanation"].strip()
        if predictions.get(reference):
            known = Summaries(line["title"], line["user_summary"], line["item_summary"])
            found.append(Row(known, reference, predictions[reference].pop(0)))
    return found


def _written(held_out: Sequence[Row]) -> tuple[list[str], dict[str, int]]:
    model = LanguageModelConfig(max_tokens=128, context_tokens=2048)
    engine, texts = Engine(model), []
    for first in range(0, len(held_out), AT_ONCE):
        some = held_out[first : first + AT_ONCE]
        requests = [summary_request(str(place), row.known) for place, row in enumerate(some)]
        texts += write_texts(requests, engine.write, constrained=True, seed=2 * first)
    sources = [text.source for text in texts]
    return [text.text for text in texts], {name: sources.count(name) for name in ("own", "retry", "template")}


def _means(values: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    return {metric: round(float(of_texts.mean()), 4) for metric, of_texts in values.items()}


def _own_claims(text: str) -> list[str]:
    """What a text claims beyond what is said of every row."""
    return [claim for claim in claims_in(text) if claim not in SAID_OF_ALL]


def _measured(
    texts: Sequence[str], references: Sequence[str], known: Sequence[Row]
) -> dict[str, NDArray[np.float64]]:
    """Each metric of each text."""
    claims = [_own_claims(text) for text in texts]
    foreign = [len(unsupported(text, row.known)) for text, row in zip(texts, known, strict=True)]
    pairs = list(zip(claims, foreign, strict=True))
    return {
        "rouge_l": np.array([rouge_l(*pair) for pair in zip(texts, references, strict=True)]),
        "bert_score": bert_scores(load_encoder(ENCODER, EncoderConfig(max_tokens=TOKENS)), texts, references),
        "supported_claims": np.array([1 - bad / max(1, len(all_)) for all_, bad in pairs]),
        "all_claims_supported": np.array([float(bad == 0) for bad in foreign]),
        "words": np.array([float(len(words(text))) for text in texts]),
    }


def _interval(differences: NDArray[np.float64]) -> list[float]:
    weights = poisson_weights([str(place) for place in range(len(differences))], RESAMPLES, seed=0)
    means = (differences @ weights) / weights.sum(0)
    return [round(bound, 4) for bound in interval(means)]


def _lines(file: Path) -> list[dict[str, str]]:
    if not file.exists():
        raise PalateError(f"{file} is missing; --xrec names the folder with {TEST} and {PREDICTIONS}")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
