"""Prompts: what a model was trained to see before a query and before a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sentence_transformers import SentenceTransformer

from palate.config.models import EncoderPrompts

_QUERY = ("query",)
_DOCUMENT = ("document", "passage", "corpus")
"""Names by which models' files call the prompt of a document; the first that says something counts."""


class Prompts(NamedTuple):
    """What is put before texts, or `""`."""

    query: str
    document: str


def prompts_of(model: SentenceTransformer) -> Prompts:
    """The prompts of a model, by the names that its files give them.

    The default prompt of a model stands in for one that it does not name, unless it is the other's.
    """
    return Prompts(_prompt(model, _QUERY, _DOCUMENT), _prompt(model, _DOCUMENT, _QUERY))


def set_prompts(model: SentenceTransformer, settings: EncoderPrompts) -> None:
    """From now on put this before texts, where settings say so; what is saved of the model says it too."""
    given = {"query": settings.query, "document": settings.document}
    own = prompts_of(model)._asdict()
    model.prompts |= {name: own[name] if prompt is None else prompt for name, prompt in given.items()}
    # Else it would stand in for a prompt that is wanted empty.
    model.default_prompt_name = None


def _prompt(model: SentenceTransformer, names: Sequence[str], others: Sequence[str]) -> str:
    default = model.default_prompt_name
    asked = names if default is None or default in others else (*names, default)
    return next((said for name in asked if (said := model.prompts.get(name))), "")
