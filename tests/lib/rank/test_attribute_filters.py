"""Lists keep to ranges of numbers and to names, and sources nominate from what the rules leave."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.config.rerank import ColumnsConfig
from palate.errors import PalateError
from palate.rank.filters import ItemFacts, RankedItems, post_process
from palate.rank.filters.attributes import remove_by_value, remove_out_of_range
from palate.rank.rules import Rules
from palate.recommender.narrowing import unwanted_items
from palate.schema import ITEM, TITLE
from tests.support.worlds.filters import wanted_of

COLUMNS = ColumnsConfig.model_validate(
    {"category": "shelf", "available": "in_stock", "numbers": {"price": {}}, "values": ["maker"]}
)


def shop() -> ItemFacts:
    """Five soaps, the last of which has no price and no maker."""
    catalogue = pa.table(
        {
            ITEM: list("abcde"),
            TITLE: ["A", "B", "C", "D", "E"],
            "shelf": ["bath", "bath", "face", "face", "hair"],
            "in_stock": ["yes", "no", "yes", "yes", "yes"],
            "price": ["5", "10", "15.5", "20", ""],
            "maker": ["Olive & Co", "Lush|Olive & Co", "lush", "Dove", ""],
        }
    )
    return ItemFacts.of(catalogue, COLUMNS, np.eye(5, dtype=np.float32))


FIVE = RankedItems(np.arange(5, dtype=np.int32), np.linspace(1, 0.5, 5, dtype=np.float32))


@pytest.mark.parametrize(
    ("bounds", "kept"),
    [
        ({"max": 10}, [0, 1]),
        ({"below": 10}, [0]),
        ({"min": 15.5}, [2, 3]),
        ({"above": 15.5}, [3]),
        ({"min": 10, "max": 15.5}, [1, 2]),
        ({"min": 10, "max": 15.5, "outside": True}, [0, 3]),
    ],
)
def test_ranges_keep_the_items_whose_number_is_known_and_within(
    bounds: dict[str, object], kept: list[int]
) -> None:
    left = remove_out_of_range(FIVE, wanted_of(ranges=[{"column": "price", **bounds}]), shop())
    assert left.kept.items.tolist() == kept
    assert "price" in left.removed[0].reason


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ({"any_of": ["LUSH"]}, [1, 2]),
        ({"any_of": ["lush", "dove"]}, [1, 2, 3]),
        ({"any_of": ["olive & co"], "deny": True}, [2, 3, 4]),
    ],
)
def test_values_keep_the_items_with_one_of_the_names(rule: dict[str, object], kept: list[int]) -> None:
    left = remove_by_value(FIVE, wanted_of(values=[{"column": "maker", **rule}]), shop())
    assert left.kept.items.tolist() == kept


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"ranges": [{"column": "weight", "max": 1}]}, "no numbers in 'weight', but in: price, date"),
        ({"values": [{"column": "brand", "any_of": ["x"]}]}, "no names in 'brand', but in: maker"),
        ({"ranges": [{"column": "date", "max": 1}]}, "No item of this release has a date"),
    ],
)
def test_a_column_that_is_not_there_is_refused_with_those_that_are(
    rules: dict[str, object], told: str
) -> None:
    with pytest.raises(PalateError, match=told):
        post_process(FIVE, wanted_of(**rules), shop())


@given(
    rules=st.fixed_dictionaries(
        {},
        optional={
            "allow": st.sampled_from(["bath", "bath | hair", "!face"]),
            "deny": st.sampled_from(["bath", "hair"]),
            "ranges": st.sampled_from([[{"column": "price", "max": 15.5}], [{"column": "price", "min": 6}]]),
            "values": st.sampled_from([[{"column": "maker", "any_of": ["lush"], "deny": True}]]),
        },
    )
)
def test_what_is_unwanted_before_retrieval_is_what_the_filters_take_out(rules: dict[str, object]) -> None:
    kept = post_process(FIVE, wanted_of(**rules), shop()).kept.items
    unwanted = unwanted_items(Rules.model_validate(rules), shop())
    assert np.flatnonzero(~unwanted).tolist() == sorted(kept.tolist())
