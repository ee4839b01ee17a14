"""A new release is compared with the one that it would replace, whatever the order of their items."""

from __future__ import annotations

import numpy as np
import pytest

from palate.recommender.artefacts import Artefacts
from palate.recommender.comparison import ReleaseScorer, compared
from palate.storage import Folder
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> dict[str, Artefacts]:
    """One that knows the circle of items, and one that knows what is popular alone."""
    folder = tmp_path_factory.mktemp("comparison")
    run, place = (
        tiny_run(str(folder / "run"), tiny.catalogue, tiny.histories),
        Folder(str(folder / "releases")),
    )
    return {name: Artefacts.of(publish_tiny(run, place, name)) for name in ("ease", "popularity")}


def test_one_that_finds_less_is_worse_and_an_equal_or_better_one_is_not(
    releases: dict[str, Artefacts], tiny: Tiny
) -> None:
    ease, popularity = releases["ease"], releases["popularity"]
    found = {
        names: compared(current, new, [tiny.histories], 100)
        for names, current, new in (
            ("worse", ease, popularity),
            ("better", popularity, ease),
            ("equal", ease, ease),
        )
    }
    assert {name: one and one.is_worse for name, one in found.items()} == {
        "worse": True,
        "better": False,
        "equal": False,
    }
    assert found["worse"] is not None
    assert (found["worse"].users, found["worse"].new < found["worse"].current) == (20, True)


def test_so_many_users_are_asked(releases: dict[str, Artefacts], tiny: Tiny) -> None:
    found = compared(releases["ease"], releases["ease"], [tiny.histories], 7)
    assert found is not None
    assert found.users == 7


def test_nobody_with_a_validation_event_tells_nothing(releases: dict[str, Artefacts], tiny: Tiny) -> None:
    nothing_held_out = tiny.histories.learned_until("test")
    assert compared(releases["ease"], releases["ease"], [nothing_held_out], 100) is None


def test_scores_are_those_of_the_items_by_name_and_unknown_ones_come_last(
    releases: dict[str, Artefacts], tiny: Tiny
) -> None:
    own = releases["ease"].catalogue["item"].to_pylist()
    other = [*reversed(own), "new"]
    history = tiny.histories.train(0)
    theirs = history._replace(items=(11 - history.items).astype(np.int32))
    scores = ReleaseScorer(releases["ease"], other).scores([theirs])
    expected = ReleaseScorer(releases["ease"], own).scores([history])
    assert np.array_equal(scores[:, :-1], expected[:, ::-1])
    assert scores[0, -1] == -np.inf
