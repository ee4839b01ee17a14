"""The checker held against true and planted false sentences, beside trivial checkers.

Sentences were written by hand, half of each kind held out, and made false by rules with a seed
(`false_sentences`). The share of false ones that are refused and that of true ones that are accepted belong
together: a checker that refuses everything is perfect in the one, one that accepts everything in the other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.language.false_sentences import RULES, planted
from benchmarks.language.sentence_worlds import SentenceWorld, sentence_worlds
from palate.explain import check, template_sentence
from palate.explain.english.lexicon import FUNCTION_WORDS
from palate.explain.text.tokens import phrase_of

SENTENCES = Path(__file__).with_name("sentences")
PARTS = ("development", "held_out")
KINDS_OF_EACH = 4
"""Ways in which each true sentence is made false."""
OVERLAP = 0.8
"""Share of a sentence's telling words that the evidence has, from which the word-overlap check accepts it."""

Accepts = Callable[[Mapping[str, Any], SentenceWorld], bool]


def cases_of(kind: str, part: str) -> list[dict[str, Any]]:
    """`true` or `false` sentences of one part as they were written."""
    lines = (SENTENCES / f"{kind}_{part}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def false_cases(part: str, seed: int) -> list[dict[str, Any]]:
    """The false sentences of a part: those that were written, and true ones that rules make false."""
    random, cases = Random(seed), cases_of("false", part)
    for case in cases_of("true", part):
        world = sentence_worlds()[case["world"]]
        cases += planted(case, world, random.sample(list(RULES), KINDS_OF_EACH), random)
    return cases


def by_checker(case: Mapping[str, Any], world: SentenceWorld) -> bool:
    """Palate's own."""
    return check(case["text"], world.evidence(case), world.vocabulary).passed


def by_word_overlap(case: Mapping[str, Any], world: SentenceWorld) -> bool:
    """Accepts what has nearly all its telling words from the evidence."""
    evidence = world.evidence(case)
    descriptions = [evidence.recommended, *(item.description for item in evidence.supporting_items)]
    known = {evidence.noun, world.verb, "liked", "enjoyed", "loved"}
    for one in descriptions:
        texts = [one.title, *(each.value for each in one.attributes), *(fact.text for fact in one.facts)]
        known.update(word for text in texts for word in phrase_of(text))
    telling = [word for word in phrase_of(case["text"]) if word not in FUNCTION_WORDS]
    return sum(word in known for word in telling) >= OVERLAP * len(telling)


CHECKERS: dict[str, Accepts] = {
    "checker": by_checker,
    "word_overlap": by_word_overlap,
    "accept_everything": lambda case, world: True,
    "refuse_everything": lambda case, world: False,
}


def measure_checkers(seed: int = 0) -> dict[str, Any]:
    """Both shares of every checker, over all parts and over each; the checker's by kind and by world too."""
    true = {part: cases_of("true", part) for part in PARTS}
    false = {part: false_cases(part, seed) for part in PARTS}
    shares = {name: _shares(accepts, true, false) for name, accepts in CHECKERS.items()}
    every = [case for part in PARTS for case in false[part]]
    return shares | {
        "false_refused_by_kind": _by(every, "kind", refused=True),
        "false_refused_by_world": _by(every, "world", refused=True),
        "true_accepted_by_world": _by(
            [case for part in PARTS for case in true[part]], "world", refused=False
        ),
        "templates_accepted_share": _templates(every),
    }


def _shares(
    accepts: Accepts, true: Mapping[str, list[dict[str, Any]]], false: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    whole = {"all": PARTS} | {part: (part,) for part in PARTS}
    return {
        name: {
            "true_sentences": sum(len(true[part]) for part in parts),
            "true_accepted_share": _share([_accepts(accepts, case) for part in parts for case in true[part]]),
            "false_sentences": sum(len(false[part]) for part in parts),
            "false_refused_share": _share(
                [not _accepts(accepts, case) for part in parts for case in false[part]]
            ),
        }
        for name, parts in whole.items()
    }


def _accepts(accepts: Accepts, case: Mapping[str, Any]) -> bool:
    return accepts(case, sentence_worlds()[case["world"]])


def _by(cases: Iterable[Mapping[str, Any]], key: str, *, refused: bool) -> dict[str, Any]:
    found: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        found[case[key]].append(_accepts(by_checker, case) != refused)
    return {name: {"sentences": len(rows), "share": _share(rows)} for name, rows in sorted(found.items())}


def _templates(cases: Iterable[Mapping[str, Any]]) -> float:
    """Of the template's own sentences on the same evidence, the share that the checker accepts."""
    texts = []
    for case in cases:
        evidence = sentence_worlds()[case["world"]].evidence(case)
        texts.append(_accepts(by_checker, {**case, "text": template_sentence(evidence)}))
    return _share(texts)


def _share(rows: list[bool]) -> float:
    return round(sum(rows) / max(1, len(rows)), 4)
