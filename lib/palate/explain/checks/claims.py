"""Claims: rules on what a sentence says of items; each must be entailed by the evidence about that item."""

from __future__ import annotations

from collections.abc import Iterator

from palate.explain.checks.reading import Reading, Span, is_same_stem
from palate.explain.checks.subjects import Claim, ClaimReading, holds, is_year, likens, named_descriptions
from palate.explain.english.lexicon import ARTICLES, DECADES, ENGLISH, NUMBERS
from palate.explain.evidence.descriptions import Description
from palate.explain.text.tokens import Phrase, phrase_of

_LONGEST_LEAD = 4
_BY = frozenset({"by", "is", "was", "the", "called"})
_REACH = 6
_NEAR = 3
"""Words within which one word is about another: "shares its director with"."""
"""Words between a value and a title that it is said of too: "Priya Nair also wrote ..."."""
_BREAKS = (
    ENGLISH.readers
    | ENGLISH.resets
    | frozenset({"since", "because", "as", "if", "although", "though", "and", "like"})
)


def foreign_titles(reading: ClaimReading) -> Iterator[str]:
    """Titles of the catalogue that are neither the recommended item's nor a supporting item's."""
    for span in reading.titles:
        if span.phrase not in reading.support.titles:
            yield f"names the title {' '.join(span.phrase)!r}, which the evidence does not hold"


def false_claims(reading: ClaimReading) -> Iterator[str]:
    """Categories, years and values that the item in question does not have."""
    for claim in reading.claims:
        held = [holds(claim, description, reading) for description in claim.subjects]
        if not (any(held) if claim.any else all(held) and held):
            yield _false(claim, reading)


def _false(claim: Claim, reading: ClaimReading) -> str:
    failing = [one for one in claim.subjects if not holds(claim, one, reading)]
    whose = "what is recommended" if reading.evidence.recommended in failing else _titled(failing)
    if claim.relation == "category":
        names = sorted(reading.vocabulary.category_forms[claim.words])
        return f"claims the category {names[0]!r} of {whose}, which does not have it"
    return f"says {claim.said!r} of {whose}, which the evidence does not hold"


def _titled(failing: list[Description]) -> str:
    return repr(failing[0].title) if failing else "nothing that the evidence holds"


def false_leads(reading: ClaimReading) -> Iterator[str]:
    """Values that stand behind the wrong words, such as an actor behind "directed by"."""
    for claim in reading.claims:
        columns = _columns_before(reading, claim.first) if claim.relation == "value" else None
        if columns is None:
            continue
        own = {known.column for known in reading.support.values[claim.words]}
        if not columns & own:
            yield f"says {claim.said!r} as if it were of {sorted(columns)[0]!r}"


def _columns_before(reading: ClaimReading, first: int) -> frozenset[str] | None:
    """The columns that the words before a value speak of; None where they speak of none."""
    end = first
    while reading.word(end - 1) in ARTICLES | ENGLISH.mentions | {"in"} and end > first - 3:
        end -= 1
    named = {known.column for held in reading.support.values.values() for known in held}
    near = [reading.word(end - 1), *([reading.word(end - 2)] if reading.word(end - 1) in _BY else [])]
    direct = {column for column in named if any(is_same_stem(word, column) for word in near)}
    if direct:
        return frozenset(direct)
    for length in range(min(_LONGEST_LEAD, end), 0, -1):
        phrase = tuple(reading.word(position) for position in range(end - length, end))
        if phrase in reading.vocabulary.leads:
            return reading.vocabulary.leads[phrase]
    return None


def false_bridges(reading: ClaimReading) -> Iterator[str]:
    """A value that is said of a title behind it too: "Priya Nair wrote X", "the brand of X"."""
    for claim in reading.claims:
        title = _title_ahead(reading, claim.end) if claim.relation == "value" else None
        for description in _descriptions(reading, title):
            if not holds(claim, description, reading):
                yield f"says {claim.said!r} of {description.title!r}, which the evidence does not hold"


def _title_ahead(reading: ClaimReading, end: int) -> Span | None:
    titles = {span.first: span for span in reading.titles}
    links = False
    for position in range(end, min(end + _REACH, len(reading.tokens))):
        word = reading.word(position)
        relative = reading.word(position) in ENGLISH.relatives
        if position in titles:
            return titles[position] if links else None
        is_broken = (
            "," in reading.gap(position) and not relative and word not in reading.support.columns | ARTICLES
        )
        if word in _BREAKS or is_broken:
            return None
        links = links or word in ENGLISH.linking | reading.support.columns | {"behind", "home"}
    return None


def _descriptions(reading: ClaimReading, title: Span | None) -> tuple[Description, ...]:
    mention = reading.support.titles.get(title.phrase) if title else None
    return mention.descriptions if mention else ()


def false_sameness(reading: ClaimReading) -> Iterator[str]:
    """What is said to be shared: "another thriller", "like Alien", "the same brand", "and so is Heat"."""
    yield from _false_another(reading)
    yield from _false_likeness(reading)
    yield from _false_shares(reading)
    yield from _false_same_column(reading)
    yield from _false_carried_over(reading)


def _false_another(reading: ClaimReading) -> Iterator[str]:
    """What is another of its kind needs something else of that kind."""
    everything = [reading.evidence.recommended, *named_descriptions(reading)]
    for claim in reading.claims:
        others = [one for one in everything if one not in claim.subjects] or everything[1:]
        if claim.another and not any(holds(claim, one, reading) for one in others):
            yield f"says 'another', but {claim.said!r} is not shared with what it names"


def _false_likeness(reading: ClaimReading) -> Iterator[str]:
    """`like Alien`: the categories that are said beside it are Alien's too, and something is shared."""
    recommended = reading.evidence.recommended
    for title in _likened(reading):
        beside = _beside(reading, title)
        for description in _descriptions(reading, title):
            apart = [claim for claim in beside if not holds(claim, description, reading)]
            if apart and apart[0].relation == "category":
                yield f"says 'like', but {apart[0].said!r} is not shared with {description.title!r}"
            elif any(not holds(claim, description, reading) for claim in _years_right_before(reading, title)):
                yield f"says 'like' of a year that is not that of {description.title!r}"
            elif beside and len(apart) == len(beside):
                yield f"says 'like', but nothing that it says is shared with {description.title!r}"
            elif not _have_something_in_common(recommended, description, reading):
                yield f"says 'like', but nothing is shared with {description.title!r}"


def _likened(reading: ClaimReading) -> Iterator[Span]:
    """Titles that something is likened to."""
    yield from (title for title in reading.titles if likens(reading, title.first))


def _beside(reading: ClaimReading, title: Span) -> list[Claim]:
    """What is said of the recommended item behind a likeness, or else before it."""
    recommended = reading.evidence.recommended
    own = [claim for claim in reading.claims if recommended in claim.subjects and claim.relation != "year"]
    behind = [claim for claim in own if claim.first >= title.end]
    return behind or [claim for claim in own if claim.end <= title.first]


def _years_right_before(reading: ClaimReading, title: Span) -> list[Claim]:
    """`is from 1986, like Alien`: years that a likeness is about, as nothing else is said before it."""
    before = [claim for claim in reading.claims if claim.end <= title.first][-1:]
    return [claim for claim in before if claim.relation == "year" and title.first - claim.end <= _NEAR]


def _have_something_in_common(one: Description, other: Description, reading: ClaimReading) -> bool:
    if {phrase_of(name) for name in one.categories} & {phrase_of(name) for name in other.categories}:
        return True
    return any(
        {one, other} <= {known.description for known in held} for held in reading.support.values.values()
    )


def _false_shares(reading: ClaimReading) -> Iterator[str]:
    """`shares its director, James Cameron, with Alien`."""
    if not ENGLISH.same.intersection(reading.words) - {"same"}:
        return
    supporting = {item.description for item in reading.evidence.supporting_items}
    named = [one for span in reading.titles for one in _descriptions(reading, span) if one in supporting]
    for claim in reading.claims:
        for one in (
            named if reading.evidence.recommended in claim.subjects and claim.relation != "year" else ()
        ):
            if not holds(claim, one, reading):
                yield f"says that {claim.said!r} is shared with {one.title!r}"


def _false_same_column(reading: ClaimReading) -> Iterator[str]:
    """`the same brand`, `on the label of Tidewater`: a value of that column is that of both."""
    for position in reading.outside:
        said, others = reading.word(position), named_descriptions(reading)
        if said == "same":
            yield from _not_same(reading, reading.word(position + 1), others)
        elif said in ENGLISH.same:
            ahead = [reading.word(position + step) for step in range(1, 1 + _NEAR)]
            for column in (word for word in ahead if word in {"year", *reading.support.columns}):
                yield from _not_same(reading, column, others)
        elif said in {"year", *reading.support.columns} and reading.word(position + 1) in {"of", "behind"}:
            following = position + 2
            while reading.word(following) in ARTICLES:
                following += 1
            title = next((span for span in reading.titles if span.first == following), None)
            claims = [
                claim for claim in reading.claims if claim.relation == "value" and claim.end >= position - 1
            ]
            stands_alone = not any(claim.end in {position, position - 1} for claim in claims)
            if title and stands_alone and "," not in reading.gap(position):
                yield from _not_same(reading, said, list(_descriptions(reading, title)))


def _not_same(reading: ClaimReading, column: str, others: list[Description]) -> Iterator[str]:
    recommended = reading.evidence.recommended
    if column == "year":
        shared = any(one.year == recommended.year != "" for one in others)
    elif column in reading.support.columns:
        shared = any(
            known.description == recommended
            and column in phrase_of(known.column)
            and _has(held, one, known.column)
            for held in reading.support.values.values()
            for known in held
            for one in others
        )
    else:
        shared = any(_have_something_in_common(recommended, one, reading) for one in others)
    if not shared and recommended not in others:
        yield f"says that the {column} is the same, which the evidence does not hold"


def _has(held: tuple[object, ...], description: Description, column: str) -> bool:
    return (description, column) in held


def _false_carried_over(reading: ClaimReading) -> Iterator[str]:
    """`and so is Heat`, `as does the cream`: what was said of one thing is said of another one."""
    for span in reading.parts:
        if span.kind != "idiom" or ENGLISH.phrases[span.phrase] != "carried":
            continue
        ahead = [title for title in reading.titles if title.first >= span.end][:1]
        targets = _descriptions(reading, ahead[0]) if ahead else (reading.evidence.recommended,)
        for claim in reading.claims:
            if claim.end <= span.first and claim.relation != "year" and not claim.any:
                for one in targets:
                    if not holds(claim, one, reading):
                        yield f"says {claim.said!r} of {one.title!r} too, which the evidence does not hold"


def foreign_numbers(reading: ClaimReading) -> Iterator[str]:
    """Numbers that are no year, and are not the number of titles that are named."""
    for word in reading.words:
        if is_year(word) or word in DECADES:
            continue
        if any(sign.isdigit() for sign in word) or not _counts_titles(word, reading):
            yield f"says {word!r}, a number that the evidence does not hold"


def _counts_titles(word: str, reading: ClaimReading) -> bool:
    supporting = {span.phrase for span in reading.titles if _is_supporting(reading, span)}
    return NUMBERS.get(word, 1) in {1, len(supporting), len({span.phrase for span in reading.titles})}


def _is_supporting(reading: ClaimReading, span: Span) -> bool:
    mention = reading.support.titles.get(span.phrase)
    return mention is not None and bool(mention.supporting_items)


def unsupported_popularity(reading: ClaimReading) -> Iterator[str]:
    """That many people took the item, where nothing says so."""
    for word in reading.words:
        if word in ENGLISH.popular and not reading.evidence.popular:
            yield f"says {word!r}, but the evidence does not say that many people took it"


def nothing_said(reading: ClaimReading) -> Iterator[str]:
    """Sentences that make no use of the evidence there is."""
    recommended = reading.evidence.recommended
    evidence = reading.evidence
    usable = evidence.is_personal or recommended.categories or recommended.year or evidence.popular
    used = reading.spans or recommended.year in reading.words or ENGLISH.popular.intersection(reading.words)
    if usable and not used:
        yield "says nothing that the evidence holds"


def categories_in(reading: Reading) -> set[Phrase]:
    """The categories that the sentence claims, as folded words."""
    claimed = [span for span in reading.spans if span.kind == "category"]
    return {phrase_of(name) for span in claimed for name in reading.categories_of(span)}
