"""A language model as reader of requests: `python -m benchmarks.language.models.reader [--model NAME]`.

It is held by the [grammar](request_grammar.py) of each catalogue's filters and shown examples out of that
catalogue. Which prompt is chosen on some of the development requests; the held-out ones are read once.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

import numpy as np

from benchmarks.figures import write_figure
from benchmarks.language.models.request_grammar import FilterLanguage
from benchmarks.language.requests_read import World, outcome, requests_of, summary, worlds
from benchmarks.language.results import RESULTS
from palate.config import ColumnsConfig, LanguageModelConfig
from palate.config.explain import BUNDLED_LANGUAGE_MODEL
from palate.data.hashing import text_hash
from palate.language.engine import Engine
from palate.language.prompt import Prompt, Refusal
from palate.rank.filters.facts import DATE
from palate.steering import Steering

HELD_OUT = ("held_out", "four_catalogues_held_out")
DEVELOPMENT = ("development", "four_catalogues_development")
CHOSEN_BY = 40
"""Requests of development that a prompt is chosen by, drawn by a hash."""
TIMED = 10
"""Requests that are read one at a time."""
SHOWN = 8
"""Answers that are kept to be looked at."""
PROMPTS = ("examples", "description")


def main() -> None:
    """Measure one model, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=BUNDLED_LANGUAGE_MODEL, help="a name, a folder or a hub id")
    parser.add_argument("--name", help="what a folder's model is called")
    parser.add_argument("--requests", type=int, help="of each held-out part, drawn by a hash; by default all")
    options = parser.parse_args()
    name = options.name or options.model
    found = measure_model(options.model, options.requests)
    command = f"python -m benchmarks.language.models.reader --model {name}"
    command += f" --requests {options.requests}" if options.requests else ""
    shared = {"model": name, "prompt": found["prompt"], "how": HOW}
    for figure, key in (("query_parsed_share_model", "right_share"), ("query_p50_ms_model", "p50_ms")):
        value = found["p50_ms"] if key == "p50_ms" else found["held_out"][key]
        write_figure(RESULTS, f"{figure}, {name}", command, {"value": value, **shared, **found})
        print(figure, name, value)


HOW = (
    "the requests of query_parsed_share, read by a language model within a grammar of the catalogue's "
    f"filters at temperature 0; its prompt chosen on {CHOSEN_BY} requests of development, held-out ones "
    f"read once; time: {TIMED} held-out requests one at a time"
)


class ModelReader:
    """What a model is asked about one catalogue, and what its answers mean."""

    def __init__(self, world: World, kind: str) -> None:
        """Take the catalogue and one of `PROMPTS`."""
        self.world, self._language = world, FilterLanguage(world.facts)
        examples = _examples(self._language) if kind == "examples" else []
        shown = "".join(f"\n\nRequest: {text}\nFilters: {answer}" for text, answer in examples)
        self._beginning = _description(self._language, world.columns) + shown

    def prompt(self, request: str) -> Prompt:
        """The prompt, which is the same up to the request for all of the catalogue."""
        return Prompt(f"{self._beginning}\n\nRequest: {request}\nFilters:", self._language.grammar(request))

    def steering(self, answer: str | Refusal, request: str) -> Steering:
        """What was answered; of what was refused nothing is understood."""
        return self._language.steering("" if isinstance(answer, Refusal) else answer.strip(), request)


def measure_model(model: str, count: int | None = None) -> dict[str, Any]:
    """What comes of the requests with the better prompt, and the time of one."""
    settings = LanguageModelConfig(
        model=model, temperature=0.0, max_tokens=64, sequences=32, cache_bytes=512 * 2**20
    )
    print("loading the language model ...", flush=True)
    engine, by_name = Engine(settings), worlds()
    readers = {kind: {name: ModelReader(world, kind) for name, world in by_name.items()} for kind in PROMPTS}
    chosen_by = _drawn([one for part in DEVELOPMENT for one in requests_of(part)], CHOSEN_BY)
    development = {kind: _summary(engine, readers[kind], chosen_by) for kind in PROMPTS}
    best = max(PROMPTS, key=lambda kind: development[kind]["right_share"])
    held_out = {part: _summary(engine, readers[best], _drawn(requests_of(part), count)) for part in HELD_OUT}
    timed = _drawn(requests_of(HELD_OUT[0]), TIMED)
    seconds = [_seconds(engine, readers[best], request) for request in timed]
    return {
        "prompt": best,
        "p50_ms": round(1000 * float(np.median(seconds)), 1),
        "load average": round(os.getloadavg()[0], 1),
        "development": development,
        **held_out,
    }


def _description(language: FilterLanguage, columns: ColumnsConfig) -> str:
    values = "".join(f"\n{name} NAME or NAME\n{name} not NAME or NAME" for name in language.names)
    numbers = "".join(f"\n{name} < 20\n{name} 10 to 20\n{name} not 10 to 20" for name in language.numbers)
    return (
        "Turn what somebody asks for into filters, with ; between them. The filters are:\n"
        "want CATEGORY or CATEGORY\navoid CATEGORY or CATEGORY\nlike TITLE\nunlike TITLE"
        f"{values}{numbers}\nIf the request says nothing of these, the answer is: everything.\n"
        f"The categories are: {', '.join(language.categories)}.{_units(columns)}"
    )


def _units(columns: ColumnsConfig) -> str:
    """What the numbers count, by the first word of each unit."""
    lines = []
    for name, column in columns.numbers.items():
        first = {factor: unit for unit, factor in reversed(column.units.items())}
        lines.append(f" Of {name}: " + ", ".join(f"1 {unit} is {factor:g}" for factor, unit in first.items()))
    return ".".join(lines)


def _examples(language: FilterLanguage) -> list[tuple[str, str]]:
    """Requests and their answers in the catalogue's own words."""
    first, second, third, fourth = language.categories[:4]
    title = next(iter(language.titles))
    examples = [
        (f"{first} or {second}, but no {third}", f"want {first} or {second}; avoid {third}"),
        ("something to cheer me up on a rainy day", "everything"),
        (f"bitte kein {fourth}", f"avoid {fourth}"),
        (f"Something like {title}.", f"like {title}"),
    ]
    for name in (name for name in language.numbers if name != DATE):
        examples.append((f"{second}, {name} 至少60", f"want {second}; {name} >= 60"))
    if DATE in language.numbers:
        examples.append((f"{fourth} from the nineties", f"want {fourth}; date 1990 to 1999"))
        examples.append(("vor 1970", "date < 1970"))
    for column, names in language.names.items():
        examples.append((f"anything but {names[0]}", f"{column} not {names[0]}"))
    return examples


def _summary(
    engine: Engine, readers: dict[str, ModelReader], requests: list[dict[str, Any]]
) -> dict[str, Any]:
    """All requests read together; the time of each is none of one alone, and is left out."""
    answers = engine.write([readers[one["catalogue"]].prompt(one["text"]) for one in requests])
    outcomes = []
    for one, answer in zip(requests, answers, strict=True):
        reader = readers[one["catalogue"]]
        steering = reader.steering(answer, one["text"])
        outcomes.append(outcome(one, reader.world, lambda _, steering=steering: steering))
    print(f"{len(outcomes)} requests: {summary(outcomes)['right_share']:.3f} read wholly right", flush=True)
    languages = sorted({one.language for one in outcomes})
    parts = {"": outcomes} | {name: [one for one in outcomes if one.language == name] for name in languages}
    shares = {name: summary(of_part) for name, of_part in parts.items()}
    for share in shares.values():
        share.pop("p50_ms")
    shown = [[one["text"], str(answer)] for one, answer in zip(requests, answers, strict=True)][:SHOWN]
    return shares.pop("") | shares | {"examples": shown}


def _seconds(engine: Engine, readers: dict[str, ModelReader], request: dict[str, Any]) -> float:
    reader = readers[request["catalogue"]]
    began = time.perf_counter()
    (answer,) = engine.write([reader.prompt(request["text"])])
    reader.steering(answer, request["text"])
    return time.perf_counter() - began


def _drawn(requests: list[dict[str, Any]], count: int | None) -> list[dict[str, Any]]:
    return sorted(requests, key=lambda one: text_hash(one["text"]))[:count]


if __name__ == "__main__":
    main()
