"""Planted falsehoods: true sentences that rules with a seed make false, in twelve ways.

A rule answers None where it cannot be sure that the outcome is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

from benchmarks.language.sentence_worlds import SentenceWorld
from palate.explain import Description

Case = Mapping[str, Any]
Rule = Callable[[str, "Context"], str | None]

NOBODY = ("Jordan Hale", "Mira Osei", "Piet van Loon", "Anna Lindqvist", "Tomás Rivera")
OTHERS = ("Your sister", "The critics", "Our editors", "Most people", "Your neighbour")
AWARDS = ("which won three awards", "an award-winning one", "the best of its year", "winner of a gold medal")
PROMISES = (
    "and it will cure your headaches", "and it is safe for everyone", "which is proven to help you sleep",
    "and it is good for your health", "guaranteed to make you happy",
)  # fmt: skip
EXCUSES = (
    "because it rained today", "because your friends live in Paris", "because you are under thirty",
    "because it is nearly your birthday",
)  # fmt: skip
BETTER = (
    "and it is better than {}",
    "and it is longer than {}",
    "which is more popular than {}",
    "and it is cheaper than {}",
)
COUNTS = ("seven", "fourteen", "a hundred", "twenty", "9")


class Context(NamedTuple):
    """What a rule needs to know of the sentence that it makes false."""

    case: Case
    world: SentenceWorld
    random: Random

    @property
    def recommended(self) -> Description:
        """What the sentence recommends."""
        return self.world.descriptions[self.case["item"]]

    @property
    def history(self) -> list[Description]:
        """What it may name beside it."""
        return [self.world.descriptions[title] for title in self.case["history"]]


def wrong_subject(text: str, context: Context) -> str | None:
    """It was somebody else who liked it."""
    replaced = re.sub(
        r"\b[Yy]ou (?=(liked|loved|enjoyed|bought|read|watched|listened)\b)", "@", text, count=1
    )
    somebody = context.random.choice(OTHERS)
    opened = replaced.startswith("@")
    return (
        replaced.replace("@", f"{somebody if opened else somebody[0].lower() + somebody[1:]} ")
        if "@" in replaced
        else None
    )


def wrong_year(text: str, context: Context) -> str | None:
    """A year that no item of the evidence has."""
    years = re.findall(r"\b(?:19|20)\d\d\b", text)
    known = {one.year for one in (context.recommended, *context.history)}
    other = str(context.random.choice([year for year in range(1930, 2026) if str(year) not in known]))
    return text.replace(years[0], other, 1) if years else _behind(text, f"from {other}")


def swapped_facts(text: str, context: Context) -> str | None:
    """A value of the recommended item becomes that of something else."""
    own = [
        one
        for one in context.recommended.attributes
        if one.value in text and one.name not in ("category", "year")
    ]
    for attribute in own:
        others = [
            value
            for description in context.history
            for value in description.values(attribute.name)
            if value not in context.recommended.values(attribute.name)
        ]
        shared = any(attribute.value in one.values(attribute.name) for one in context.history)
        if others and not shared:
            return text.replace(attribute.value, others[0], 1)
    return None


def invented_award(text: str, context: Context) -> str | None:
    """A prize that nothing speaks of."""
    return _behind(text, f", {context.random.choice(AWARDS)}")


def invented_cast(text: str, context: Context) -> str | None:
    """A person that nothing speaks of."""
    return _behind(
        text, f"{context.random.choice(('with', 'by', 'starring'))} {context.random.choice(NOBODY)}"
    )


def promise_of_effect(text: str, context: Context) -> str | None:
    """An effect, safety or health."""
    return _behind(text, f", {context.random.choice(PROMISES)}")


def negation(text: str, context: Context) -> str | None:
    """The contrary of what is said."""
    if " is " in text:
        return text.replace(" is ", " is not ", 1)
    denied = re.sub(r"\b([Yy]ou) (?=(liked|bought|watched)\b)", r"\1 never ", text, count=1)
    return denied if denied != text else None


def wrong_number(text: str, context: Context) -> str | None:
    """A count that nothing bears out."""
    noun = f"{context.world.noun}s"
    return _behind(text, f", like {context.random.choice(COUNTS)} other {noun} that you liked")


def wrong_category(text: str, context: Context) -> str | None:
    """A category that no item of the evidence has."""
    own = [
        name
        for name in context.recommended.categories
        if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)
    ]
    held = {name for one in (context.recommended, *context.history) for name in one.categories}
    everything = {name for one in context.world.descriptions.values() for name in one.categories}
    foreign = sorted(everything - held)
    if not own or not foreign:
        return None
    other = context.random.choice(foreign)
    return re.sub(rf"\b{re.escape(own[0])}\b", other, text, count=1, flags=re.IGNORECASE)


def false_reason(text: str, context: Context) -> str | None:
    """An item that is not in the history, or something that nobody knows of the reader."""
    foreign = sorted(set(context.world.descriptions) - {context.case["item"], *context.case["history"]})
    named = [title for title in context.case["history"] if title in text]
    if named and context.random.random() < 0.7:
        return text.replace(named[0], context.random.choice(foreign), 1)
    return _behind(text, f", {context.random.choice(EXCUSES)}")


def false_liking(text: str, context: Context) -> str | None:
    """An opinion that the reader does not have of what is named."""
    neutral = [
        title for title, felt in context.case["history"].items() if felt == "neutral" and title in text
    ]
    plain = re.search(r"\byou (watched|bought|read|listened to)\b", text, re.IGNORECASE)
    if not neutral or not plain or len(context.case["history"]) > 1:
        return None
    you = plain[0].split(" ")[0]
    return text.replace(plain[0], f"{you} {context.random.choice(('loved', 'hated', 'liked', 'adored'))}", 1)


def comparison(text: str, context: Context) -> str | None:
    """A comparison that nothing bears out."""
    title = context.random.choice(list(context.case["history"]))
    return _behind(text, f", {context.random.choice(BETTER).format(title)}")


RULES: dict[str, Rule] = {
    "wrong subject": wrong_subject,
    "wrong year": wrong_year,
    "swapped facts": swapped_facts,
    "invented award": invented_award,
    "invented cast": invented_cast,
    "promise of effect": promise_of_effect,
    "negation": negation,
    "wrong number": wrong_number,
    "wrong category": wrong_category,
    "false reason": false_reason,
    "false liking": false_liking,
    "comparison": comparison,
}


def planted(case: Case, world: SentenceWorld, kinds: list[str], random: Random) -> list[dict[str, Any]]:
    """The case's sentence made false in each of these ways that fit it."""
    texts = {kind: RULES[kind](case["text"], Context(case, world, random)) for kind in kinds}
    return [
        {**case, "kind": kind, "text": text} for kind, text in texts.items() if text and text != case["text"]
    ]


def _behind(text: str, addition: str) -> str:
    """The sentence with something added at its end."""
    space = "" if addition.startswith(",") else " "
    return f"{text.rstrip('.!?')}{space}{addition}."
