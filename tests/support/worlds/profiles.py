"""A small catalogue of films, and people who liked or disliked some of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from palate.config import load_config
from palate.config.rerank import ColumnsConfig
from palate.data.histories import History
from palate.explain import Descriptions, EventReading, Vocabulary
from palate.profile import Interest, interests_of

FILMS = {
    "Alien": ("1979", "Horror|Sci-Fi|Thriller"),
    "The Terminator": ("1984", "Sci-Fi|Thriller"),
    "Blade Runner": ("1982", "Sci-Fi|Thriller"),
    "Gattaca": ("1997", "Sci-Fi|Thriller"),
    "Heat": ("1995", "Crime|Thriller"),
    "When Harry Met Sally...": ("1989", "Comedy|Romance"),
    "Sleepless in Seattle": ("1993", "Comedy|Romance"),
    "Dude, Where's My Car?": ("2000", "Comedy"),
    "Big": ("1988", "Children's|Comedy"),
    "Casablanca": ("1942", "Drama|Romance"),
    "The Godfather": ("1972", "Crime|Drama"),
    "Amadeus": ("1984", "Drama"),
    "Now and Then": ("1995", "Drama"),
    "1984": ("1984", "Drama"),
    "Chinatown": ("1974", "Crime|Film-Noir"),
    "Gilda": ("1946", "Film-Noir"),
    "Bubble Bath": ("", "Skin_Care|Bath"),
    "Rubber Duck": ("", "Bath"),
    "???": ("2001", "unknown"),
    "Untold": ("", ""),
}
WORDING = load_config("configs/movielens-100k.yaml").rerank.columns.wording
COLUMNS = ColumnsConfig(category="genres", category_separator="|", date="year", wording=WORDING)
READING = EventReading(liked_from=4.0, disliked_to=2.0, verb="watched", noun="film")
OPINIONS = {"liked": 5.0, "neutral": 3.0, "disliked": 1.0}


def catalogue_of(films: dict[str, tuple[str, str]]) -> pa.Table:
    years, genres = zip(*films.values(), strict=True)
    return pa.table({"item": list(films), "title": list(films), "year": list(years), "genres": list(genres)})


CATALOGUE = catalogue_of(FILMS)
DESCRIPTIONS = Descriptions.of(CATALOGUE, COLUMNS)
VOCABULARY = Vocabulary.of(CATALOGUE, COLUMNS, ["film"])
PLACES = {title: place for place, title in enumerate(FILMS)}
BY_TITLE = dict(zip(FILMS, DESCRIPTIONS.items, strict=True))


def person(*events: tuple[str, str]) -> History:
    """Somebody who thought so of these films, oldest first."""
    items = np.array([PLACES[title] for title, _ in events], np.int32)
    values = np.array([OPINIONS[felt] for _, felt in events], np.float32)
    return History(items, np.arange(len(events), dtype=np.int64), np.full(len(events), "rate"), values)


def interests(*events: tuple[str, str]) -> list[Interest]:
    return interests_of(person(*events), DESCRIPTIONS, READING)


def liking(*titles: str) -> list[Interest]:
    return interests(*((title, "liked") for title in titles))
