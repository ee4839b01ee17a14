"""Names that items have together, found by an inverted index."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from palate.steering.names.co_occurrence import CoOccurrence

SETS = st.lists(st.frozensets(st.sampled_from("abcdef"), max_size=4), max_size=8)
WANTED = st.frozensets(st.sampled_from("abcdefg"), min_size=1, max_size=4)


@given(SETS, WANTED)
def test_names_are_together_where_one_set_has_them_all(
    sets: list[frozenset[str]], wanted: frozenset[str]
) -> None:
    assert CoOccurrence(sets).has_together(wanted) == any(wanted <= names for names in sets)
