"""Four generated catalogues that further requests are about: cinema, beauty, news and music.

Unlike those of `catalogues` they have people, several units for a number, days for dates, and items whose
titles are ordinary words ("Up", "Yesterday"), as real catalogues do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from benchmarks.language.catalogues import GENRES
from palate.config import ColumnsConfig, SteeringConfig
from palate.schema import ITEM, TITLE

ITEMS = 4000
Draw = Callable[[], str]

FILMS = {
    "Heat": ("1995", "170", "Michael Mann", "Al Pacino|Robert De Niro"),
    "Alien": ("1979", "117", "Ridley Scott", "Sigourney Weaver"),
    "Blade Runner": ("1982", "117", "Ridley Scott", "Harrison Ford"),
    "The Godfather": ("1972", "175", "Francis Ford Coppola", "Al Pacino|Marlon Brando"),
    "Fargo": ("1996", "98", "Joel Coen", "Frances McDormand"),
    "Titanic": ("1997", "194", "James Cameron", "Kate Winslet|Leonardo DiCaprio"),
    "Psycho": ("1960", "109", "Alfred Hitchcock", "Anthony Perkins"),
    "Vertigo": ("1958", "128", "Alfred Hitchcock", "James Stewart"),
    "Casablanca": ("1942", "102", "Michael Curtiz", "Humphrey Bogart"),
    "Toy Story": ("1995", "81", "John Lasseter", "Tom Hanks"),
    "Amélie": ("2001", "122", "Jean-Pierre Jeunet", "Audrey Tautou"),
    "Spirited Away": ("2001", "125", "Hayao Miyazaki", "Rumi Hiiragi"),
    "Jaws": ("1975", "124", "Steven Spielberg", "Roy Scheider"),
    "Up": ("2009", "96", "Pete Docter", "Ed Asner"),
    "Seven": ("1995", "127", "David Fincher", "Brad Pitt|Morgan Freeman"),
    "Big": ("1988", "104", "Penny Marshall", "Tom Hanks"),
    "Speed": ("1994", "116", "Jan de Bont", "Keanu Reeves|Sandra Bullock"),
    "The Matrix": ("1999", "136", "Lana Wachowski", "Keanu Reeves"),
}
DIRECTORS = tuple(
    sorted({director for _, _, director, _ in FILMS.values()} | {"Woody Allen", "Sofia Coppola"})
)
ACTORS = tuple(sorted({name for *_, cast in FILMS.values() for name in cast.split("|")} | {"Tom Cruise"}))
PRODUCTS = {
    "Midnight Rose": ("Perfume", "Chanel", "95", "50"),
    "Aloe Rescue Cream": ("Hand cream", "Weleda", "12", "75"),
    "Silky Touch Shampoo": ("Shampoo", "L'Oréal", "8", "400"),
    "Velvet Matte": ("Lipstick", "MAC", "24", "4"),
    "Sun Shield 50": ("Sunscreen", "Nivea", "15", "200"),
    "Morning Dew": ("Moisturizer", "The Ordinary", "19", "30"),
}
KINDS = (
    "Perfume", "Hand cream", "Shampoo", "Conditioner", "Lipstick", "Mascara", "Nail polish", "Sunscreen",
    "Moisturizer", "Serum", "Soap", "Brush",
)  # fmt: skip
BRANDS = ("Chanel", "Weleda", "L'Oréal", "MAC", "Nivea", "The Ordinary", "Maybelline", "Burt's Bees", "Dove")
ARTICLES = {
    "Storm Batters the Coast": ("Weather", "Reuters"),
    "Ten Ways to Sleep Better": ("Health", "BBC News"),
    "Markets Slide After Rate Decision": ("Finance", "Bloomberg"),
    "The Last Lighthouse Keeper": ("Travel", "The Guardian"),
    "Champions Again": ("Sports|Football", "ESPN"),
}
SECTIONS = (
    "Politics", "Sports", "Sports|Football", "Sports|Tennis", "Sports|Golf", "Finance", "Health", "Travel",
    "Food",
    "Autos", "Entertainment", "Weather", "Technology", "Science", "Crime", "Lifestyle", "Celebrities",
)  # fmt: skip
SOURCES = ("Reuters", "BBC News", "Bloomberg", "The Guardian", "ESPN", "Fox News", "Der Spiegel", "Xinhua")
SONGS = {
    "Hey Jude": ("Rock|Pop", "The Beatles", "1968", "431", "74"),
    "Yesterday": ("Pop", "The Beatles", "1965", "125", "97"),
    "Bohemian Rhapsody": ("Rock", "Queen", "1975", "355", "72"),
    "Smells Like Teen Spirit": ("Rock|Grunge", "Nirvana", "1991", "301", "117"),
    "Billie Jean": ("Pop", "Michael Jackson", "1982", "294", "117"),
    "So What": ("Jazz", "Miles Davis", "1959", "562", "136"),
    "Blue Monday": ("Electronic", "New Order", "1983", "449", "130"),
    "Wonderwall": ("Rock", "Oasis", "1995", "259", "87"),
    "1999": ("Pop|Funk", "Prince", "1982", "379", "119"),
    "Hello": ("Pop|Soul", "Adele", "2015", "295", "79"),
}
STYLES = (
    "Rock", "Pop", "Jazz", "Hip-Hop", "Classical", "Electronic", "Metal", "Folk", "Country", "Blues",
    "Soul",
    "R&B", "Punk", "Reggae", "Funk", "Grunge", "Ambient",
)  # fmt: skip
ARTISTS = tuple(
    sorted({row[1] for row in SONGS.values()} | {"Metallica", "Taylor Swift", "Bob Dylan", "Rammstein"})
)

CINEMA_COLUMNS = ColumnsConfig.model_validate(
    {
        "category": "genres",
        "date": "year",
        "values": ["director", "actors"],
        "numbers": {
            "runtime": {
                "units": {
                    **dict.fromkeys(("minute", "minutes", "min", "mins", "Minute", "Minuten", "分钟"), 1),
                    **dict.fromkeys(("hour", "hours", "h", "Stunde", "Stunden", "小时", "个小时"), 60),
                },
                "less": ["shorter", "kürzer", "短"],
                "more": ["longer", "länger", "长"],
            }
        },
        "leads": {"director": ["directed by", "by"], "actors": ["with", "starring"]},
    }
)
CINEMA_WORDS = SteeringConfig(
    nouns=("film", "movie", "flick", "picture", "Streifen", "电影", "影片", "片子", "片"),
    synonyms={
        "funny": "Comedy", "scary": "Horror", "romantic": "Romance", "animated": "Animation",
        "cartoon": "Animation",
        "kids": "Children's", "science fiction": "Sci-Fi", "noir": "Film-Noir", "romcom": "Comedy",
        "Komödie": "Comedy", "Krieg": "War", "Abenteuer": "Adventure", "Zeichentrick": "Animation",
        "Krimi": "Crime", "Liebes": "Romance", "Kinder": "Children's", "Dokumentar": "Documentary",
        "Doku": "Documentary", "Grusel": "Horror", "Science-Fiction": "Sci-Fi", "喜剧": "Comedy",
        "恐怖": "Horror",
        "战争": "War", "爱情": "Romance", "动画": "Animation", "科幻": "Sci-Fi", "惊悚": "Thriller",
        "纪录": "Documentary", "西部": "Western", "动作": "Action", "犯罪": "Crime", "冒险": "Adventure",
        "悬疑": "Mystery", "剧情": "Drama", "奇幻": "Fantasy", "儿童": "Children's", "音乐": "Musical",
    },
)  # fmt: skip
BEAUTY_COLUMNS = ColumnsConfig.model_validate(
    {
        "category": "kind",
        "values": ["brand"],
        "numbers": {
            "price": {
                "units": {
                    **dict.fromkeys(("€", "euro", "euros", "eur", "欧元", "欧"), 1),
                    **dict.fromkeys(("$", "dollar", "dollars", "bucks", "usd", "美元", "美金"), 0.9),
                },
                "less": ["cheaper", "günstiger", "billiger", "便宜"],
                "more": ["pricier", "more expensive", "teurer", "贵"],
            },
            "volume": {
                "units": {
                    **dict.fromkeys(("ml", "millilitres", "milliliters", "Milliliter", "毫升"), 1),
                    **dict.fromkeys(("oz", "ounce", "ounces"), 30),
                },
                "less": ["smaller", "kleiner", "小"],
                "more": ["bigger", "larger", "größer", "大"],
            },
        },
    }
)
BEAUTY_WORDS = SteeringConfig(
    nouns=("product", "item", "Produkt", "Artikel", "产品", "商品", "东西"),
    synonyms={
        "fragrance": "Perfume", "moisturiser": "Moisturizer", "Parfüm": "Perfume",
        "Handcreme": "Hand cream",
        "Spülung": "Conditioner", "Lippenstift": "Lipstick", "Wimperntusche": "Mascara",
        "Nagellack": "Nail polish",
        "Sonnencreme": "Sunscreen", "Feuchtigkeitscreme": "Moisturizer", "Seife": "Soap", "Pinsel": "Brush",
        "香水": "Perfume", "护手霜": "Hand cream", "洗发水": "Shampoo", "护发素": "Conditioner",
        "口红": "Lipstick",
        "睫毛膏": "Mascara", "指甲油": "Nail polish", "防晒霜": "Sunscreen", "防晒": "Sunscreen",
        "保湿霜": "Moisturizer", "精华": "Serum", "香皂": "Soap", "刷子": "Brush",
    },
)  # fmt: skip
NEWS_COLUMNS = ColumnsConfig.model_validate(
    {
        "category": "section",
        "date": "published",
        "values": ["source"],
        "numbers": {
            "reading_time": {
                "units": dict.fromkeys(
                    ("minute", "minutes", "min", "mins", "minute read", "Minute", "Minuten", "分钟"), 1
                ),
                "less": ["shorter", "kürzer", "短"],
                "more": ["longer", "länger", "长"],
            }
        },
    }
)
NEWS_WORDS = SteeringConfig(
    nouns=("article", "story", "stories", "news", "piece", "Artikel", "Nachrichten", "Meldung", "新闻",
    "文章", "报道"),
    synonyms={
        "sport": "Sports", "business": "Finance", "cars": "Autos", "tech": "Technology",
        "soccer": "Football",
        "celebrity": "Celebrities", "Politik": "Politics", "Sport": "Sports", "Fußball": "Football",
        "Finanzen": "Finance", "Wirtschaft": "Finance", "Gesundheit": "Health", "Reise": "Travel",
        "Essen": "Food",
        "Autos": "Autos", "Unterhaltung": "Entertainment", "Wetter": "Weather", "Technik": "Technology",
        "Wissenschaft": "Science", "Kriminalität": "Crime", "Promis": "Celebrities", "政治": "Politics",
        "体育": "Sports", "足球": "Football", "网球": "Tennis", "高尔夫": "Golf", "财经": "Finance",
        "健康": "Health",
        "旅游": "Travel", "美食": "Food", "汽车": "Autos", "娱乐": "Entertainment", "天气": "Weather",
        "科技": "Technology", "科学": "Science", "犯罪": "Crime", "明星": "Celebrities",
    },
)  # fmt: skip
MUSIC_COLUMNS = ColumnsConfig.model_validate(
    {
        "category": "style",
        "date": "year",
        "values": ["artist"],
        "numbers": {
            "length": {
                "units": {
                    **dict.fromkeys(("second", "seconds", "Sekunden", "秒"), 1),
                    **dict.fromkeys(("minute", "minutes", "min", "mins", "Minute", "Minuten", "分钟"), 60),
                },
                "less": ["shorter", "kürzer", "短"],
                "more": ["longer", "länger", "长"],
            },
            "tempo": {
                "units": {"bpm": 1, "beats per minute": 1},
                "less": ["slower", "langsamer", "慢"],
                "more": ["faster", "schneller", "快"],
            },
        },
    }
)
MUSIC_WORDS = SteeringConfig(
    nouns=("song", "track", "tune", "music", "Lied", "Lieder", "Musik", "Stück", "歌", "歌曲", "音乐",
    "曲子"),
    synonyms={
        "rap": "Hip-Hop", "hip hop": "Hip-Hop", "rnb": "R&B", "electro": "Electronic",
        "Klassik": "Classical",
        "Elektro": "Electronic", "Volksmusik": "Folk", "摇滚": "Rock", "流行": "Pop", "爵士": "Jazz",
        "嘻哈": "Hip-Hop", "说唱": "Hip-Hop", "古典": "Classical", "电子": "Electronic", "金属": "Metal",
        "民谣": "Folk", "乡村": "Country", "蓝调": "Blues", "灵魂乐": "Soul", "朋克": "Punk",
        "雷鬼": "Reggae",
    },
)  # fmt: skip


def cinema() -> pa.Table:
    """One to three genres a film, a director, one or two actors, 1930 to 2020, 60 to 240 minutes."""
    random = np.random.default_rng(2)
    columns: dict[str, Draw] = {
        "year": lambda: str(random.integers(1930, 2021)),
        "runtime": lambda: str(random.integers(60, 241)),
        "director": lambda: str(random.choice(DIRECTORS)),
        "actors": lambda: "|".join(random.choice(ACTORS, random.integers(1, 3), replace=False)),
        "genres": lambda: "|".join(random.choice(GENRES, random.integers(1, 4), replace=False)),
    }
    return _table(columns, FILMS, "Film")


def beauty() -> pa.Table:
    """A kind and a brand a product, 3 to 150 euros, 4 to 500 millilitres."""
    random = np.random.default_rng(3)
    columns: dict[str, Draw] = {
        "kind": lambda: str(random.choice(KINDS)),
        "brand": lambda: str(random.choice(BRANDS)),
        "price": lambda: str(random.integers(3, 151)),
        "volume": lambda: str(random.integers(4, 501)),
    }
    return _table(columns, PRODUCTS, "Product")


def news() -> pa.Table:
    """A section and perhaps one within it, a source, a day from 2015 to 2019, 1 to 30 minutes to read."""
    random = np.random.default_rng(4)
    columns: dict[str, Draw] = {
        "section": lambda: str(random.choice(SECTIONS)),
        "source": lambda: str(random.choice(SOURCES)),
        "published": lambda: (date(2015, 1, 1) + timedelta(days=int(random.integers(1825)))).isoformat(),
        "reading_time": lambda: str(random.integers(1, 31)),
    }
    return _table(columns, ARTICLES, "Article")


def music() -> pa.Table:
    """One or two styles and an artist a song, 1950 to 2022, 90 to 600 seconds, 60 to 180 beats a minute."""
    random = np.random.default_rng(5)
    columns: dict[str, Draw] = {
        "style": lambda: "|".join(random.choice(STYLES, random.integers(1, 3), replace=False)),
        "artist": lambda: str(random.choice(ARTISTS)),
        "year": lambda: str(random.integers(1950, 2023)),
        "length": lambda: str(random.integers(90, 601)),
        "tempo": lambda: str(random.integers(60, 181)),
    }
    return _table(columns, SONGS, "Song")


def _table(columns: dict[str, Draw], known: Mapping[str, tuple[str, ...]], noun: str) -> pa.Table:
    """The known items with what is told of them, the rest drawn; and items that are all drawn."""
    titles = [*known, *(f"{noun} {number}" for number in range(len(known), ITEMS))]
    return pa.table(
        {
            ITEM: [str(number) for number in range(ITEMS)],
            TITLE: titles,
            **{
                name: [
                    known[title][place] if place < len(known.get(title, ())) else draw() for title in titles
                ]
                for place, (name, draw) in enumerate(columns.items())
            },
        }
    )
