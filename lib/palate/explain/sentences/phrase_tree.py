"""Phrase tree: a set of sentences, from which come a grammar, a sample, and the number of sentences."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from random import Random

_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Choice:
    """One of several phrases."""

    options: tuple[Phrase, ...]


@dataclass(frozen=True)
class Row:
    """Phrases one behind the other, without anything between them."""

    parts: tuple[Phrase, ...]


Phrase = str | Choice | Row
"""A text, or what texts are made of."""


def one_of(*options: Phrase) -> Choice:
    """Any of these; `ValueError` for none."""
    if not options:
        raise ValueError("a choice needs something to choose from")
    return Choice(tuple(dict.fromkeys(options)))


def row(*parts: Phrase) -> Row:
    """These in turn."""
    return Row(parts)


def filled(template: str, **phrases: Phrase) -> Row:
    """The template with a phrase at each name in braces, as in `filled("Like {title}.", title=...)`."""
    pieces = _NAME.split(template)
    # Texts and names take turns; a text can be empty, where two names stand side by side.
    parts = [phrases[piece] if turn % 2 else piece for turn, piece in enumerate(pieces) if piece]
    return Row(tuple(parts))


def grammar(phrase: Phrase) -> str:
    """The grammar of the texts, in EBNF; its start symbol is `root`."""
    return f"root ::= {_rule(phrase)}\n"


def count(phrase: Phrase) -> int:
    """Number of ways to write a text; of those that can be written in two ways, both count."""
    if isinstance(phrase, Choice):
        return sum(count(option) for option in phrase.options)
    product = 1
    for part in phrase.parts if isinstance(phrase, Row) else ():
        product *= count(part)
    return product


def sample(phrase: Phrase, random: Random) -> str:
    """One of the texts; at every choice each option is as likely as the others."""
    if isinstance(phrase, Choice):
        return sample(random.choice(phrase.options), random)
    return "".join(sample(part, random) for part in phrase.parts) if isinstance(phrase, Row) else phrase


def first(phrase: Phrase) -> str:
    """The text that takes the first option of every choice."""
    if isinstance(phrase, Choice):
        return first(phrase.options[0])
    return "".join(map(first, phrase.parts)) if isinstance(phrase, Row) else phrase


def _rule(phrase: Phrase) -> str:
    if isinstance(phrase, Choice):
        return f"({' | '.join(_rule(option) for option in phrase.options)})"
    if isinstance(phrase, Row):
        return " ".join(_rule(part) for part in phrase.parts) or '""'
    # A string of JSON is one of EBNF too: both escape quotation marks, backslashes and control characters.
    return json.dumps(phrase, ensure_ascii=False)
