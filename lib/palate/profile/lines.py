"""Profile lines: all that an interest makes true, for a model to choose from, and one without a model."""

from __future__ import annotations

from palate.explain.english.category_names import listed, plural
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.sentiment import Sentiment
from palate.explain.sentences.pattern_sentences import PatternSentences
from palate.explain.sentences.phrase_tree import Phrase, filled, first, one_of, row
from palate.explain.sentences.template import shown_title
from palate.explain.sentences.true_sentences import verb_phrase
from palate.explain.text.sanitising import undelimited
from palate.explain.text.sentence_pack import sentence_pack
from palate.profile.frequency import is_mostly, is_often
from palate.profile.interests import EXAMPLES, Interest


def true_lines(interest: Interest) -> Phrase:
    """Every permitted line; no English one begins with a kind, which a capital could make a title."""
    patterns = sentence_pack(interest.evidence.language).patterns
    if patterns is not None:
        return PatternSentences(patterns, interest.evidence).lines(EXAMPLES)
    evidence = interest.evidence
    kinds = _kinds(evidence, interest.categories)
    examples = _examples(evidence, comma=_kind(evidence, interest.categories) is None)
    taste = _taste(interest)
    lines: list[Phrase] = [filled("{taste} {kinds}{examples}.", taste=taste, kinds=kinds, examples=examples)]
    if evidence.named:
        guess = one_of(" seem to be your kind of ", " look like your kind of ")
        lines.append(
            filled(
                "You {actions}: {kinds}{guess}{noun}.",
                actions=one_of(*(verb_phrase(evidence.named[:count]) for count in (1, EXAMPLES))),
                kinds=kinds,
                guess=guess,
                noun=evidence.noun,
            )
        )
    if _is_liked(evidence) and is_mostly(interest.share):
        noun = plural(evidence.noun)
        lines.append(row(f"More than half of the {noun} you liked are ", kinds, examples, "."))
    return one_of(*lines)


def template_line(interest: Interest) -> str:
    """`You liked Alien and The Terminator: science-fiction thrillers seem to be your kind of film.`"""
    if sentence_pack(interest.evidence.language).patterns is not None:
        return first(true_lines(interest))
    evidence = interest.evidence
    kind = plural_kind(evidence, interest.categories)
    titles = _titles(evidence)
    if not titles:
        return f"You keep coming back to {kind}."
    verb = "liked" if _is_liked(evidence) else evidence.named[0].verb
    same = [item for item in evidence.named[:EXAMPLES] if _is_liked(evidence) or item.verb == verb]
    shown = dict.fromkeys(shown_title(item.description.title) for item in same)
    return f"You {verb} {listed(list(shown))}: {kind} seem to be your kind of {evidence.noun}."


def plural_kind(evidence: Evidence, categories: tuple[str, ...]) -> str:
    """`science-fiction thrillers`, `films filed under bath`."""
    kind = _kind(evidence, categories)
    if kind is None:
        return f"{plural(evidence.noun)} filed under {listed([undelimited(name) for name in categories])}"
    return plural(kind)


def _kind(evidence: Evidence, categories: tuple[str, ...]) -> str | None:
    return evidence.recommended.kind(categories, evidence.noun)


def _kinds(evidence: Evidence, categories: tuple[str, ...]) -> Phrase:
    """The categories in the plural, with or without a mood."""
    kind = plural_kind(evidence, categories)
    moods = evidence.recommended.moods(categories) if _kind(evidence, categories) else ()
    return one_of(kind, *(f"{mood} {kind}" for mood in moods))


def _taste(interest: Interest) -> Phrase:
    """What comes before the kinds."""
    often = ["often ", "frequently "] * is_often(interest.share)
    mostly = ["mostly ", "mainly "] * is_mostly(interest.share)
    adverbs = ["", *often, *mostly]
    returns = row("You ", one_of(*adverbs), one_of("come back to", "return to", "go for"))
    leans = row("Your ", one_of("taste", "history"), " seems to lean towards")
    tastes: list[Phrase] = [returns, leans, "You keep coming back to", "You have a taste for"]
    if _is_liked(interest.evidence):
        tastes += ["You seem to enjoy", "You are fond of", "You are a fan of"]
    return one_of(*tastes)


def _examples(evidence: Evidence, comma: bool) -> Phrase:
    """` such as Alien and The Terminator`; nothing where nothing can be named."""
    titles = _titles(evidence)
    if not titles:
        return ""
    pairs = [row(titles[0], one_of(" and ", " or "), titles[1])] if len(titles) > 1 else []
    return row(", such as " if comma else " such as ", one_of(*titles, *pairs))


def _titles(evidence: Evidence) -> list[str]:
    return list(dict.fromkeys(shown_title(item.description.title) for item in evidence.named[:EXAMPLES]))


def _is_liked(evidence: Evidence) -> bool:
    """Whether it is liked items that the interest rests on; then all of them are."""
    return evidence.supporting_items[0].sentiment is Sentiment.LIKED
