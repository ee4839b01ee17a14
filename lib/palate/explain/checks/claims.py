"""Claims: rules on what a sentence names; titles, categories, numbers and names need evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from palate.explain.checks.reading import Reading
from palate.explain.english.category_names import plural
from palate.explain.english.lexicon import CLAIMS, DECADES, FUNCTION_WORDS, NUMBERS, POPULARITY, SAMENESS
from palate.explain.english.moods import categories_of
from palate.explain.english.tokens import Phrase, phrase_of
from palate.explain.evidence.evidence import SupportingItem, shared_by_all


def foreign_titles(reading: Reading) -> Iterator[str]:
    """Titles of the catalogue that are neither the recommended item's nor a supporting item's."""
    for span in reading.titles:
        if span.phrase not in reading.support.titles:
            yield f"names the title {' '.join(span.phrase)!r}, which the evidence does not hold"


def foreign_categories(reading: Reading) -> Iterator[str]:
    """Categories that the recommended item does not have."""
    true_categories = _phrases(reading.evidence.recommended.categories)
    for category in categories_in(reading):
        if phrase_of(category) not in true_categories:
            yield f"claims the category {category!r}, which the recommended item does not have"


def foreign_moods(reading: Reading) -> Iterator[str]:
    """Adjectives such as "scary", where the recommended item has no category that makes them true."""
    forms = reading.vocabulary.category_forms
    categories = {forms.get(phrase_of(name), name) for name in reading.evidence.recommended.categories}
    for word in reading.words:
        needed = categories_of(word)
        if needed and not needed & categories:
            yield f"says {word!r}, but the recommended item has no category that means it"


def foreign_numbers(reading: Reading) -> Iterator[str]:
    """Numbers other than the recommended item's year or decade, and the number of titles that are named."""
    for word in reading.words:
        if not _is_supported_number(word, reading):
            yield f"says {word!r}, a number that the evidence does not hold"
    for span in reading.titles:
        # The year that belongs to the title is a part of it.
        word = reading.word(span.end)
        if word.isdigit() and "(" in reading.gap(span.end):
            yield f"says {word!r} of {' '.join(span.phrase)!r}, which is not of that year"


def foreign_names(reading: Reading) -> Iterator[str]:
    """Capitalised words behind the first that are no part of anything the evidence holds: people, places."""
    for position in reading.outside:
        if position and reading.is_capital(position) and reading.word(position) not in FUNCTION_WORDS:
            token = reading.tokens[position]
            yield f"names {reading.text[token.start : token.end]!r}, which the evidence does not hold"


def foreign_claims(reading: Reading) -> Iterator[str]:
    """Awards, sequels, stars and the like, and popularity, where nothing says so.

    What items are called, such as "book", is no claim.
    """
    own = {*phrase_of(reading.evidence.noun), *phrase_of(plural(reading.evidence.noun))}
    for word in reading.words:
        if word in POPULARITY and not reading.evidence.popular:
            yield f"says {word!r}, but the evidence does not say that many people took it"
        if word in CLAIMS.keys() - own and not reading.evidence.recommended.values(CLAIMS[word]):
            yield f"says {word!r}, a claim that the evidence does not hold"


def false_sameness(reading: Reading) -> Iterator[str]:
    """Words such as "another", where the recommended item and the named ones do not have it in common."""
    same = SAMENESS.intersection(reading.words)
    supporting_items = _named_supporting_items(reading)
    shared = _phrases(shared_by_all(reading.evidence.recommended.categories, supporting_items))
    apart = [name for name in categories_in(reading) if phrase_of(name) not in shared]
    if same and apart:
        yield f"says {min(same)!r}, but {apart[0]!r} is not shared with what it names"
    year = reading.evidence.recommended.year
    differs = any(supporting_item.description.year != year for supporting_item in supporting_items)
    if {"both", "same"} & same and year in reading.words and differs:
        yield f"says {min(same)!r}, but the year {year} is not shared with what it names"


def nothing_said(reading: Reading) -> Iterator[str]:
    """Sentences that make no use of the evidence there is."""
    recommended = reading.evidence.recommended
    usable = reading.evidence.named or recommended.categories or recommended.year or reading.evidence.popular
    used = reading.spans or recommended.year in reading.words or POPULARITY.intersection(reading.words)
    if usable and not used:
        yield "says nothing that the evidence holds"


def categories_in(reading: Reading) -> list[str]:
    """The categories that the sentence claims, in natural spelling."""
    forms = reading.vocabulary.category_forms
    return [forms[span.phrase] for span in reading.spans if span.kind == "category"]


def _phrases(names: Iterable[str]) -> set[Phrase]:
    """The names without what catalogues spell in several ways: case and punctuation."""
    return {phrase_of(name) for name in names}


def _named_supporting_items(reading: Reading) -> tuple[SupportingItem, ...]:
    """The supporting items whose titles are in the sentence, or else those it could have named."""
    mentions = reading.support.titles
    named = [mentions[span.phrase].supporting_items for span in reading.titles if span.phrase in mentions]
    return sum(named, ()) or reading.evidence.named


def _is_supported_number(word: str, reading: Reading) -> bool:
    year = reading.evidence.recommended.year
    if any(sign.isdigit() for sign in word):
        decade = f"{year[:3]}0s" if year else ""
        return word in {year, decade, decade[2:]} - {""}
    if word in DECADES:
        return year[2:3] == str(DECADES[word])[0]
    number = NUMBERS.get(word, 1)
    return number in {1, len({span.phrase for span in reading.titles})}
