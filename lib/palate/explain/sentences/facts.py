"""Facts in sentences: what the catalogue says of an item, as a phrase behind the name of its kind."""

from __future__ import annotations

from palate.explain.evidence.evidence import Evidence
from palate.explain.text.sanitising import undelimited
from palate.explain.text.sentence_pack import sentence_pack
from palate.facts import FactSpan

SAID = 3
"""Facts that a sentence chooses from."""
_OPENING, _CLOSING = "\u201c", "\u201d"


def facts_said(evidence: Evidence) -> list[str]:
    """`directed by James Cameron`, `whose plot mentions “distress call”`, in its language: the best first.

    A value that something named has too comes before others, for that is a reason.
    """
    facts = sorted(evidence.recommended.facts, key=lambda fact: not _is_shared(fact, evidence))
    return list(dict.fromkeys(_said(fact, evidence.language) for fact in facts))[:SAID]


def _said(fact: FactSpan, language: str) -> str:
    patterns = sentence_pack(language).patterns
    return patterns.fact_texts(fact)[0] if patterns else english_fact(fact)


def english_fact(fact: FactSpan) -> str:
    """One fact in English; a phrase of a text is quoted, for it is the catalogue that says so."""
    column, text = fact.column.replace("_", " ").lower(), undelimited(fact.text)
    if fact.lead:
        return f"{fact.lead} {text}"
    return f"whose {column} mentions {_OPENING}{text}{_CLOSING}"


def _is_shared(fact: FactSpan, evidence: Evidence) -> bool:
    said = (fact.column, fact.text.casefold())
    named = (other for item in evidence.named for other in item.description.facts)
    return bool(fact.lead) and any((other.column, other.text.casefold()) == said for other in named)
