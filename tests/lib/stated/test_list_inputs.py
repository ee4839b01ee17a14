"""A list can be asked for without any part of what it is made of, and everything else stays."""

from __future__ import annotations

import numpy as np

from palate.data.histories import History
from palate.live.said import Said
from palate.rank.rules import Rules
from palate.recommender.query import Query
from palate.stated.list_inputs import MOST_STATED, ListInputs, Strike
from palate.stated.parts import FILTERS, REQUEST, STRUCK_LINE, WRITTEN_LINE, Part, Stated
from palate.stated.written import MORE, read_line
from tests.support.worlds.requests import film_reader

HISTORY = History(np.array([4, 7, 4, 9], np.int32), np.arange(4))
SPACE, HEIST = Stated("search", "space horror"), Stated("review", "a heist that goes wrong")
SAID = Said(np.eye(2, dtype=np.float32), np.array([1, 3]))


def inputs() -> ListInputs:
    reader = film_reader()
    return ListInputs(
        Query(HISTORY, rules=Rules(deny="Western"), said=SAID),
        said=(SPACE, HEIST),
        written=(read_line("more comedy", reader),),
        struck=(Strike(("drama",), "drama", HISTORY.items == 9),),
        asked=reader.read("no horror"),
        request="no horror",
    )


def test_the_whole_list_has_all_of_it() -> None:
    query = inputs().without()
    assert query.history.items.tolist() == [4, 7, 4]
    assert query.rules.dismissed == ("drama",)
    assert [boost.factor for boost in query.rules.boosts] == [MORE]
    assert query.rules.deny is not None
    assert "Horror" in query.rules.deny
    assert query.said.places.tolist() == [1, 3]


def test_without_an_item_none_of_its_events_is_left_and_texts_stay_behind_what_is() -> None:
    query = inputs().without([4])
    assert query.history.items.tolist() == [7]
    assert query.said.places.tolist() == [0, 1]


def test_each_thing_that_was_stated_can_be_left_out_alone() -> None:
    made = inputs()
    left_out: dict[Part, Query] = {part: made.without([part]) for part in made.stated}
    assert left_out[Stated(STRUCK_LINE, "drama")].history.items.tolist() == [4, 7, 4, 9]
    assert left_out[Stated(STRUCK_LINE, "drama")].rules.dismissed == ()
    assert left_out[Stated(WRITTEN_LINE, "more comedy")].rules.boosts == []
    assert left_out[Stated(REQUEST, "no horror")].rules.deny == "(Western)"
    assert "Western" not in (left_out[Stated(FILTERS)].rules.deny or "")
    assert left_out[SPACE].said.vectors.tolist() == [[0, 1]]
    assert left_out[HEIST].said.places.tolist() == [1]
    assert set(left_out) == {
        Stated(REQUEST, "no horror"), Stated(FILTERS), SPACE, HEIST, Stated(WRITTEN_LINE, "more comedy"),
        Stated(STRUCK_LINE, "drama"),
    }  # fmt: skip


def test_what_is_said_twice_is_one_part() -> None:
    twice = ListInputs(Query(HISTORY, said=SAID), said=(SPACE, SPACE))
    assert twice.stated == (SPACE,)
    assert len(twice.without([SPACE]).said.places) == 0


def test_a_text_can_be_put_in_other_words_or_unsaid() -> None:
    made = inputs()
    other = made.rephrased(SPACE, np.array([0.6, 0.8], np.float32)).without()
    np.testing.assert_allclose(other.said.vectors, [[0.6, 0.8], [0, 1]])
    assert made.rephrased(SPACE, None).without().said.places.tolist() == [3]
    assert made.without().said.vectors.tolist() == [[1, 0], [0, 1]]


def test_an_explanation_looks_at_so_many_parts_and_no_more() -> None:
    reader = film_reader()
    lines = tuple(read_line(f"more comedy, part {number}", reader) for number in range(MOST_STATED + 4))
    stated = ListInputs(Query(HISTORY), written=lines).stated
    assert len(stated) == MOST_STATED
    assert stated[0].text == f"more comedy, part {MOST_STATED + 3}"
