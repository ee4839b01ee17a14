"""The last lines of a run say what to ask of this release, about somebody who is in its data."""

from __future__ import annotations

from jobs.runtime.run_summary import next_commands
from palate.config import load_config

READER = {"user": "reader 7", "history": ["The Last Comet"], "recommended": ["The Hidden Orbit"]}


def test_commands_name_a_user_and_an_item_of_the_data_and_where_the_release_is() -> None:
    assert next_commands(load_config(None, ["release.uri=shop/releases"]), [READER]) == [
        "palate recommend --user 'reader 7' --explain --releases shop/releases",
        "palate search 'The Last Comet' --releases shop/releases",
        "palate serve --releases shop/releases",
    ]


def test_the_usual_place_of_releases_needs_no_word() -> None:
    assert next_commands(load_config(), [READER])[-1] == "palate serve"


def test_without_examples_the_release_can_be_served() -> None:
    assert next_commands(load_config(), []) == ["palate serve"]


def test_a_release_that_is_not_current_is_first_to_be_promoted() -> None:
    assert next_commands(load_config(None, ["release.promote=false"]), [READER]) == ["palate releases list"]
