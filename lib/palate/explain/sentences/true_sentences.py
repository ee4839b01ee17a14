"""True sentences: all that a piece of evidence makes true, for a model to choose among.

Titles, categories, moods and the year stand where the evidence puts them. Which of them are said, in which
order, and the words between them are the writer's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from palate.explain.english.category_names import FILED, article, listed
from palate.explain.evidence.evidence import Evidence, SupportingItem, shared_by_all
from palate.explain.sentences.facts import facts_said
from palate.explain.sentences.pattern_sentences import PatternSentences
from palate.explain.sentences.phrase_tree import Phrase, filled, one_of, row
from palate.explain.sentences.template import NOTHING_KNOWN, although, shown_title, spoken_clauses
from palate.explain.text.sanitising import undelimited
from palate.explain.text.sentence_pack import sentence_pack
from palate.explain.text.stated_phrases import stated_phrases

_LIKED = one_of("liked", "enjoyed")
_OFFER = one_of("here is", "we suggest")
_HOPE = one_of("you might enjoy", "you may also like")
_SUGGESTED = one_of("suggested", "recommended", "chosen for you")
_WITH_MOOD = 2
"""Categories that a mood stands before at most: with more the phrase is hard to read."""


def true_sentences(evidence: Evidence) -> Phrase:
    """Every permitted sentence on this evidence, in its language."""
    patterns = sentence_pack(evidence.language).patterns
    if patterns is not None:
        return PatternSentences(patterns, evidence).sentences(facts_said(evidence))
    item = _item(evidence)
    if evidence.is_personal:
        stated = [one_of(*stated_phrases(one.stated, evidence.language)) for one in evidence.named_stated]
        return _personal(evidence, verb_phrase(evidence.named, stated), item)
    if item is None:
        return "Many people have chosen this." if evidence.popular else NOTHING_KNOWN
    plain = row(one_of("This is ", "Here is ", "You might enjoy "), item, ".")
    return row("Many people have chosen this: ", item, ".") if evidence.popular else plain


def _personal(evidence: Evidence, actions: Phrase, item: Phrase | None) -> Phrase:
    """Sentences that name something of the history, or that was said."""
    because = row(one_of("Because", "Since"), " you ", actions)
    if item is None:
        return row(because, ", ", one_of("here is", "you might enjoy", "we suggest"), " this one.")
    title = shown_title(evidence.recommended.title)
    sentences: list[Phrase] = [
        filled("Because you {actions}: {item}.", actions=actions, item=item),
        filled("{because}, {offer} {item}.", because=because, offer=_OFFER, item=item),
        filled("{because}, {hope} {title}, {item}.", because=because, hope=_HOPE, title=title, item=item),
        filled("You {actions}, so {offer} {item}.", actions=actions, offer=_OFFER, item=item),
        filled(
            "You {actions}, so {hope} {title}, {item}.", actions=actions, hope=_HOPE, title=title, item=item
        ),
        filled(
            "{title} is {item}, {suggested} because you {actions}.",
            title=title,
            item=item,
            suggested=_SUGGESTED,
            actions=actions,
        ),
    ]
    alone = len(evidence.named) == 1 and not evidence.named_stated and not although(evidence.named)
    if alone and _likened(evidence, evidence.named[0]):
        sentences.append(_likeness(evidence, evidence.named[0]))
    return one_of(*sentences)


def verb_phrase(named: tuple[SupportingItem, ...], stated: Sequence[Phrase] = ()) -> Phrase:
    """`liked Alien and Heat`, `watched Heat and enjoyed Alien`, `watched Heat, although you disliked it`.

    All of them are said, with what was `stated`: without one alone an item might stay where it is.
    """
    done = [row(_done(verb), " ", _joined(titles)) for verb, titles in spoken_clauses(named)]
    clauses = [*stated, *done]
    orders = [clauses] if len(clauses) != 2 or although(named) else [clauses, clauses[::-1]]
    return one_of(*(row(*_enumerated(order), although(named)) for order in orders))


def _done(verb: str) -> Phrase:
    return _LIKED if verb == "liked" else verb


def _joined(titles: list[str]) -> Phrase:
    if len(titles) == 2:
        return row(titles[0], one_of(" and ", " as well as "), titles[1])
    return listed(titles)


def _enumerated(clauses: Sequence[Phrase]) -> list[Phrase]:
    """The clauses with commas between them, and a word before the last."""
    between = [*([", "] * (len(clauses) - 2)), " and "] if len(clauses) > 1 else []
    pairs = zip(clauses, [*between, ""], strict=True)
    return [part for pair in pairs for part in pair if part]


def _item(evidence: Evidence) -> Phrase | None:
    """`a tense thriller from 1986`, `another science-fiction thriller`; None if nothing is known of it.

    Behind it stands a fact of the item, where there is one.
    """
    kind, facts = _kind(evidence), facts_said(evidence)
    if not facts:
        return kind
    return row(kind or article(evidence.noun), ", ", one_of(*facts))


def _kind(evidence: Evidence) -> Phrase | None:
    recommended, year = evidence.recommended, evidence.recommended.year
    kinds = _kinds(evidence, recommended.categories, _related(evidence))
    if not kinds and recommended.categories:
        filed = listed([undelimited(name) for name in recommended.categories[:FILED]])
        kinds = {f"{evidence.noun} filed under {filed}": frozenset(recommended.categories)}
    if not kinds:
        return f"{article(evidence.noun)} from {year}" if year else None
    return one_of(*(_determined(kind, names, evidence) for kind, names in kinds.items()))


def _determined(kind: str, names: frozenset[str], evidence: Evidence) -> Phrase:
    """`another thriller` where all that are named are of this kind, `a thriller` where they are not."""
    year, plain = evidence.recommended.year, evidence.recommended.kind(sorted(names), evidence.noun)
    dated = f" from {year}" if year else ""
    if plain is None or not names <= set(evidence.shared_categories):
        tells_little = len(names) == 1 and kind == plain
        return row(article(kind), dated if tells_little else one_of("", dated))
    # "Another thriller from 1986" would say that the named ones are of that year too.
    if all(supporting_item.description.year == year for supporting_item in evidence.named):
        return row("another ", kind, one_of("", dated))
    return one_of(f"another {kind}", *([f"{article(kind)}{dated}"] if dated else []))


def _related(evidence: Evidence) -> frozenset[str]:
    """Categories that the item shares with something named: a reason is about them, if there are any."""
    return frozenset(
        name
        for supporting_item in evidence.named
        for name in shared_by_all(evidence.recommended.categories, [supporting_item])
    )


def _kinds(
    evidence: Evidence, categories: tuple[str, ...], about: frozenset[str] = frozenset()
) -> dict[str, frozenset[str]]:
    """`tense thriller`, `science-fiction thriller`: any of the categories, with or without a mood.

    Where there are kinds that hold one of `about`, only those.
    """
    recommended = evidence.recommended
    chosen = [names for size in range(1, FILED + 1) for names in combinations(categories, size)]
    kinds = {kind: names for names in chosen if (kind := recommended.kind(names, evidence.noun))}
    related = {kind: names for kind, names in kinds.items() if about.intersection(names)}
    return {
        f"{mood} {kind}".strip(): frozenset(names)
        for kind, names in (related or kinds).items()
        for mood in ("", *(recommended.moods(names) if len(names) <= _WITH_MOOD else ()))
    }


def _likened(evidence: Evidence, supporting_item: SupportingItem) -> tuple[str, ...]:
    """What the two have in common and can be said of a noun."""
    shared = shared_by_all(evidence.recommended.categories, [supporting_item])
    return tuple(name for name in shared if evidence.recommended.kind([name], evidence.noun))


def _likeness(evidence: Evidence, supporting_item: SupportingItem) -> Phrase:
    """`Like Alien, which you enjoyed, this is a tense thriller.`"""
    kinds = one_of(*map(article, _kinds(evidence, _likened(evidence, supporting_item))))
    facts = facts_said(evidence)
    kind = row(kinds, ", ", one_of(*facts)) if facts else kinds
    title, other = shown_title(evidence.recommended.title), shown_title(supporting_item.description.title)
    opinion = row(", which you ", _done(spoken_clauses((supporting_item,))[0][0]))
    return one_of(
        filled("Like {other}{opinion}, this is {kind}.", other=other, opinion=opinion, kind=kind),
        filled(
            "{title} is {kinds} like {other}{opinion}.",
            title=title,
            kinds=kinds,
            other=other,
            opinion=opinion,
        ),
    )
