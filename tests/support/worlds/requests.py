"""Two small catalogues that requests in words are about."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from palate.config import ColumnsConfig, SteeringConfig
from palate.rank.filters import ItemFacts
from palate.schema import ITEM, TITLE
from palate.steering import RequestReader

SHOP = pa.Table.from_pylist(
    [
        {ITEM: "a", TITLE: "Sea Salt", "shelf": "Soap", "price": "6", "maker": "Olive & Co"},
        {
            ITEM: "b",
            TITLE: "Rose Garden",
            "shelf": "Perfume|Gift set",
            "price": "60",
            "maker": "Anna Lumière",
        },
        {ITEM: "c", TITLE: "Sun Block 50", "shelf": "Sunscreen", "price": "18", "maker": "Blue Heron"},
        {ITEM: "d", TITLE: "Soap", "shelf": "Hand cream", "price": "", "maker": "Blue Heron"},
    ]
)
SHOP_COLUMNS = ColumnsConfig.model_validate(
    {
        "category": "shelf",
        "numbers": {"price": {"units": {"€": 1, "euros": 1, "Euro": 1, "欧元": 1}, "less": ["cheaper"]}},
        "values": ["maker"],
    }
)
FILMS = pa.Table.from_pylist(
    [
        {ITEM: "1", TITLE: "Heat", "year": "1995", "genres": "Action|Crime", "minutes": "170"},
        {ITEM: "2", TITLE: "Alien", "year": "1979", "genres": "Horror|Sci-Fi", "minutes": "117"},
        {ITEM: "3", TITLE: "Toy Story", "year": "1995", "genres": "Children's|Comedy", "minutes": "81"},
        {ITEM: "4", TITLE: "It", "year": "1990", "genres": "Horror|War|Film-Noir|Drama", "minutes": "190"},
        {ITEM: "5", TITLE: "Matrix, The (1999)", "year": "1999", "genres": "Action", "minutes": "136"},
    ]
)
FILM_COLUMNS = ColumnsConfig.model_validate(
    {
        "category": "genres",
        "date": "year",
        "numbers": {
            "minutes": {
                "units": {"minutes": 1, "min": 1, "hour": 60, "hours": 60, "Minuten": 1, "分钟": 1},
                "less": ["shorter"],
            }
        },
    }
)
FILM_WORDS = SteeringConfig(
    synonyms={"恐怖": "Horror", "喜剧": "Comedy", "scary": "Horror", "Komödie": "Comedy", "Krieg": "War"},
    nouns=("film", "movie", "电影", "片"),
)
SHOP_WORDS = SteeringConfig(synonyms={"Seife": "Soap", "香水": "Perfume"}, nouns=("product", "Produkt"))


def reader_of(catalogue: pa.Table, columns: ColumnsConfig, words: SteeringConfig) -> RequestReader:
    facts = ItemFacts.of(catalogue, columns, np.zeros((len(catalogue), 0), np.float32))
    return RequestReader(catalogue, columns, facts, words)


def film_reader() -> RequestReader:
    return reader_of(FILMS, FILM_COLUMNS, FILM_WORDS)


def shop_reader() -> RequestReader:
    return reader_of(SHOP, SHOP_COLUMNS, SHOP_WORDS)
