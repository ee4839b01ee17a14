"""A release goes on learning from what is new, on a real local Ray; and the loop that keeps doing so."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.continual.learn import learn, seconds_of
from jobs.update import update
from palate.config import Config
from palate.errors import PalateError
from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.release import SourceFile, promote, publish, read_pointer, release_ids, verified_release
from palate.storage import Folder
from tests.support.processes.tiny_pipeline import ROOT, FinishedPipeline, Pipeline
from tests.support.processes.wait import PATIENCE_S
from tests.support.worlds.tiny import Tiny

SETTINGS = ["evaluation.cold_share=0", "release.guard_users=0"]


class Deployment:
    """A run with its releases, and the command that updates them."""

    def __init__(self, place: Path, config: Path) -> None:
        self.place, self.config, self.run = place, config, place / "run"
        self.releases = Folder(str(self.run / "releases"))

    def command(self, module: str, *settings: str) -> str:
        """What the command says; it is expected to end well."""
        where = [f"run={self.run}", f"release.uri={self.run}/releases"]
        command = [sys.executable, "-m", module, "--config", str(self.config), *where, *SETTINGS, *settings]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout + done.stderr

    def add(self, events: list[str], items: list[str]) -> None:
        """Write further rows into the raw tables."""
        for name, rows in (("events", events), ("items", items)):
            with (self.place / f"{name}.csv").open("a") as file:
                file.writelines(f"{row}\n" for row in rows)

    def recommender(self) -> Recommender:
        """The current release, asked."""
        return Recommender(Artefacts.of(verified_release(self.releases)))


@pytest.fixture(scope="module")
def deployment(
    tmp_path_factory: pytest.TempPathFactory, tiny: Tiny, finished_pipeline: FinishedPipeline
) -> Deployment:
    place = tmp_path_factory.mktemp("deployment")
    return Deployment(place, finished_pipeline.copy_to(place, tiny))


def test_an_update_without_anything_new_makes_no_release(deployment: Deployment) -> None:
    before = release_ids(deployment.releases)
    assert f"Nothing is new since release {before[-1]}" in deployment.command("jobs.update")
    assert release_ids(deployment.releases) == before


def test_an_update_learns_new_items_and_events_and_goes_on_from_the_release(deployment: Deployment) -> None:
    first = read_pointer(deployment.releases).current
    # A comedy that stands first in the order of ids, which everybody who watches comedies takes next.
    users = [f"u{user:02d}" for user in range(0, 20, 2)]
    times = 10 * 86_400
    events = [f"{user},a-new-one,{times}" for user in users]
    events += [f"{user},i00,{times + 86_400 * day}" for user in users for day in (1, 2)]
    deployment.add([*events], ["a-new-one,Comedy again"])
    said = deployment.command("jobs.update", "update.epochs=2")
    assert "events since the release" in said
    assert read_pointer(deployment.releases).current != first
    recommender = deployment.recommender()
    assert recommender.catalogue.items[0] == "a-new-one"
    assert len(recommender.recommend(["i01", "i02"], 12)) == 11
    assert "a-new-one" in [item.item for item in recommender.recommend(["i01", "i02", "i03"], 6)]
    embedded = json.loads((deployment.run / "update" / "embed_catalogue" / "vectors.json").read_text())
    assert embedded["reused"] == 12
    metrics = json.loads((deployment.run / "update" / "metrics.json").read_text())
    assert metrics["drift"]["new_items"] > 0
    assert Pipeline(deployment.config, deployment.run).metrics()["release"]["id"] == first


def test_a_round_that_fails_is_told_and_the_next_one_tries_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = iter([PalateError("no release yet"), OSError(errno.ENOSPC, "full"), RuntimeError("odd")])

    def fail(config: Config) -> None:
        raise next(faults)

    monkeypatch.setattr("jobs.continual.learn.update", fail)
    learn(Config(), every_s=1e-6, rounds=3)
    lines = capsys.readouterr().err.split("failed, the next round tries again: ")
    assert [line.split()[0] for line in lines[1:]] == ["no", "No", "RuntimeError"]


def test_refitted_models_are_not_gone_on_from(tmp_path: Path) -> None:
    releases = Folder(str(tmp_path / "releases"))
    (tmp_path / "config.json").write_text("{}")
    sources = {"config.json": SourceFile(Folder(str(tmp_path)), "config.json")}
    promote(releases, publish(releases, sources, "tiny", "sequence", refitted=True).manifest.id)
    config = Config.model_validate({"release": {"uri": releases.uri}, "run": str(tmp_path / "run")})
    with pytest.raises(PalateError, match="cannot go on from refitted models"):
        update(config)


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("15m", 900), ("1.5h", 5400), ("1d", 86_400)])
def test_a_time_between_rounds_is_a_number_with_its_unit(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["15", "m", "-1h", "0s", "fifteen minutes"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(PalateError, match="30s, 15m, 6h or 1d"):
        seconds_of(text)
