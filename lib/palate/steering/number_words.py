"""Numbers in words: those that a language makes of others, such as "two hundred and five"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

NumberPart = Literal["tens", "hundreds", "halves"]


def composed_numbers(
    numbers: Mapping[str, float], patterns: Mapping[NumberPart, Sequence[str]]
) -> dict[str, float]:
    """Each number that the patterns make, by how it is said.

    Fields of a pattern are `ones` (1 to 9), `tens` (10 to 90), `rest` (all from 10 to 99) and `last` (1 to 9
    once more); behind the ones of `halves` stands half of one, and the ones of `hundreds` are hundreds,
    of which there is one where the pattern has none.
    """
    ones = {word: number for word, number in numbers.items() if number in range(1, 10)}
    tens = {word: number for word, number in numbers.items() if number in range(10, 100, 10)}
    made = {
        pattern.format(tens=ten, ones=one): tens[ten] + ones[one]
        for pattern in patterns.get("tens", ())
        for ten in tens
        for one in ones
    }
    rest = {word: number for word, number in (made | dict(numbers)).items() if 10 <= number < 100}
    for pattern in patterns.get("hundreds", ()):
        made |= _hundreds(pattern, ones, rest)
    halves = {text.format(ones=one): ones[one] + 0.5 for text in patterns.get("halves", ()) for one in ones}
    return made | halves


def _hundreds(
    pattern: str, ones: Mapping[str, float], rest: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    added = rest if "{rest}" in pattern else ones if "{last}" in pattern else {"": 0.0}
    for one, hundreds in (ones if "{ones}" in pattern else {"": 1.0}).items():
        for word, number in added.items():
            yield pattern.format(ones=one, rest=word, last=word), 100 * hundreds + number
