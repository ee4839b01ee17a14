"""Filters that a model may answer with are read back as the constraints that they name."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from xgrammar import Grammar

from benchmarks.language.models.request_grammar import FilterLanguage
from palate.config import ColumnsConfig
from palate.rank.filters import ItemFacts
from palate.schema import ITEM, TITLE

COLUMNS = ColumnsConfig.model_validate(
    {"category": "genre", "date": "year", "values": ["director"], "numbers": {"minutes": {}}}
)
FILMS = pa.table(
    {
        ITEM: ["1", "2"],
        TITLE: ["Heat", "Up"],
        "genre": ["Crime", "Comedy"],
        "year": ["1995", "2009"],
        "director": ["Michael Mann", "Pete Docter"],
        "minutes": ["170", "96"],
    }
)


@pytest.fixture(scope="module")
def language() -> FilterLanguage:
    return FilterLanguage(ItemFacts.of(FILMS, COLUMNS, np.zeros((2, 0), np.float32)))


def test_names_and_titles_become_constraints(language: FilterLanguage) -> None:
    answer = "want crime or comedy; avoid comedy; director not pete docter; like Heat; unlike Up"
    constraints = language.steering(answer, "").constraints
    assert [(one.kind, one.negative, one.names, one.items) for one in constraints] == [
        ("category", False, ("crime", "comedy"), ()),
        ("category", True, ("comedy",), ()),
        ("value", True, ("pete docter",), ()),
        ("item", False, (), (0,)),
        ("item", True, (), (1,)),
    ]


@pytest.mark.parametrize(
    ("answer", "bounds"),
    [
        ("minutes <= 100", {"max": 100}),
        ("minutes > 100", {"above": 100}),
        ("date <= 1990", {"below": 1991}),
        ("date > 1990", {"min": 1991}),
        ("date 1990 to 1999", {"min": 1990, "below": 2000}),
        ("minutes 90 to 100", {"min": 90, "max": 100}),
    ],
)
def test_a_year_lasts_until_its_end(language: FilterLanguage, answer: str, bounds: dict[str, float]) -> None:
    (constraint,) = language.steering(answer, "").constraints
    assert constraint.range is not None
    told = constraint.range.model_dump(exclude_defaults=True)
    assert {name: bound for name, bound in told.items() if name != "column"} == bounds


@pytest.mark.parametrize("answer", ["everything", "", "want", "want nothing", "date <", "date 19 to"])
def test_what_is_broken_or_unknown_constrains_nothing(language: FilterLanguage, answer: str) -> None:
    assert language.steering(answer, "words").constraints == ()


def test_grammar_offers_the_names_alone_that_the_request_may_mean(language: FilterLanguage) -> None:
    grammar = language.grammar("something like Heat")
    assert '"Heat"' in grammar
    assert '"Up"' not in grammar
    assert "director" not in grammar
    assert "director" in language.grammar("von Mann")


def test_grammar_can_be_read(language: FilterLanguage) -> None:
    assert "everything" in str(Grammar.from_ebnf(language.grammar("Heat by Mann")))
