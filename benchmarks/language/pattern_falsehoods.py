"""Generated sentences of languages with patterns: true ones, and false ones that are true of other evidence.

A false sentence is one that a pack's own patterns write about evidence in which one thing is changed; what
was changed must be in it, so that it is false of the evidence as it is. Some have something planted at their
end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml

from benchmarks.language.sentence_worlds import SentenceWorld, sentence_worlds
from palate.explain import Attribute, Description, Evidence, Sentiment, SupportingItem, true_sentences
from palate.explain.evidence.descriptions import CATEGORY, YEAR
from palate.explain.sentences.phrase_tree import sample

ADDITIONS = Path(__file__).with_name("sentences") / "additions.yaml"
TRIES = 40
"""Draws for a sentence that says what was changed."""


class Changed(NamedTuple):
    """Evidence with one thing changed, and what a sentence has that says it."""

    evidence: Evidence
    said: str


Change = Callable[[Evidence, SentenceWorld, Random], Changed | None]


def wrong_year(evidence: Evidence, world: SentenceWorld, random: Random) -> Changed | None:
    """A year that nothing of the evidence has."""
    known = {evidence.recommended.year, *(item.description.year for item in evidence.named)}
    year = str(random.choice([year for year in range(1930, 2026) if str(year) not in known]))
    return _with(evidence, YEAR, year) if evidence.recommended.year else None


def wrong_category(evidence: Evidence, world: SentenceWorld, random: Random) -> Changed | None:
    """A category that the recommended item does not have, said to be shared or not."""
    every = {words.name: words for one in world.descriptions.values() for words in one.words}
    foreign = every[random.choice(sorted(set(every) - set(evidence.recommended.categories)))]
    changed, _ = _with(evidence, CATEGORY, foreign.name)
    recommended = changed.recommended._replace(words=(foreign,))
    shared = (Attribute(CATEGORY, foreign.name),) if random.random() < 0.5 else ()
    items = tuple(replace(item, shared=shared) for item in evidence.supporting_items)
    return Changed(replace(changed, recommended=recommended, supporting_items=items), foreign.written)


def false_sharing(evidence: Evidence, world: SentenceWorld, random: Random) -> Changed | None:
    """A category of the recommended item alone is said to be shared."""
    apart = [
        name
        for name in evidence.recommended.categories
        if any(name not in item.description.categories for item in evidence.named)
    ]
    if not apart:
        return None
    shared = (Attribute(CATEGORY, apart[0]),)
    items = tuple(replace(item, shared=shared) for item in evidence.supporting_items)
    return Changed(replace(evidence, supporting_items=items), _written(evidence.recommended, apart[0]))


def swapped_facts(evidence: Evidence, world: SentenceWorld, random: Random) -> Changed | None:
    """A fact of an item of the history, or of the catalogue, becomes one of the recommended item."""
    own = {fact.text for fact in evidence.recommended.facts}
    others = (
        [item.description for item in evidence.named]
        if random.random() < 0.7
        else list(_others(evidence, world))
    )
    facts = [fact for one in others for fact in one.facts if fact.text not in own]
    if not facts:
        return None
    fact = random.choice(facts)
    return Changed(replace(evidence, recommended=evidence.recommended._replace(facts=(fact,))), fact.text)


def changed_title(evidence: Evidence, world: SentenceWorld, random: Random) -> Changed | None:
    """A title of the history with something behind it."""
    title = f"{evidence.named[0].description.title} {random.choice(('2', 'II', '3'))}"
    return _titled(evidence, title)


def false_reason(evidence: Evidence, world: SentenceWorld, random: Random) -> Changed | None:
    """A title of the catalogue that is not of the history."""
    return _titled(evidence, random.choice([one.title for one in _others(evidence, world)]))


def wrong_recommendation(evidence: Evidence, world: SentenceWorld, random: Random) -> Changed | None:
    """Something else is said to be recommended."""
    title = random.choice([one.title for one in _others(evidence, world)])
    return Changed(replace(evidence, recommended=evidence.recommended._replace(title=title)), title)


def false_liking(evidence: Evidence, world: SentenceWorld, random: Random) -> Changed | None:
    """What was not liked was, or what was liked was not."""
    first = evidence.supporting_items[0]
    felt = Sentiment.DISLIKED if first.sentiment is Sentiment.LIKED else Sentiment.LIKED
    return _first(evidence, replace(first, sentiment=felt))


def wrong_deed(evidence: Evidence, world: SentenceWorld, random: Random) -> Changed | None:
    """Something else was done with an item."""
    verbs = [verb for verb in ("watched", "bought", "read", "listened to", "rated") if verb != world.verb]
    neutral = replace(evidence.supporting_items[0], sentiment=Sentiment.NEUTRAL, verb=random.choice(verbs))
    return _first(evidence, neutral)


def popularity(evidence: Evidence, world: SentenceWorld, random: Random) -> Changed | None:
    """That many people took it, where nothing says so."""
    return Changed(replace(evidence, supporting_items=(), popular=True), "")


CHANGES: dict[str, Change] = {
    "wrong year": wrong_year,
    "wrong category": wrong_category,
    "false sharing": false_sharing,
    "swapped facts": swapped_facts,
    "changed title": changed_title,
    "false reason": false_reason,
    "wrong recommendation": wrong_recommendation,
    "false liking": false_liking,
    "wrong deed": wrong_deed,
    "popularity": popularity,
}


def generated_true(language: str, count: int, random: Random) -> list[dict[str, Any]]:
    """True sentences, drawn from all that the patterns write about drawn evidence."""
    return [_case(language, random) for _ in range(count)]


def generated_false(language: str, of_each: int, random: Random) -> list[dict[str, Any]]:
    """As many false sentences of each kind of change, and of each kind of addition."""
    cases = []
    for kind, change in CHANGES.items():
        cases += [_changed(language, kind, change, random) for _ in range(of_each)]
    for kind, texts in _additions()[language].items():
        cases += [
            _added(_case(language, random), kind, random.choice(texts), language) for _ in range(of_each)
        ]
    return cases


def _case(language: str, random: Random) -> dict[str, Any]:
    """A drawn recommendation with a true sentence about it."""
    name = random.choice(sorted(sentence_worlds(language)))
    world = sentence_worlds(language)[name]
    item, *history = random.sample(sorted(world.descriptions), random.choice((2, 2, 3)))
    felt = {title: str(random.choice(list(Sentiment))) for title in history}
    case = {"world": name, "item": item, "history": felt, "popular": False}
    return {**case, "text": sample(true_sentences(world.evidence(case)), random)}


def _changed(language: str, kind: str, change: Change, random: Random) -> dict[str, Any]:
    """A drawn recommendation with a sentence that a change makes false."""
    for _ in range(TRIES):
        case = _case(language, random)
        world = sentence_worlds(language)[case["world"]]
        changed = change(world.evidence(case), world, random)
        if changed is None:
            continue
        text = sample(true_sentences(changed.evidence), random)
        if changed.said in text:
            return {**case, "kind": kind, "text": text}
    raise ValueError(f"no sentence of {language} says a {kind}")


def _added(case: dict[str, Any], kind: str, addition: str, language: str) -> dict[str, Any]:
    text, comma = case["text"], "，" if language == "zh" else ", "  # noqa: RUF001 a Chinese comma
    return {**case, "kind": kind, "text": f"{text[:-1]}{comma}{addition}{text[-1]}"}


@cache
def _additions() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(ADDITIONS.read_text("utf-8"))
    return found


def _with(evidence: Evidence, name: str, value: str) -> Changed:
    """The recommended item with one value of an attribute."""
    kept = tuple(one for one in evidence.recommended.attributes if one.name != name)
    recommended = evidence.recommended._replace(attributes=(*kept, Attribute(name, value)))
    return Changed(replace(evidence, recommended=recommended), value)


def _titled(evidence: Evidence, title: str) -> Changed:
    first = evidence.supporting_items[0]
    return _first(evidence, replace(first, description=first.description._replace(title=title)), title)


def _first(evidence: Evidence, item: SupportingItem, said: str = "") -> Changed:
    return Changed(replace(evidence, supporting_items=(item, *evidence.supporting_items[1:])), said)


def _others(evidence: Evidence, world: SentenceWorld) -> list[Description]:
    known = {evidence.recommended.title, *(item.description.title for item in evidence.supporting_items)}
    return [one for title, one in sorted(world.descriptions.items()) if title not in known]


def _written(description: Description, name: str) -> str:
    return next(words.written for words in description.words if words.name == name)
