"""An independent second look at sentences: with the release's tables alone, and nothing of `palate.explain`.

It knows less than the checker and looks in another way. It finds every title of the catalogue that stands in
a sentence as it is spelled, the longest first, and demands that it is the recommended film or a film of the
person's history that they rated well enough for what is said; that every genre, four-digit year and decade
is the recommended film's own; and that no capitalised word is left that nothing accounts for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

GENRES = {
    "Action": ("action",),
    "Adventure": ("adventure", "adventures"),
    "Animation": ("animation", "animated"),
    "Children's": ("children's",),
    "Comedy": ("comedy", "comedies", "comic"),
    "Crime": ("crime",),
    "Documentary": ("documentary", "documentaries"),
    "Drama": ("drama", "dramas", "dramatic"),
    "Fantasy": ("fantasy",),
    "Film-Noir": ("film noir", "noir"),
    "Horror": ("horror",),
    "Musical": ("musical", "musicals"),
    "Mystery": ("mystery", "mysteries"),
    "Romance": ("romance", "romances", "romantic"),
    "Sci-Fi": ("science fiction", "science-fiction", "sci-fi"),
    "Thriller": ("thriller", "thrillers"),
    "War": ("war",),
    "Western": ("western", "westerns"),
}
LIKED = re.compile(r"\b(liked|loved|enjoyed|fond of)\b")
LIKED_FROM = 4.0
STARTERS = {
    "The",
    "This",
    "Here",
    "You",
    "Your",
    "Since",
    "Because",
    "As",
    "Like",
    "Many",
    "Try",
    "A",
    "An",
    "Having",
}
"""Words that begin a sentence."""


class Film(NamedTuple):
    """A row of the catalogue."""

    title: str
    genres: frozenset[str]
    year: str


def films_of(catalogue: pa.Table) -> dict[str, Film]:
    """The catalogue by item."""
    rows = catalogue.select(["item", "title", "genres", "year"]).to_pylist()
    return {
        row["item"]: Film(row["title"], frozenset((row["genres"] or "").split()), str(row["year"] or ""))
        for row in rows
    }


def problems(sentence: str, item: str, ratings: dict[str, float], films: dict[str, Film]) -> Iterator[str]:
    """What is wrong with a sentence about `item` for somebody with these ratings by item."""
    film = films[item]
    rest, named = _without_titles(sentence, film, {films[seen].title for seen in ratings}, films)
    rated = {films[seen].title: value for seen, value in ratings.items()}
    if LIKED.search(sentence):
        said = [title for title in named if title != film.title and LIKED.search(_before(sentence, title))]
        yield from (f"{title} was not liked" for title in said if rated.get(title, 0) < LIKED_FROM)
    words = rest.lower()
    for genre, names in GENRES.items():
        if genre not in film.genres and any(re.search(rf"\b{re.escape(name)}\b", words) for name in names):
            yield f"the film is no {genre}"
    for year in re.findall(r"\b(?:18|19|20)\d\d", rest):
        if year != film.year and not (year.endswith("0") and film.year.startswith(year[:3])):
            yield f"{year} is not the film's year"
    for word in re.findall(r"\b[A-Z][\w'\u2019]*", rest):
        if word not in STARTERS:
            yield f"nothing accounts for {word}"


def _without_titles(
    sentence: str, film: Film, history: set[str], films: dict[str, Film]
) -> tuple[str, list[str]]:
    """The sentence without the titles that it may hold, and those titles."""
    named = []
    for title in sorted({film.title, *history}, key=len, reverse=True):
        if re.search(rf"(?<!\w){re.escape(title)}(?!\w)", sentence):
            named.append(title)
            sentence = re.sub(rf"(?<!\w){re.escape(title)}(?!\w)", " ", sentence)
    return sentence, named


def _before(sentence: str, title: str) -> str:
    """What is said before a title, from the verb before it on."""
    before = sentence.split(title)[0]
    verbs = list(re.finditer(r"\b(liked|loved|enjoyed|watched|saw|rated|fond of)\b", before))
    return before[verbs[-1].start() :] if verbs else before
