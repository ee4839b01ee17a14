"""A filter that names a category which no item has is told so, with the name that was meant."""

from __future__ import annotations

import pytest

from serving.api.schemas import Boost, Filters
from serving.releases.category_names import KnownCategories, unknown_categories

KNOWN = KnownCategories(["Comedy", "Science Fiction", "Film-Noir", "comedy"])


@pytest.mark.parametrize("known", ["comedy", 'COMEDY & !"science  fiction"', "not (film-noir or Comedy)"])
def test_names_that_items_have_are_no_matter_of_a_warning(known: str) -> None:
    assert unknown_categories(Filters(allow=known, deny=known), KNOWN) == []


def test_each_unknown_name_is_told_with_its_rule_and_a_near_name() -> None:
    filters = Filters(
        allow="comdy or comedy",
        deny='"science ficton" & zzz',
        boosts=[Boost(match="comdy", factor=2), Boost(match="!comdy", factor=3)],
    )
    assert unknown_categories(filters, KNOWN) == [
        "filters.allow: no item has the category 'comdy'; did you mean 'comedy'?",
        "filters.deny: no item has the category 'science ficton'; did you mean 'Science Fiction'?",
        "filters.deny: no item has the category 'zzz'",
        "filters.boosts: no item has the category 'comdy'; did you mean 'comedy'?",
    ]
