"""Template: a sentence without a language model, for when there is none or it said something untrue."""

from __future__ import annotations

import re

from palate.explain.english.category_names import FILED, article, listed
from palate.explain.evidence.evidence import Evidence, SupportingItem
from palate.explain.evidence.sentiment import Sentiment
from palate.explain.sentences.facts import facts_said
from palate.explain.sentences.pattern_sentences import PatternSentences
from palate.explain.sentences.phrase_tree import first
from palate.explain.text.sanitising import CLOSING_QUOTE, OPENING_QUOTE, undelimited
from palate.explain.text.sentence_pack import sentence_pack
from palate.explain.text.stated_phrases import stated_phrases

NOTHING_KNOWN = "This is a suggestion from the catalogue."
"""Where there is no evidence at all."""

_PLAIN_TITLE = re.compile(r"[A-Z][\w'\u2019&()-]*( [\w'\u2019&()-]+){0,7}")
"""Titles that read well without quotation marks."""


def template_sentence(evidence: Evidence, fact: str | None = None) -> str:
    """One sentence that says why, in the language of the evidence, and nothing that it does not hold.

    It names the reasons, "liked" only where they were and "although you disliked it" where they were not, and
    "another" only for what all of them share, and says a fact of the item: `fact`, or the first there is; ""
    for none. Where it can name no reason it says that many people took the item, if they did, and what it is.
    """
    said = next(iter(facts_said(evidence)), "") if fact is None else fact
    patterns = sentence_pack(evidence.language).patterns
    if patterns is not None:
        return first(PatternSentences(patterns, evidence).sentences([said] if said else []))
    if evidence.is_personal:
        return f"{_because(evidence)}{_what_it_is(evidence, said)}."
    is_what = _bare(evidence, said)
    if evidence.popular:
        return f"Many people have chosen this{f': {is_what}' if is_what else ''}."
    return f"This is {is_what}." if is_what else NOTHING_KNOWN


def template_sentences(evidence: Evidence) -> list[str]:
    """Sentences of the template, the best first: with each fact, without any, and without the item."""
    sentences = [template_sentence(evidence, fact) for fact in (*facts_said(evidence), "")]
    return list(dict.fromkeys([*sentences, _reason_alone(evidence)]))


def nothing_known(language: str) -> str:
    """What is said where there is no evidence at all."""
    patterns = sentence_pack(language).patterns
    return patterns.nothing[0] if patterns else NOTHING_KNOWN


def _reason_alone(evidence: Evidence) -> str:
    """The sentence without anything of the item, which is the shortest that says why."""
    patterns = sentence_pack(evidence.language).patterns
    if patterns is not None:
        return first(PatternSentences(patterns, evidence).bare_sentences())
    if evidence.is_personal:
        return f"{_because(evidence)}."
    return "Many people have chosen this." if evidence.popular else NOTHING_KNOWN


def _because(evidence: Evidence) -> str:
    """`Because you searched for “space”, liked Alien and watched Heat, although you disliked it`."""
    stated = [stated_phrases(one.stated, evidence.language)[0] for one in evidence.named_stated]
    clauses = [f"{verb} {listed(titles)}" for verb, titles in spoken_clauses(evidence.named)]
    return f"Because you {listed([*stated, *clauses])}{although(evidence.named)}"


def spoken_clauses(named: tuple[SupportingItem, ...]) -> list[tuple[str, list[str]]]:
    """Each verb with the titles that it is said of; what was disliked comes last."""
    clauses: dict[tuple[bool, str], dict[str, None]] = {}
    for item in sorted(named, key=_is_disliked):
        clauses.setdefault((_is_disliked(item), _verb(item)), {})[shown_title(item.description.title)] = None
    return [(verb, list(titles)) for (_, verb), titles in clauses.items()]


def although(named: tuple[SupportingItem, ...]) -> str:
    """What is said behind the clauses of what was disliked, if anything was."""
    disliked = {item.description.title for item in named if _is_disliked(item)}
    return f", although you disliked {'it' if len(disliked) == 1 else 'them'}" if disliked else ""


def _is_disliked(supporting_item: SupportingItem) -> bool:
    return supporting_item.sentiment is Sentiment.DISLIKED


def _verb(supporting_item: SupportingItem) -> str:
    return "liked" if supporting_item.sentiment is Sentiment.LIKED else supporting_item.verb


def shown_title(title: str) -> str:
    """The title on one line, in quotation marks if it could be taken for a part of the sentence."""
    line = undelimited(title)
    return line if _PLAIN_TITLE.fullmatch(line) else f"{OPENING_QUOTE}{line}{CLOSING_QUOTE}"


def _what_it_is(evidence: Evidence, fact: str) -> str:
    """`: another science-fiction thriller, this one from 1986`; empty if nothing is known."""
    year = evidence.recommended.year
    shared = evidence.shared_categories
    if not shared:
        bare = _bare(evidence, fact)
        return f": {bare}" if bare else ""
    kind = evidence.recommended.kind(shared, evidence.noun)
    what = f"another {kind}" if kind else f"also filed under {_filed(shared)}"
    dated = f": {what}, this one from {year}" if year else f": {what}"
    return f"{dated}, {fact}" if fact else dated


def _bare(evidence: Evidence, fact: str) -> str:
    """`a science-fiction thriller from 1986`, with what is known of it; empty if nothing is."""
    categories, year = evidence.recommended.categories, evidence.recommended.year
    kind = evidence.recommended.kind(categories, evidence.noun)
    if kind or not categories:
        what = article(kind or evidence.noun) if kind or year or fact else ""
        dated = f"{what} from {year}" if year else what
    else:
        what = f"{article(evidence.noun)} filed under {_filed(categories)}"
        dated = f"{what}, from {year}" if year else what
    return f"{dated}, {fact}" if fact else dated


def _filed(categories: tuple[str, ...]) -> str:
    return listed([undelimited(name) for name in categories[:FILED]])
