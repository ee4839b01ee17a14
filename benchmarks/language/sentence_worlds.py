"""Small catalogues that sentences are about, as the checker sees them: films, a shop, news and music.

The German and the Chinese ones are films and a shop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from palate.config import ColumnsConfig, ExplainConfig
from palate.explain import Description, Descriptions, Evidence, Sentiment, SupportingItem, Vocabulary
from palate.explain.evidence.described import DescribedItems, fact_finder
from palate.schema import ITEM, TITLE

SENTENCES = Path(__file__).with_name("sentences")
WORLDS = {"en": "worlds.yaml", "de": "worlds_de.yaml", "zh": "worlds_zh.yaml"}
"""Files with the catalogues of each language."""


@dataclass(frozen=True)
class SentenceWorld:
    """A catalogue, what the checker learns from it, and what may be said of its items."""

    descriptions: Mapping[str, Description]
    vocabulary: Vocabulary
    verb: str
    noun: str
    language: str

    @classmethod
    def of(cls, settings: Mapping[str, Any], language: str) -> SentenceWorld:
        """A world as the file has it; its items need not have every column."""
        names = [name for name in settings["items"][0] if name != TITLE]
        columns = {name: [item.get(name, "") for item in settings["items"]] for name in names}
        titles = [item[TITLE] for item in settings["items"]]
        catalogue = pa.table({ITEM: titles, TITLE: titles, **columns})
        meaning = ColumnsConfig(
            category="categories",
            date=settings.get("date"),
            wording=settings.get("words", {}),
            leads=settings["relations"],
        )
        explain = ExplainConfig(facts=settings["facts"], texts=settings["texts"])
        plain = Descriptions.of(catalogue, meaning, explain.facts).items
        described = DescribedItems(plain, catalogue, fact_finder(catalogue, meaning, explain))
        by_title = {title: described[row] for row, title in enumerate(titles)}
        vocabulary = Vocabulary.of(catalogue, meaning, settings["nouns"])
        return cls(by_title, vocabulary, verb=settings["verb"], noun=settings["noun"], language=language)

    def evidence(self, case: Mapping[str, Any]) -> Evidence:
        """The evidence of a case: what is recommended, and what was thought of the items of a history."""
        recommended = self.descriptions[case["item"]]
        supporting = [
            self._supporting(title, Sentiment(felt), recommended) for title, felt in case["history"].items()
        ]
        return Evidence(
            recommended,
            tuple(supporting),
            popular=case["popular"],
            noun=self.noun,
            language=self.language,
        )

    def _supporting(self, title: str, felt: Sentiment, recommended: Description) -> SupportingItem:
        description = self.descriptions[title]
        shared = tuple(one for one in recommended.attributes if one in description.attributes)
        return SupportingItem(0, description, 1.0, sentiment=felt, verb=self.verb, shared=shared)


@cache
def sentence_worlds(language: str = "en") -> dict[str, SentenceWorld]:
    """The worlds of a language by their names."""
    loaded = yaml.safe_load((SENTENCES / WORLDS[language]).read_text("utf-8"))
    return {name: SentenceWorld.of(settings, language) for name, settings in loaded.items()}
