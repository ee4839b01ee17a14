"""Two generated catalogues that the requests are about: films with genres and years, a shop with prices."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from palate.config import ColumnsConfig, SteeringConfig
from palate.schema import ITEM, TITLE

ITEMS = 5000
TITLES = (
    "Heat", "Alien", "Toy Story", "Fargo", "Casablanca", "Psycho", "Blade Runner", "The Godfather",
    "Star Wars", "Vertigo", "Clueless", "Braveheart", "Titanic", "Schindler's List", "The Lion King",
)  # fmt: skip
GENRES = (
    "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
    "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
)  # fmt: skip
SHELVES = ("Soap", "Shampoo", "Perfume", "Sunscreen", "Hand cream", "Lipstick", "Candle", "Gift set")
BRANDS = ("Dove", "Lush", "Weleda", "Nivea", "Olive & Co", "Maison Lumière", "Blue Heron", "Kiehl's")

FILM_COLUMNS = ColumnsConfig(category="genres", date="year")
FILM_WORDS = SteeringConfig(
    nouns=("film", "movie", "电影", "片"),
    synonyms={
        "Komödie": "Comedy", "Krieg": "War", "Abenteuer": "Adventure", "Zeichentrick": "Animation",
        "Krimi": "Crime", "Dokumentar": "Documentary", "Liebes": "Romance", "Science-Fiction": "Sci-Fi",
        "Kinder": "Children's", "喜剧": "Comedy", "恐怖": "Horror", "战争": "War", "爱情": "Romance",
        "动画": "Animation", "科幻": "Sci-Fi", "惊悚": "Thriller", "纪录片": "Documentary", "西部": "Western",
        "动作": "Action", "犯罪": "Crime", "冒险": "Adventure", "悬疑": "Mystery", "剧情": "Drama",
    },
)  # fmt: skip
SHOP_COLUMNS = ColumnsConfig.model_validate(
    {
        "category": "shelf",
        "values": ["brand"],
        "numbers": {
            "price": {
                "units": {"euro": 1, "euros": 1, "€": 1, "欧元": 1, "欧": 1},
                "less": ["cheaper", "günstiger", "便宜"],
                "more": ["dearer", "more expensive", "teurer", "贵"],
            },
            "volume": {
                "units": {"ml": 1, "millilitre": 1, "millilitres": 1, "Milliliter": 1, "毫升": 1},
                "less": ["smaller", "kleiner", "小"],
                "more": ["larger", "bigger", "größer", "大"],
            },
        },
    }
)
SHOP_WORDS = SteeringConfig(
    nouns=("product", "Produkt", "产品", "商品"),
    synonyms={
        "Seife": "Soap", "Parfüm": "Perfume", "Sonnencreme": "Sunscreen", "Handcreme": "Hand cream",
        "Lippenstift": "Lipstick", "Kerze": "Candle", "Geschenkset": "Gift set", "香皂": "Soap",
        "洗发水": "Shampoo", "香水": "Perfume", "防晒霜": "Sunscreen", "护手霜": "Hand cream",
        "口红": "Lipstick", "蜡烛": "Candle", "礼盒": "Gift set",
    },
)  # fmt: skip


def films() -> pa.Table:
    """One to three genres a film, any year from 1922 to 1998."""
    random = np.random.default_rng(0)
    genres = [random.choice(GENRES, size=random.integers(1, 4), replace=False) for _ in range(ITEMS)]
    years = random.integers(1922, 1999, ITEMS)
    return pa.table(
        {
            ITEM: [str(number) for number in range(ITEMS)],
            TITLE: [*TITLES, *(f"Film {number}" for number in range(len(TITLES), ITEMS))],
            "genres": ["|".join(names) for names in genres],
            "year": [str(year) for year in years],
        }
    )


def shop() -> pa.Table:
    """A shelf and a brand a product, 5 to 120 euros and 10 to 500 millilitres."""
    random = np.random.default_rng(1)
    return pa.table(
        {
            ITEM: [str(number) for number in range(ITEMS)],
            TITLE: [f"Product {number}" for number in range(ITEMS)],
            "shelf": random.choice(SHELVES, ITEMS),
            "brand": random.choice(BRANDS, ITEMS),
            "price": [str(price) for price in random.integers(5, 121, ITEMS)],
            "volume": [str(volume) for volume in random.integers(10, 501, ITEMS)],
        }
    )
