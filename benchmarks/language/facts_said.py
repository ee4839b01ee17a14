"""Sentences with a fact about their item beyond category and year, on films with plots and on Beauty titles.

Items are drawn with a seed, and for each two others that were liked: what can be said of an item does not
depend on who recommends it. A sentence counts where it passes the checker, has a fact's words, and the
catalogue has the fact's text at the place that the fact names.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from palate.config import Config, load_config
from palate.data.catalogue import clean_catalogue, finish_catalogue
from palate.data.sources.find import open_source
from palate.explain import Descriptions, Evidence, Sentiment, SupportingItem, Vocabulary, check
from palate.explain.evidence.described import DescribedItems, fact_finder
from palate.explain.generate.request import explanation_request
from palate.explain.sentences.phrase_tree import sample
from palate.explain.text.tokens import phrase_of
from palate.storage import Folder

SENTENCES = 1000
NAMED = 2
CONFIGS = {"films": "configs/movielens-1m.yaml", "beauty": "configs/amazon-beauty.yaml"}


class FactWorld:
    """A catalogue with what may be said of its items."""

    def __init__(self, config: Config) -> None:
        """Read the catalogue of a data source."""
        columns, explain = config.rerank.columns, config.explain
        self.catalogue, self._explain = _catalogue(config), explain
        plain = Descriptions.of(self.catalogue, columns, explain.facts).items
        finder = fact_finder(self.catalogue, columns, explain)
        self.items = DescribedItems(plain, self.catalogue, finder)
        self.vocabulary = Vocabulary.of(self.catalogue, columns, config.steering.nouns)

    def evidence(self, random: Random) -> tuple[int, Evidence]:
        """An item, and evidence from two liked ones."""
        item, *history = random.sample(range(len(self.items)), 1 + NAMED)
        recommended = self.items[item]
        supporting = [self._supporting(one, recommended.attributes) for one in history]
        return item, Evidence(recommended, tuple(supporting), noun=self._explain.noun)

    def facts_said(self, text: str, item: int, evidence: Evidence) -> int:
        """Facts of its item that a sentence has and the catalogue bears out; 0 if it may not be shown."""
        words = f" {' '.join(phrase_of(text))} "
        said = [
            fact
            for fact in evidence.recommended.facts
            if f" {' '.join(phrase_of(fact.text))} " in words
            and self.catalogue[fact.column][item].as_py()[fact.start : fact.end] == fact.text
        ]
        return len(said) if check(text, evidence, self.vocabulary).passed else 0

    def _supporting(self, item: int, attributes: tuple[Any, ...]) -> SupportingItem:
        description = self.items[item]
        shared = tuple(one for one in attributes if one in description.attributes)
        verb = self._explain.verb
        return SupportingItem(item, description, 1.0, sentiment=Sentiment.LIKED, verb=verb, shared=shared)


def measure_facts(folders: Mapping[str, str]) -> dict[str, Any]:
    """The share for each data set whose folder is given, by template and by a random walk of the grammar."""
    return {name: _shares(name, folder) for name, folder in folders.items()}


def _shares(name: str, folder: str) -> dict[str, Any]:
    world = FactWorld(load_config(CONFIGS[name], [f"data.folder={folder}"]))
    random, told = Random(0), {"template": 0, "walk": 0}
    for number in range(SENTENCES):
        item, evidence = world.evidence(random)
        request = explanation_request(str(number), evidence, world.vocabulary)
        texts = {"template": request.template, "walk": sample(request.permitted, random)}
        for kind, text in texts.items():
            told[kind] += world.facts_said(text, item, evidence) > 0
    return {kind: round(count / SENTENCES, 4) for kind, count in told.items()}


def _catalogue(config: Config) -> pa.Table:
    with TemporaryDirectory() as place:
        raw = Folder(place)
        open_source(config.data, raw)
        table = raw.read_table("catalogue.parquet")
    return finish_catalogue([clean_catalogue(table)], config.data.text_template)[0]
