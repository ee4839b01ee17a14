"""Language, measured: `python -m benchmarks.language PART`; writes `results.json` beside this file.

`requests` reads requests in words; `reasons` and `deletion` measure why items are recommended; `checker`
holds true and false sentences against the checker; `facts` counts those that say a fact of their item;
`profile` edits profiles, and `lines` writes lines into them that name nothing.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

import palate
from benchmarks.figures import write_figure
from benchmarks.language import reasons
from benchmarks.language.deletion import measure_deletion
from benchmarks.language.facts_said import measure_facts
from benchmarks.language.patterns_checked import measure_languages
from benchmarks.language.profile_edits import measure_edits
from benchmarks.language.profile_lines import measure_lines
from benchmarks.language.requests_read import PARTS, measure, requests_of
from benchmarks.language.results import RESULTS
from benchmarks.language.sentences_checked import CHECKERS, measure_checkers

FIRST_LOOK = {"four_catalogues_right_share": 0.6778, "four_catalogues_kept_share": 0.8439}
"""How the reader did on `four_catalogues_held_out` before it was changed, measured once at 21ed761."""
HOW = (
    "150 requests of requests/held_out.jsonl (75 English, 37 German, 38 Chinese; films and a shop), written "
    "with their answers by somebody who had not seen the reader, and not looked at while it was changed; "
    "four_catalogues: 90 of requests/four_catalogues_held_out.jsonl (30 a language; cinema, beauty, news and "
    "music), written before "
    "the reader's code was read by the one who then changed it; first: before that, and measured once"
)


SENTENCES_HOW = (
    "English sentences of sentences/*.jsonl over films, a shop, news and music; false ones of twelve "
    "kinds, by hand and by rules with a seed; the held-out part was written before the checker, by its "
    "author, and how it is judged was not looked at while the checker was changed"
)
PATTERNS_HOW = (
    "German and Chinese sentences over films and a shop, out of patterns (drawn with a seed; false ones of "
    "evidence with one thing changed, or with something planted at the end) and by hand (10 of 22 true and "
    "22 of 31 false ones in the words of the patterns); cases, patterns and checker are of one author, none "
    "is held out"
)
FACTS_HOW = (
    "share of 1,000 sentences that pass the checker and have a fact of their item beyond category and year "
    "whose text the catalogue has at the place that the fact names; films with plots and Beauty titles, the "
    "lower of both; template beside a random walk of the grammar, all that a model bound by it can write"
)


PARTS_MEASURED = ("requests", "reasons", "deletion", "checker", "facts", "profile", "lines")


def main() -> None:
    """Measure one part, print its figures, and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS_MEASURED, default="requests")
    parser.add_argument(
        "--releases", help="releases of films, such as runs/releases; for requests to time lists"
    )
    parser.add_argument("--users", type=int, default=200, help="users whose reasons are measured")
    parser.add_argument("--films", help="folder of MovieLens-1M with movies_extrainfos.dat")
    parser.add_argument("--beauty", help="folder of Amazon Beauty")
    parser.add_argument("--books", help="folder of XRec's Amazon books")
    given = parser.parse_args()
    if given.part == "requests":
        _requests(given.releases)
    elif given.part == "checker":
        _checker()
    elif given.part == "facts":
        folders = {"films": given.films, "beauty": given.beauty}
        _facts({name: folder for name, folder in folders.items() if folder})
    elif given.part == "lines":
        lines = measure_lines(given.releases or "runs/releases", given.beauty, given.books)
        command = (
            "python -m benchmarks.language lines --releases runs/releases --beauty FOLDER --books FOLDER"
        )
        _write(command, {"unrelated_line_changes_share": lines})
    elif given.part == "profile":
        edits = {"profile_edit_changes_share": measure_edits(given.releases or "runs/releases")}
        _write("python -m benchmarks.language profile --releases runs/releases", edits)
    elif given.part == "deletion":
        command = f"python -m benchmarks.language deletion --releases runs/releases --users {given.users}"
        _write(command, measure_deletion(given.releases or "runs/releases", given.users))
    else:
        command = "python -m benchmarks.language reasons --releases runs/releases"
        _write(command, reasons.measure(given.releases or "runs/releases", given.users))


def _requests(releases: str | None) -> None:
    """All parts of the requests, and the times of lists."""
    parts = {part: measure(part) for part in PARTS}
    figures = {
        "query_parsed_share": _figure(parts, "right_share", "share read wholly right"),
        "query_constraints_kept_share": _figure(parts, "kept_share", "share of places that keep to it"),
    }
    if releases:
        figures["query_p50_ms_rules"] = _list_times(releases)
    _write("python -m benchmarks.language --releases runs/releases", figures, parts=parts)


def _checker() -> None:
    """True and planted false sentences, English ones and those of languages with patterns."""
    found, languages = measure_checkers(), measure_languages()
    figures = {
        "planted_false_refused_share": _of_checkers(found, "false_refused_share"),
        "true_accepted_share": _of_checkers(found, "true_accepted_share"),
    }
    figures |= {
        f"{name}_{language}": _of_patterns(shares, key)
        for language, shares in languages.items()
        for name, key in (
            ("planted_false_refused_share", "false_refused_share"),
            ("true_accepted_share", "true_accepted_share"),
        )
    }
    _write("python -m benchmarks.language checker", figures, checkers=found, checkers_by_patterns=languages)


def _of_patterns(shares: dict[str, Any], key: str) -> dict[str, Any]:
    """A share over all sentences of a language, over those by hand, and of word overlap."""
    rival = shares["all"]["word_overlap"][key]
    return {
        "value": shares["all"][key],
        "by_patterns": shares["by_patterns"][key],
        "by_hand": shares["by_hand"][key],
        "word_overlap": rival,
        "how": PATTERNS_HOW,
    }


def _of_checkers(found: dict[str, Any], key: str) -> dict[str, Any]:
    """A share over all sentences, over those held out, and of the trivial checkers."""
    rivals = {name: found[name]["all"][key] for name in CHECKERS if name != "checker"}
    own = found["checker"]
    return {"value": own["all"][key], "held_out": own["held_out"][key], **rivals, "how": SENTENCES_HOW}


def _facts(folders: dict[str, str]) -> None:
    """Sentences with a fact of their item."""
    found = measure_facts(folders)
    lowest = min((shares["template"] for shares in found.values()), default=0.0)
    figure = {"value": lowest, **found, "constant_sentence": 0.0, "how": FACTS_HOW}
    command = "python -m benchmarks.language facts --films FOLDER --beauty FOLDER"
    _write(command, {"item_fact_share": figure})


def _write(command: str, figures: dict[str, dict[str, Any]], **more: dict[str, Any]) -> None:
    """Print the figures and put them in the place of earlier ones, and what they came from beside them."""
    for name, found in {**figures, **more}.items():
        write_figure(RESULTS, name, command, found)
    for name, figure in figures.items():
        print(name, figure["value"])


def _figure(parts: dict[str, Any], key: str, what: str) -> dict[str, Any]:
    """A share of what is held out, beside those of the trivial readers; and of the other parts."""
    rivals = {name: parts["held_out"][name][key] for name in ("keywords", "nothing")}
    wider = parts["four_catalogues_held_out"]
    further = {name: wider[name][key] for name in ("rules", "keywords", "nothing")}
    return {
        "value": parts["held_out"]["rules"][key],
        **rivals,
        "four_catalogues": further | {"first": FIRST_LOOK[f"four_catalogues_{key}"]},
        "development": parts["development"]["rules"][key],
        "four_catalogues_development": parts["four_catalogues_development"]["rules"][key],
        "how": f"{what}, of {HOW}",
    }


def _list_times(releases: str) -> dict[str, Any]:
    """From a request to a list of ten, with and without the words, for a user each."""
    recommender = palate.open_release(releases).recommender
    texts = [one["text"] for one in requests_of("held_out") if one["catalogue"] == "films"]
    users = recommender.artefacts.folders.catalogue.read_table("histories")["user"].to_pylist()[: len(texts)]
    recommender.recommend_user(users[0], 10, request="warm")
    steered, plain = [], []
    for user, text in zip(users, texts, strict=True):
        steered.append(_milliseconds(recommender, user, text))
        plain.append(_milliseconds(recommender, user, ""))
    return {
        "value": round(float(np.median(steered)), 1),
        "without_words": round(float(np.median(plain)), 1),
        "how": f"median from request to list of ten in one process, {len(texts)} requests about films, a "
        "user each, on a release of MovieLens-100K; reading the user's history from Parquet included in both",
    }


def _milliseconds(recommender: Any, user: str, text: str) -> float:
    began = time.perf_counter()
    recommender.recommend_user(user, 10, request=text)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
