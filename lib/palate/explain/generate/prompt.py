"""Prompt: our instructions to a language model, and evidence between delimiters that no text can fake."""

from __future__ import annotations

from collections.abc import Iterable

from palate.explain.evidence.descriptions import CATEGORY, Attribute, Description
from palate.explain.evidence.evidence import Evidence, SupportingItem
from palate.explain.evidence.sentiment import Sentiment
from palate.explain.text.instructions import instructions
from palate.explain.text.prompt_guard import quoted, safe
from palate.explain.text.stated_phrases import stated_phrases
from palate.explain.text.style import PLAIN_STYLE, TextStyle

OPEN, CLOSE = "<evidence>", "</evidence>"


def explanation_prompt(evidence: Evidence, style: TextStyle = PLAIN_STYLE) -> str:
    """Instructions, then the evidence: one line an item, every text `safe` and in quotation marks."""
    lines = [_item("recommended", evidence.recommended, evidence.language)]
    lines += [supporting_line(f"history {rank}", item) for rank, item in enumerate(evidence.named, start=1)]
    said = [stated_phrases(one.stated, evidence.language)[0] for one in evidence.named_stated]
    lines += [f"reader {rank}, in these words: {quoted(text)}" for rank, text in enumerate(said, start=1)]
    if evidence.popular:
        lines.append("popular: yes")
    return with_evidence(instructions(evidence.language, style), lines)


def with_evidence(instructions: str, lines: Iterable[str]) -> str:
    """Instructions, then the lines of the evidence between the delimiters."""
    return "\n".join([instructions, OPEN, *lines, CLOSE])


def supporting_line(name: str, supporting_item: SupportingItem) -> str:
    """`history 1, liked: "Alien"; shares category "horror"`, with an action where there is no opinion."""
    said = [quoted(supporting_item.description.title)]
    if supporting_item.sentiment is not Sentiment.LIKED:
        said.append(f"action {quoted(supporting_item.verb)}")
    return facts_line(f"{name}, {supporting_item.sentiment}", supporting_item.shared, said, before="shares ")


def _item(name: str, description: Description, language: str) -> str:
    quotations = [
        Attribute(f"{fact.column} mentions", fact.text) for fact in description.facts if not fact.lead
    ]
    attributes = [
        Attribute(kind, description.written(value) if kind == CATEGORY and language != "en" else value)
        for kind, value in description.attributes
    ]
    return facts_line(name, (*attributes, *quotations), [quoted(description.title)])


def facts_line(name: str, attributes: Iterable[Attribute], said: Iterable[str] = (), before: str = "") -> str:
    """What was `said`, and the values of each attribute; on one line, for every token takes time."""
    values: dict[str, list[str]] = {}
    for attribute in attributes:
        values.setdefault(safe(attribute.name), []).append(quoted(attribute.value))
    facts = [f"{before}{attribute} {', '.join(texts)}" for attribute, texts in values.items()]
    return f"{name}: {'; '.join([*said, *facts])}"
