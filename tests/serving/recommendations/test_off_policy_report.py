"""`palate report off-policy` and `attention` on lists that the endpoint's own services showed and logged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from jobs.cli.commands import app
from palate.online import LiveEvent, embedded_store
from palate.storage import Folder
from serving.api.schemas import RecommendRequest
from serving.settings import ServingSettings
from tests.support.api.running_services import RunningServices, running_services
from tests.support.processes.wait import started
from tests.support.releases.small import publish_tiny

ROUNDS, USERS, K, EXPLORE = 3, 15, 3, 0.7


class ExploredStore(NamedTuple):
    """A store with logged lists, and the releases that made them."""

    url: str
    releases: Folder
    ease: str
    sequence: str

    def report(self, *words: str) -> dict[str, Any]:
        done = CliRunner().invoke(app, ["report", *words, *self.options, "--json"])
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    @property
    def options(self) -> list[str]:
        return ["--store", self.url, "--releases", self.releases.uri]


@pytest.fixture(scope="module")
def explored_store(tmp_path_factory: pytest.TempPathFactory, served_run: Folder) -> Iterator[ExploredStore]:
    """Everybody asks for lists by turns and clicks the last place of each, so the next list changes."""
    releases = Folder(str(tmp_path_factory.mktemp("explored") / "releases"))
    sequence, ease = (publish_tiny(served_run, releases, name).manifest.id for name in ("sequence", "ease"))
    with started(lambda: embedded_store(tmp_path_factory.mktemp("store"))) as url:
        asyncio.run(_fill(ServingSettings(releases=releases.uri), url))
        yield ExploredStore(url, releases, ease, sequence)


async def _fill(settings: ServingSettings, url: str) -> None:
    async with running_services(settings, url) as running:
        for round_number in range(ROUNDS):
            for user in range(USERS):
                seed = round_number * USERS + user
                await _ask(running, f"u{user:02d}", {"explore": EXPLORE, "seed": seed})
        await _ask(running, "u00", {"explore": EXPLORE, "exclude": ["i06", "i07"]})
        await _ask(running, "u00", {})
        await running.log.write_all()


async def _ask(running: RunningServices, user: str, wishes: dict[str, Any]) -> None:
    request = RecommendRequest.model_validate({"user": user, "k": K, **wishes})
    shown = await running.services.recommendations.recommend(request)
    clicked = LiveEvent(
        shown.list, user=user, item=shown.items[-1].item, kind="click", value=1.0, time=7, list=shown.list
    )
    await running.store.append([clicked])


def test_lists_are_made_again_as_they_were_before_their_clicks(
    explored_store: ExploredStore,
) -> None:
    found = explored_store.report("off-policy")
    assert found["log"] == {"shown": ROUNDS * USERS + 2, "explored": ROUNDS * USERS + 1, "longest": K}
    assert found["left_out"] == {"not made again": 1}
    estimates = found["estimates"]
    assert (estimates["lists"], estimates["users"], estimates["overlap"]) == (ROUNDS * USERS, USERS, 1)
    assert estimates["by_estimator"]["log"]["value"]["mean"] == 1


def test_another_release_is_estimated_if_there_is_one(
    explored_store: ExploredStore,
) -> None:
    found = explored_store.report("off-policy", "--release", explored_store.sequence)
    assert set(found["estimates"]["by_estimator"]) == {"log", "ips", "snips", "doubly robust"}
    done = CliRunner().invoke(
        app, ["report", "off-policy", "--click", "buy", "--release", "x", *explored_store.options]
    )
    assert "There is no release 'x'" in str(done.exception)
    told = CliRunner().invoke(app, ["report", "off-policy", *explored_store.options], env={"COLUMNS": "80"})
    assert "mean of log" in told.output
    assert "doubly robust" in told.output


def test_attention_is_told_of_places_that_were_drawn(explored_store: ExploredStore) -> None:
    found = explored_store.report("attention")
    assert found["left_out"] == {"not made again": 1}
    told = CliRunner().invoke(app, ["report", "attention", *explored_store.options])
    assert "The log cannot tell" in told.output


def test_a_log_whose_releases_are_gone_cannot_tell(explored_store: ExploredStore, tmp_path: Path) -> None:
    words = ["report", "off-policy", "--store", explored_store.url, "--releases", str(tmp_path)]
    gone = CliRunner().invoke(app, words)
    assert "their release is gone" in gone.output
    assert "The log cannot tell" in gone.output
