"""All the sentences that a piece of evidence makes true, for a model to choose among.

Titles, categories, moods and the year stand where the evidence puts them. Which of them are said, in which
order, and the words between them are the writer's.
"""

from __future__ import annotations

from itertools import combinations

from palate.explain.evidence import Carrier, Evidence, shared_by_all
from palate.explain.moods import moods_of
from palate.explain.phrases import Phrase, one_of, row
from palate.explain.sentiment import Sentiment
from palate.explain.template import NOTHING_KNOWN, shown_title
from palate.explain.text import undelimited
from palate.explain.words import FILED, article, kind_of, listed

_LIKED = one_of("liked", "enjoyed")
_OFFER = one_of("here is", "we suggest", "you might enjoy", "you may also like")
_SUGGESTED = one_of("suggested", "recommended", "chosen for you")
_WITH_MOOD = 2
"""Categories that a mood stands before at most: with more the phrase is hard to read."""


def true_sentences(evidence: Evidence) -> Phrase:
    """Every permitted sentence on this evidence."""
    item = _item(evidence)
    if evidence.named:
        return _personal(evidence, deeds_of(evidence.named), item)
    if item is None:
        return "Many people have chosen this." if evidence.popular else NOTHING_KNOWN
    plain = row(one_of("This is ", "Here is ", "You might enjoy "), item, ".")
    return row("Many people have chosen this: ", item, ".") if evidence.popular else plain


def _personal(evidence: Evidence, deeds: Phrase, item: Phrase | None) -> Phrase:
    """Sentences that name something of the history."""
    because = row(one_of("Because", "Since"), " you ", deeds)
    if item is None:
        return row(because, ", ", one_of("here is", "you might enjoy", "we suggest"), " this one.")
    reason = row(_SUGGESTED, " ", one_of("because", "since"), " you ", deeds)
    return one_of(
        row("Because you ", deeds, ": ", item, "."),
        row(because, ", ", _OFFER, " ", item, "."),
        row("You ", deeds, ", so ", _OFFER, " ", item, "."),
        row("This is ", item, ", ", reason, "."),
        row(shown_title(evidence.recommended.title), " is ", item, ", ", reason, "."),
        *(_likeness(evidence, carrier) for carrier in evidence.named if _likened(evidence, carrier)),
    )


def deeds_of(named: tuple[Carrier, ...]) -> Phrase:
    """`liked Alien`, `liked Alien and Heat`, `watched Heat and enjoyed Alien`."""
    each = [row(_verb(carrier), " ", shown_title(carrier.description.title)) for carrier in named]
    if len({shown_title(carrier.description.title) for carrier in named}) < 2:
        return each[0]
    first, second = named[:2]
    if _verb(first) == _verb(second):
        titles = [shown_title(carrier.description.title) for carrier in (first, second)]
        return one_of(each[0], row(_verb(first), " ", titles[0], one_of(" and ", " as well as "), titles[1]))
    return one_of(each[0], row(each[0], " and ", each[1]), row(each[1], " and ", each[0]))


def _verb(carrier: Carrier) -> Phrase:
    return _LIKED if carrier.sentiment is Sentiment.LIKED else carrier.verb


def _item(evidence: Evidence) -> Phrase | None:
    """`a tense thriller from 1986`, `another science-fiction thriller`; None if nothing is known of it."""
    recommended, year = evidence.recommended, evidence.recommended.year
    kinds = _kinds(recommended.categories, "a", evidence.noun, _related(evidence))
    if not kinds and recommended.categories:
        filed = listed([undelimited(name) for name in recommended.categories[:FILED]])
        kinds = [f"{article(evidence.noun)} filed under {filed}"]
    if not kinds:
        return f"{article(evidence.noun)} from {year}" if year else None
    plain = row(one_of(*kinds), _from(year))
    others = _kinds(evidence.shared_categories, "another", evidence.noun)
    if not others:
        return plain
    # "Another thriller from 1986" would say that the named ones are of that year too.
    same_year = all(carrier.description.year == year for carrier in evidence.named)
    return one_of(plain, row(one_of(*others), _from(year if same_year else "")))


def _from(year: str) -> Phrase:
    return one_of("", f" from {year}") if year else ""


def _related(evidence: Evidence) -> frozenset[str]:
    """Categories that the item shares with something named: a reason is about them, if there are any."""
    return frozenset(
        name
        for carrier in evidence.named
        for name in shared_by_all(evidence.recommended.categories, [carrier])
    )


def _kinds(
    categories: tuple[str, ...], determiner: str, noun: str, about: frozenset[str] = frozenset()
) -> list[Phrase]:
    """`a tense thriller`, `a science-fiction thriller`: any of the categories, with or without a mood.

    Where there are kinds that hold one of `about`, only those.
    """
    chosen = [names for size in range(1, FILED + 1) for names in combinations(categories, size)]
    kinds = {kind: names for names in chosen if (kind := kind_of(names, noun))}
    related = {kind: names for kind, names in kinds.items() if about.intersection(names)}
    return [
        _determined(f"{mood} {kind}" if mood else kind, determiner)
        for kind, names in (related or kinds).items()
        for mood in ("", *(moods_of(names) if len(names) <= _WITH_MOOD else ()))
    ]


def _determined(noun: str, determiner: str) -> str:
    return article(noun) if determiner == "a" else f"{determiner} {noun}"


def _likened(evidence: Evidence, carrier: Carrier) -> tuple[str, ...]:
    """What the two have in common and can be said of a noun."""
    shared = shared_by_all(evidence.recommended.categories, [carrier])
    return tuple(name for name in shared if kind_of([name], evidence.noun))


def _likeness(evidence: Evidence, carrier: Carrier) -> Phrase:
    """`Like Alien, which you enjoyed, this is a tense thriller.`"""
    kinds = _kinds(_likened(evidence, carrier), "a", evidence.noun)
    title = shown_title(carrier.description.title)
    return row("Like ", title, ", which you ", _verb(carrier), ", this is ", one_of(*kinds), ".")
