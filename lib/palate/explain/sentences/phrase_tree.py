"""Phrase tree: a set of sentences, from which come a grammar, a sample, and the number of sentences."""

from __future__ import annotations

import json
import re
from collections import Counter
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
    """The grammar of the texts, in EBNF; its start symbol is `root`.

    A phrase that occurs several times is a rule of its own: engines work out the permitted tokens of a rule
    once, which takes most of the time of a grammar.
    """
    rules = _Rules(phrase)
    return "\n".join([f"root ::= {rules.written_out(phrase)}", *rules.named, ""])


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


class _Rules:
    """The rules of a grammar besides its root."""

    def __init__(self, phrase: Phrase) -> None:
        self._uses = _uses(phrase)
        self._names: dict[Phrase, str] = {}
        self.named: list[str] = []
        """A line each."""

    def written_out(self, phrase: Phrase) -> str:
        """A phrase in signs of EBNF; rules are named in it."""
        if isinstance(phrase, Choice):
            return f"({' | '.join(map(self._part, phrase.options))})"
        if isinstance(phrase, Row):
            return " ".join(map(self._part, phrase.parts)) or '""'
        # A string of JSON is one of EBNF too: both escape quotation marks, backslashes and control signs.
        return json.dumps(phrase, ensure_ascii=False)

    def _part(self, phrase: Phrase) -> str:
        """The name of a phrase that is used again, and any other written out."""
        if isinstance(phrase, str) or self._uses[phrase] == 1:
            return self.written_out(phrase)
        if phrase not in self._names:
            self._names[phrase] = f"part{len(self._names)}"
            self.named.append(f"{self._names[phrase]} ::= {self.written_out(phrase)}")
        return self._names[phrase]


def _uses(phrase: Phrase) -> Counter[Phrase]:
    """How often each phrase stands in a tree of which equal parts are drawn once."""
    uses = Counter[Phrase]()
    waiting = [phrase]
    while waiting:
        part = waiting.pop()
        uses[part] += 1
        if uses[part] == 1 and not isinstance(part, str):
            waiting += part.options if isinstance(part, Choice) else part.parts
    return uses
