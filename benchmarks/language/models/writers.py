"""Language models as writers of explanations: `python -m benchmarks.language.models.writers --films FOLDER`.

The same evidence of films with plots, directors and actors is written by a model within the grammar and
freely, by the template, by a random walk of the grammar and as one constant sentence; all is held against the
checker.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from random import Random
from statistics import mean
from typing import Any, NamedTuple

from benchmarks.figures import write_figure
from benchmarks.language.facts_said import CONFIGS, FactWorld
from benchmarks.language.results import RESULTS
from palate.config import LanguageModelConfig, load_config
from palate.config.explain import BUNDLED_LANGUAGE_MODEL
from palate.explain import Evidence
from palate.explain.generate.request import TextRequest, explanation_request
from palate.explain.sentences.phrase_tree import sample
from palate.language.engine import Engine
from palate.language.prompt import Refusal
from palate.words import split_words

CONSTANT = "We think that you might enjoy this film."
SENTENCES = 60
SHOWN = 5
HOW = (
    "films of MovieLens-1M and two liked ones each, drawn with a seed; passes: the checker lets the first "
    "answer through; facts: how many of its item, beyond category and year, it says that the catalogue bears "
    "out, none where it does not pass"
)


class Case(NamedTuple):
    """What is to be explained."""

    item: int
    evidence: Evidence
    request: TextRequest


def main() -> None:
    """Measure one model beside what needs none, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", required=True, help="folder of MovieLens-1M with movies_extrainfos.dat")
    parser.add_argument("--model", default=BUNDLED_LANGUAGE_MODEL, help="a name, a folder or a hub id")
    parser.add_argument("--name", help="what a folder's model is called")
    parser.add_argument("--sentences", type=int, default=SENTENCES)
    options = parser.parse_args()
    name = options.name or options.model
    world = FactWorld(load_config(CONFIGS["films"], [f"data.folder={options.films}"]))
    found = measure_writers(world, options.model, options.sentences)
    command = f"python -m benchmarks.language.models.writers --films FOLDER --model {name}"
    write_figure(RESULTS, f"writers, {name}", command, {"how": HOW, "sentences": options.sentences, **found})
    for writer, told in found.items():
        print(writer, {key: value for key, value in told.items() if key != "examples"})


def measure_writers(world: FactWorld, model: str, sentences: int) -> dict[str, Any]:
    """What each writer made of the same cases."""
    random = Random(0)
    cases = [_case(world, random, number) for number in range(sentences)]
    engine = Engine(LanguageModelConfig(model=model, sequences=32, cache_bytes=512 * 2**20))
    written: dict[str, Sequence[str | Refusal]] = {
        "model, within the grammar": engine.write([case.request.to_prompt(True) for case in cases]),
        "model, freely": engine.write([case.request.to_prompt(False) for case in cases]),
        "random walk of the grammar": [sample(case.request.permitted, random) for case in cases],
        "template": [case.request.template for case in cases],
        "constant sentence": [CONSTANT] * sentences,
    }
    return {name: _told(world, cases, answers) for name, answers in written.items()}


def _case(world: FactWorld, random: Random, number: int) -> Case:
    item, evidence = world.evidence(random)
    return Case(item, evidence, explanation_request(str(number), evidence, world.vocabulary))


def _told(world: FactWorld, cases: Sequence[Case], answers: Sequence[str | Refusal]) -> dict[str, Any]:
    texts = ["" if isinstance(answer, Refusal) else answer.strip() for answer in answers]
    pairs = list(zip(cases, texts, strict=True))
    return {
        "passes": round(mean(case.request.verdict(text).passed for case, text in pairs), 4),
        "facts": round(mean(world.facts_said(text, case.item, case.evidence) for case, text in pairs), 4),
        "words": round(mean(len(split_words(text)) for text in texts), 1),
        "different": len(set(texts)),
        "examples": texts[:SHOWN],
    }


if __name__ == "__main__":
    main()
