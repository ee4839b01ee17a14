"""Filters are declared once: the API has those of the library, and every one of them reaches the pipeline."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from palate.data.histories import EMPTY_HISTORY
from palate.rank import rules
from palate.rank.rules import Filters, Rules, Variety
from palate.recommender.query import Query
from palate.stated.list_inputs import ListInputs, Strike
from serving.api import schemas
from serving.api.schemas import RecommendRequest
from serving.recommendations.query_builder import rules_of
from tests.support.api.client import ask, open_app

INTERNAL = {"dismissed"}
"""What the server knows of the person, and no client may set."""
GIVEN: dict[str, Any] = {
    "allow": "comedy",
    "deny": "horror",
    "boosts": [{"match": "drama", "factor": 2.0, "share": 0.25}],
    "not_before": 1990.0,
    "freshness": 0.5,
    "half_life": 3.0,
    "per_category": 2,
    "ranges": [{"column": "date", "min": 90.0, "max": None, "below": 99.0, "above": None, "outside": False}],
    "values": [{"column": "brand", "any_of": ["Lush"], "deny": False}],
}
VARIETY: dict[str, Any] = {"sources": {"ease": 0.5}, "diversity": 0.25, "explore": 0.5, "seed": 7}


def test_a_client_may_set_every_rule_but_the_internal_ones() -> None:
    assert set(Filters.model_fields) | set(Variety.model_fields) == set(Rules.model_fields) - INTERNAL
    assert RecommendRequest.model_fields["filters"].annotation is Filters
    assert set(Variety.model_fields) <= set(RecommendRequest.model_fields)


def test_no_rule_is_declared_a_second_time() -> None:
    assert set(inspect.get_annotations(Rules)) == INTERNAL
    assert not set(inspect.get_annotations(RecommendRequest)) & set(Rules.model_fields)
    assert (schemas.Boost, schemas.Filters) == (rules.Boost, rules.Filters)


@pytest.mark.parametrize(("schema", "model"), [("Filters", Filters), ("Boost", rules.Boost)])
def test_the_description_has_every_filter(schema: str, model: type[Filters]) -> None:
    described = ask(open_app(), "GET", "/openapi.json").json()["components"]["schemas"][schema]["properties"]
    assert {name: field["description"] for name, field in described.items()} == {
        name: field.description for name, field in model.model_fields.items()
    }


def test_every_rule_that_a_client_sets_reaches_the_pipeline() -> None:
    assert set(GIVEN) == set(Filters.model_fields)
    assert set(VARIETY) == set(Variety.model_fields)
    request = RecommendRequest.model_validate({"user": "u1", "filters": GIVEN} | VARIETY)
    rules = rules_of(request)
    struck = Strike(("a", "b"), "a and b", np.zeros(0, bool))
    built = ListInputs(Query(EMPTY_HISTORY, rules=rules), struck=(struck,)).without().rules
    assert built.model_dump() == GIVEN | VARIETY | {"dismissed": ("a and b",)}
