"""A small catalogue of films, and evidence from it."""

from __future__ import annotations

import pyarrow as pa

from palate.config import load_config
from palate.config.rerank import ColumnsConfig
from palate.explain import Description, Descriptions, Evidence, Sentiment, SupportingItem, Vocabulary

FILMS = {
    "Alien": ("1979", "Action Horror Sci-Fi Thriller"),
    "Aliens": ("1986", "Action Sci-Fi Thriller War"),
    "The Terminator": ("1984", "Action Sci-Fi Thriller"),
    "Heat": ("1995", "Action Crime Thriller"),
    "Casablanca": ("1942", "Drama Romance War"),
    "The Godfather": ("1972", "Action Crime Drama"),
    "When Harry Met Sally...": ("1989", "Comedy Romance"),
    "Dude, Where's My Car?": ("2000", "Comedy"),
    "Léon": ("1994", "Crime Drama"),
    "Seven (Se7en)": ("1995", "Crime Thriller"),
    "M*A*S*H": ("1970", "Comedy War"),
    "1984": ("1984", "Drama Sci-Fi"),
    "It": ("", "Horror"),
    "Big": ("1988", "Comedy Children's"),
    "You So Crazy": ("1994", ""),
    "Alien Resurrection": ("1997", "Sci-Fi"),
    "Romantic Comedy": ("1983", "Comedy Romance"),
    "???": ("2001", "unknown"),
    "That Thing You Do!": ("1996", "Comedy"),
    "Chinatown": ("1974", "Film-Noir Mystery"),
    "Hoop Dreams": ("1994", "Documentary"),
    "Now and Then": ("1995", "Drama"),
    "She's the One": ("1996", "Comedy Romance"),
    "Bubble Bath": ("", "Skin_Care Bath"),
}
WORDING = load_config("configs/movielens-100k.yaml").rerank.columns.wording
COLUMNS = ColumnsConfig(category="genres", category_separator=" ", date="year", wording=WORDING)


def catalogue_of(films: dict[str, tuple[str, str]]) -> pa.Table:
    years, genres = zip(*films.values(), strict=True)
    return pa.table({"item": list(films), "title": list(films), "year": list(years), "genres": list(genres)})


CATALOGUE = catalogue_of(FILMS)
DESCRIPTIONS = Descriptions.of(CATALOGUE, COLUMNS)
VOCABULARY = Vocabulary.of(CATALOGUE, COLUMNS, ["film", "movie"])
BY_TITLE = {description.title: description for description in DESCRIPTIONS.items}


def supporting_item(
    title: str, recommended: Description, sentiment: Sentiment = Sentiment.LIKED, verb: str = "watched"
) -> SupportingItem:
    description = BY_TITLE.get(title) or Description(title)
    shared = tuple(each for each in recommended.attributes if each in description.attributes)
    return SupportingItem(0, description, 1.0, sentiment, verb, shared)


def evidence(recommended: str, *, popular: bool = False, **history: str) -> Evidence:
    """Evidence by title; history items as `Alien="liked"`, `_` for a blank."""
    description = BY_TITLE[recommended]
    supporting_items = [
        supporting_item(title.replace("_", " "), description, Sentiment(felt))
        for title, felt in history.items()
    ]
    return Evidence(description, tuple(supporting_items), popular=popular)
