"""Parallel catalogues: the same made-up goods in English, German and Chinese, and requests for them.

A good is a thing, a quality and a purpose. A request names the three in other words than the catalogue where
its language has them, and in another order.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np

LANGUAGES = ("en", "de", "zh")
GOODS, REQUESTS = 600, 100

THINGS = (
    ("frying pan", "Pfanne", "平底锅", "Bratpfanne", "煎锅"),
    ("water bottle", "Wasserflasche", "水壶", "Trinkflasche", "水瓶"),
    ("backpack", "Rucksack", "背包", "Tagesrucksack", "双肩包"),
    ("desk lamp", "Schreibtischlampe", "台灯", "Tischleuchte", "桌灯"),
    ("pillow", "Kopfkissen", "枕头", "Kissen", "枕芯"),
    ("blanket", "Decke", "毯子", "Wolldecke", "毛毯"),
    ("umbrella", "Regenschirm", "雨伞", "Schirm", "伞"),
    ("chopping board", "Schneidebrett", "砧板", "Küchenbrett", "菜板"),
    ("kitchen knife", "Küchenmesser", "菜刀", "Kochmesser", "厨刀"),
    ("teapot", "Teekanne", "茶壶", "Kanne für Tee", "泡茶壶"),
    ("coffee mug", "Kaffeebecher", "咖啡杯", "Tasse", "马克杯"),
    ("gloves", "Handschuhe", "手套", "Paar Handschuhe", "一双手套"),
    ("wall clock", "Wanduhr", "挂钟", "Uhr für die Wand", "墙上的钟"),
    ("flower pot", "Blumentopf", "花盆", "Pflanztopf", "种花的盆"),
    ("towel", "Handtuch", "毛巾", "Badetuch", "浴巾"),
    ("folding chair", "Klappstuhl", "折叠椅", "Faltstuhl", "可折叠的椅子"),
    ("bookshelf", "Bücherregal", "书架", "Regal für Bücher", "书柜"),
    ("dog leash", "Hundeleine", "狗绳", "Leine für den Hund", "遛狗绳"),
    ("toothbrush", "Zahnbürste", "牙刷", "Bürste für die Zähne", "刷牙的刷子"),
    ("hammock", "Hängematte", "吊床", "Matte zum Aufhängen", "可以挂的床"),
    ("lunch box", "Brotdose", "饭盒", "Vesperdose", "便当盒"),
    ("torch", "Taschenlampe", "手电筒", "Handlampe", "电筒"),
    ("notebook", "Notizbuch", "笔记本", "Heft", "记事本"),
    ("rain jacket", "Regenjacke", "雨衣", "Jacke gegen Regen", "防雨外套"),
)
"""English, German and Chinese as in the catalogue; German and Chinese as in a request."""
QUALITIES = (
    ("made of bamboo", "aus Bambus", "竹制"),
    ("made of stainless steel", "aus Edelstahl", "不锈钢"),
    ("made of wool", "aus Wolle", "羊毛"),
    ("made of recycled plastic", "aus recyceltem Kunststoff", "再生塑料"),
    ("made of leather", "aus Leder", "皮革"),
    ("made of glass", "aus Glas", "玻璃"),
    ("very light", "sehr leicht", "超轻"),
    ("in red", "in Rot", "红色"),
    ("in dark blue", "in Dunkelblau", "深蓝色"),
    ("waterproof", "wasserdicht", "防水"),
    ("with a flower pattern", "mit Blumenmuster", "花朵图案"),
    ("extra large", "extra groß", "特大号"),
)
PURPOSES = (
    ("for children", "für Kinder", "儿童用"),
    ("for camping", "zum Zelten", "露营用"),
    ("for the office", "fürs Büro", "办公室用"),
    ("for travelling", "für die Reise", "旅行用"),
    ("as a wedding gift", "als Hochzeitsgeschenk", "结婚礼物"),
    ("for old people", "für ältere Menschen", "老年人用"),
    ("for the garden", "für den Garten", "花园用"),
    ("for students", "für Studenten", "学生用"),
)


class Good(NamedTuple):
    """Rows of the three tables above."""

    thing: int
    quality: int
    purpose: int


def goods(seed: int = 0) -> list[Good]:
    """`GOODS` different ones by chance."""
    every = list(product(range(len(THINGS)), range(len(QUALITIES)), range(len(PURPOSES))))
    chosen = np.random.default_rng(seed).permutation(len(every))[:GOODS]
    return [Good(*every[number]) for number in chosen]


def catalogue_text(good: Good, language: str) -> str:
    """What a catalogue of the language says of a good."""
    column = LANGUAGES.index(language)
    thing, quality, purpose = (
        table[row][column] for table, row in zip((THINGS, QUALITIES, PURPOSES), good, strict=True)
    )
    if language == "zh":
        return f"{quality}{thing}。{purpose}。"
    return f"{thing[0].upper()}{thing[1:]}, {quality}, {purpose}."


def request(good: Good, language: str) -> str:
    """What somebody says who looks for it, in German or Chinese."""
    column = LANGUAGES.index(language)
    thing, quality = THINGS[good.thing][column + 2], QUALITIES[good.quality][column]
    purpose = PURPOSES[good.purpose][column]
    if language == "zh":
        return f"我想找{purpose}的{thing}、要{quality}的"
    return f"Ich suche etwas {purpose}: {thing} {quality}"
