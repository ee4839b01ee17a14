"""A session in one process: lists keep to what was said, and questions are answered truly."""

from __future__ import annotations

import pytest

import palate
from palate.conversation.session import Session
from palate.errors import PalateError
from palate.front_door import OpenRelease
from palate.storage import Folder
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny


@pytest.fixture(scope="module")
def release(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> OpenRelease:
    folder = Folder(str(tmp_path_factory.mktemp("session")))
    publish_tiny(
        tiny_run((folder / "run").uri, tiny.catalogue, tiny.histories), folder / "releases", "sequence"
    )
    return palate.open_release((folder / "releases").uri)


@pytest.fixture
def session(release: OpenRelease) -> Session:
    return release.session(history=["i00"], k=4)


def ids(session: Session) -> list[str]:
    return [item.item for item in session.items]


def test_a_place_that_is_not_wanted_is_not_listed_again(session: Session) -> None:
    first = ids(session)
    answer = session.say("not the second one")
    assert first[1] not in ids(session)
    assert [item.item for item in answer.items] == ids(session)
    assert answer.reply == "Understood: \u2212 the second one."


def test_something_else_shows_nothing_twice(session: Session) -> None:
    first = ids(session)
    session.say("something else")
    assert not set(first) & set(ids(session))


def test_undo_and_strike_lead_back(session: Session) -> None:
    first = ids(session)
    session.say("not the second one")
    assert session.undo().reply == "Taken back: not the second one."
    assert ids(session) == first
    session.say("not the second one")
    session.strike("the second one")
    assert (ids(session), session.constraints) == (first, ())


def test_why_not_is_answered_by_what_keeps_an_item_out(session: Session) -> None:
    catalogue = session.items
    second = catalogue[1].title
    listed = session.say(f'why not "{second}"?').missing[0]
    assert (listed.cause, listed.place) == ("listed", 2)
    session.say("not the second one")
    named = session.say(f"why not {second}?")
    assert named.missing[0].cause == "named"
    assert named.reply.endswith("because you named it: \u2212 the second one.")


def test_what_was_seen_is_told(session: Session) -> None:
    titles = session._recommender.catalogue.titles
    found = session.say(f"why not {titles[0]}?")
    assert (found.missing[0].cause, found.missing[0].rule) == ("removed", "seen")
    assert found.reply.endswith("because you know it already.")


def test_a_lower_place_is_the_one_of_a_longer_list(session: Session) -> None:
    shown = set(ids(session))
    longer = session._recommender.recommend(["i00"], k=200)
    below = next(place for place in longer if place.item not in shown)
    found = session.say(f"why not {below.title}?").missing[0]
    assert (found.cause, longer[found.place - 1].item) == ("place", below.item)


def test_a_name_that_nothing_has_is_told(session: Session) -> None:
    assert session.say("why not Zardoz?").reply == "The catalogue has nothing that is called Zardoz."


def test_for_whom_has_to_be_said(release: OpenRelease) -> None:
    with pytest.raises(PalateError, match="Say for whom"):
        release.session()
