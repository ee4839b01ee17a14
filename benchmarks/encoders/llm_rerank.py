"""A language model as reranker of the first twenty of the hybrid's lists, on MovieLens-100K.

`python -m benchmarks.encoders.llm_rerank --folder build/encoders [--model FOLDER] [--users 300]` takes the
model that comes with the installation unless told otherwise. The weight is fitted to validation events of the
users, and what is told is of the test events of the same users; a sample of them, drawn by a hash.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

from benchmarks.encoders.listwise import LetterLikelihoods
from benchmarks.encoders.movielens import PARTNERS, THREADS, MovieLens
from benchmarks.encoders.results import write_figure
from palate.config import LanguageRerankConfig
from palate.config.explain import BUNDLED_LANGUAGE_MODEL
from palate.data.hashing import text_hash
from palate.data.histories import History, Part
from palate.rank.language.evidence import Likelihoods
from palate.rank.language.opened import open_likelihoods
from palate.rank.language.weighing import LookedAt, report_with, weigh
from palate.rank.scoring import shares
from palate.retrieve.candidates import best_rows
from palate.retrieve.fusion import chosen_partners, gathered
from palate.retrieve.hybrid import SEQUENCE, Hybrid

Model = Callable[[History, Sequence[int]], Likelihoods]
NOTHING_ASKED = Likelihoods(*np.zeros((2, LanguageRerankConfig().items)))


def main() -> None:
    """Measure, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default="build/encoders", help="where models are kept")
    parser.add_argument("--model", default=BUNDLED_LANGUAGE_MODEL, help="a folder or hub id")
    parser.add_argument("--name", help="what the figure is called beside the bundled model's")
    parser.add_argument(
        "--base", default=SEQUENCE, help="whose hybrid makes the lists: sequence, ease-recent"
    )
    parser.add_argument("--users", type=int, default=300)
    parser.add_argument(
        "--listwise", action="store_true", help="the letter of a candidate, in one prompt with all of them"
    )
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    name = "llm_rerank_gain" + (f", {options.name}" if options.name else "")
    data = MovieLens.prepared(options.folder)
    settings = LanguageRerankConfig(model=options.model, users=options.users)
    found = measured(data, settings, _hybrid(data, options.base), listwise=options.listwise)
    command = f"python -m benchmarks.encoders.llm_rerank --base {options.base} --users {options.users}"
    command += " --listwise" if options.listwise else ""
    write_figure(name, command + (f" --model FOLDER --name '{options.name}'" if options.name else ""), found)


def measured(
    data: MovieLens, settings: LanguageRerankConfig, hybrid: Hybrid, *, listwise: bool = False
) -> dict[str, Any]:
    """The report of the test events by the weight of the validation events."""
    users = _sample(data, settings.users)
    pointwise = open_likelihoods(settings, data.catalogue)
    model = LetterLikelihoods(pointwise.writer, pointwise.likelihood) if listwise else pointwise
    weight, of_validation = weigh(list(_lists(data, hybrid, users, model=model, part="validation")))
    began = time.perf_counter()
    lists = list(_lists(data, hybrid, users, model=model, part="test"))
    asked = sum(one.target in one.items for one in lists)
    seconds = (time.perf_counter() - began) / max(asked, 1)
    report, everybody = report_with(weight, lists), len(data.histories)
    return {
        "value": round(report["llm_rerank_gain"], 4),
        "interval 95 %": [
            round(report["llm_rerank_gain"] + side * 1.96 * report["standard_error"], 4) for side in (-1, 1)
        ],
        "data": f"MovieLens-100K, {len(lists)} of {everybody} users, first {settings.items} of a list",
        "model": settings.model.rsplit("/", 1)[-1],
        "seconds a list": round(seconds, 3),
        "test": report,
        "validation, cross-fitted": of_validation,
    }


def _hybrid(data: MovieLens, base: str) -> Hybrid:
    fitted = data.baselines()
    methods = {base: data.base(base), **{name: fitted[name] for name in PARTNERS if name != base}}
    weights, _ = chosen_partners(gathered(methods, data.histories, len(data.catalogue)), list(methods))
    return Hybrid(methods, weights)


def _sample(data: MovieLens, count: int) -> list[int]:
    names = data.histories.users.to_pylist()
    return sorted(range(len(names)), key=lambda row: text_hash(names[row]))[:count]


def _lists(
    data: MovieLens, hybrid: Hybrid, users: list[int], *, model: Model, part: Part
) -> Iterator[LookedAt]:
    """What the language model is asked about, user by user."""
    for user in users:
        history, target = data.histories.before(user, part), int(data.histories.targets(user, part)[0])
        scores = hybrid.scores([history])[0]
        scores[history.items] = -np.inf
        items = best_rows(scores, LanguageRerankConfig().items).astype(np.int32)
        # A list without the item that came next gains by no order: the model is not asked about it.
        likelihoods = model(history, items.tolist()) if target in items else NOTHING_ASKED
        yield LookedAt(items, shares(scores[items]), likelihoods, target)


if __name__ == "__main__":
    main()
