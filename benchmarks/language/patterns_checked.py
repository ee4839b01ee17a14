"""The checker held against German and Chinese sentences, written by the patterns and by hand.

What the patterns write is read by construction: what it shows is that nothing false is let through that has
their form. What people wrote shows how much is refused because no pattern has its words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

import regex

from benchmarks.language.pattern_falsehoods import generated_false, generated_true
from benchmarks.language.sentence_worlds import SENTENCES, sentence_worlds
from palate.explain import check
from palate.explain.text.sentence_pack import sentence_pack

LANGUAGES = ("de", "zh")
TRUE, FALSE_OF_EACH = 40, 6
"""Generated sentences of a language: true ones, and false ones of each kind."""
OVERLAP = 0.8
"""As in `sentences_checked`."""
_WORD = regex.compile(r"\p{Han}|[[\p{L}\p{M}\p{N}]--\p{Han}]+", regex.V1)
UNREAD = "cannot be read"
"""What the checker says where no pattern has the words."""

Case = Mapping[str, Any]


def measure_languages(seed: int = 0) -> dict[str, Any]:
    """Both shares of the checker and of word overlap, by language and by who wrote the sentences."""
    return {language: _measured(language, Random(seed)) for language in LANGUAGES}


def _measured(language: str, random: Random) -> dict[str, Any]:
    written = {kind: _by_hand(language, kind) for kind in ("true", "false")}
    made = {
        "true": generated_true(language, TRUE, random),
        "false": generated_false(language, FALSE_OF_EACH, random),
    }
    both = {kind: [*made[kind], *written[kind]] for kind in written}
    parts = {"all": both, "by_patterns": made, "by_hand": written}
    return {name: _shares(language, cases) for name, cases in parts.items()} | {
        "let_through": [case["text"] for case in both["false"] if not _reasons(language, case)],
    }


def _by_hand(language: str, kind: str) -> list[dict[str, Any]]:
    lines = (SENTENCES / f"{kind}_{language}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _shares(language: str, cases: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    true, false = cases["true"], cases["false"]
    refused = [_reasons(language, case) for case in false]
    contradicted = [bool(reasons) and not any(UNREAD in reason for reason in reasons) for reasons in refused]
    return {
        "true_sentences": len(true),
        "true_accepted_share": _share([not _reasons(language, case) for case in true]),
        "false_sentences": len(false),
        "false_refused_share": _share([bool(reasons) for reasons in refused]),
        "false_read_and_contradicted_share": _share(contradicted),
        "word_overlap": {
            "true_accepted_share": _share([_by_word_overlap(language, case) for case in true]),
            "false_refused_share": _share([not _by_word_overlap(language, case) for case in false]),
        },
    }


def _reasons(language: str, case: Case) -> tuple[str, ...]:
    world = sentence_worlds(language)[case["world"]]
    return check(case["text"], world.evidence(case), world.vocabulary).reasons


def _by_word_overlap(language: str, case: Case) -> bool:
    """Accepts what has nearly all its telling words, in Chinese signs, from the evidence."""
    evidence = sentence_worlds(language)[case["world"]].evidence(case)
    descriptions = [evidence.recommended, *(item.description for item in evidence.supporting_items)]
    known: set[str] = set()
    for one in descriptions:
        facts = (text for fact in one.facts for text in (fact.lead, fact.text))
        for text in (one.title, *(each.value for each in one.attributes), *facts):
            known.update(_telling(text))
    telling = [word for word in _telling(case["text"]) if word not in _words_of_language(language)]
    return sum(word in known for word in telling) >= OVERLAP * len(telling)


def _telling(text: str) -> list[str]:
    """Words, of Chinese every sign, for pairs across two words would be nobody's."""
    return _WORD.findall(text.casefold())


@cache
def _words_of_language(language: str) -> frozenset[str]:
    """Words that tell nothing of an item: those that hold sentences together, and all of the patterns."""
    pack = sentence_pack(language)
    patterns = json.dumps(pack.model_dump(mode="json", include={"patterns"}), ensure_ascii=False)
    return frozenset(_telling(patterns)) | {word for text in pack.small_words for word in _telling(text)}


def _share(rows: list[bool]) -> float:
    return round(sum(rows) / max(1, len(rows)), 4)
