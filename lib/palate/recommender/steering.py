"""Requests in words at a release: read with its names, and turned into a query's rules and direction."""

from __future__ import annotations

import numpy as np

from palate.recommender.artefacts import Artefacts
from palate.recommender.query import Query, SearchQuery
from palate.steering import RequestReader, Steering, steered_rules


def request_reader(artefacts: Artefacts) -> RequestReader:
    """What reads requests about the release's catalogue."""
    columns = artefacts.rerank.columns
    return RequestReader(
        artefacts.catalogue, columns, artefacts.facts, artefacts.steering, titles=artefacts.titles
    )


def steered(query: Query, steering: Steering) -> Query:
    """The query with what a request in words says; items that it names are known, and not listed."""
    steer = steering.steer
    return query._replace(
        rules=steered_rules(query.rules, steering),
        steer=steer,
        exclude=np.concatenate([query.exclude, steer.named]).astype(np.int32),
    )


def search_query(text: str, k: int, steering: Steering) -> SearchQuery:
    """What is looked for: by the words that are no constraint, or where there are none by all."""
    steer = steering.steer
    return SearchQuery(
        steer=steer if any(steer) else steer._replace(text=text),
        k=k,
        rules=steered_rules(SearchQuery(steer).rules, steering),
    )
