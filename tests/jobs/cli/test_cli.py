"""The command `palate`: tables for people, JSON for programs, and no traceback for a user's mistake."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from jobs.cli import main
from jobs.cli.commands import flowing
from palate.release import read_pointer
from palate.storage import Folder
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


Palate = Callable[..., Outcome]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    return tiny_run(str(tmp_path_factory.mktemp("run")), tiny.catalogue, tiny.histories)


@pytest.fixture
def releases(tmp_path: object, run: Folder) -> Folder:
    folder = Folder(f"{tmp_path}/releases")
    publish_tiny(run, folder, "ease")
    publish_tiny(run, folder, "sequence")
    return folder


@pytest.fixture
def palate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Palate:
    """Runs the command in this process."""
    monkeypatch.setenv("COLUMNS", "160")

    def command(*words: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["palate", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return Outcome(int(end.value.code or 0), printed.out, printed.err)

    return command


def test_recommend_prints_a_table_of_titles(palate: Palate, releases: Folder) -> None:
    done = palate("recommend", "--user", "u03", "-k", "3", "--releases", releases.uri)
    assert done.status == 0
    assert "Recommendations for user u03" in done.out
    assert done.out.count("Drama") + done.out.count("Comedy") == 3


def test_history_takes_ids_and_quoted_titles(palate: Palate, releases: Folder) -> None:
    where = ["--releases", releases.uri, "--json"]
    by_title = palate("recommend", "--history", 'i00, "Comedy 1"', *where)
    by_id = palate("recommend", "--history", "i00,i01", *where)
    assert by_title.status == 0
    assert json.loads(by_title.out) == json.loads(by_id.out)
    assert set(json.loads(by_id.out)["items"][0]) == {"item", "title", "score"}


def test_one_explanation_tells_places_and_is_drawn(palate: Palate, releases: Folder, tmp_path: Path) -> None:
    listed = palate("recommend", "--user", "u03", "-k", "1", "--releases", releases.uri, "--json")
    (best,) = json.loads(listed.out)["items"]
    asked = ["explain", "--user", "u03", "--item", best["item"], "--releases", releases.uri]
    done = palate(*asked, "--html", str(tmp_path / "why.html"))
    assert done.status == 0
    assert "place 1, without the reasons" in done.out
    assert f"What carries {best['title']}" in done.out
    assert best["title"] in (tmp_path / "why.html").read_text(encoding="utf-8")
    told = json.loads(palate(*asked, "--json").out)
    assert told["item"] == best["item"]
    assert told["evidence"]["place"] == 1
    assert told["evidence"]["supporting_items"]


def test_filters_and_reasons_are_those_of_a_list_for_one_user(palate: Palate, releases: Folder) -> None:
    where = ["--user", "u03", "--releases", releases.uri, "--json"]
    (first, *_) = json.loads(palate("recommend", *where, "--reasons").out)["items"]
    assert {"item", "title", "similarity"} == set(first["reasons"][0])
    done = palate("recommend", *where, "--filter", "deny=Horror")
    assert "No item of this release has a category" in done.err


def test_a_job_on_a_cluster_is_to_write_where_every_node_reaches(
    palate: Palate, releases: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.1:6379")
    done = palate("recommend", "--all", "--out", "lists", "--releases", releases.uri)
    assert (done.status, "which does not last" in done.err) == (2, True)


def test_similar_and_search_answer_in_json(palate: Palate, releases: Folder) -> None:
    where = ["--releases", releases.uri, "--json", "-k", "4"]
    similar = palate("similar", "Drama 2", *where)
    assert "i08" not in [place["item"] for place in json.loads(similar.out)["items"]]
    found = palate("search", "a funny comedy", *where)
    assert all(place["title"].startswith("Comedy") for place in json.loads(found.out)["items"])


def test_a_search_of_a_user_has_the_scores_of_their_history(palate: Palate, releases: Folder) -> None:
    asked = ["search", "a funny comedy", "--releases", releases.uri, "--json"]
    of_all = json.loads(palate(*asked).out)["items"]
    of_one = json.loads(palate(*asked, "--user", "u01").out)["items"]
    assert [place["score"] for place in of_all] != [place["score"] for place in of_one]
    assert "The release has no user 'nobody'" in palate(*asked, "--user", "nobody").err


def test_releases_are_listed_shown_promoted_and_rolled_back(palate: Palate, releases: Folder) -> None:
    where = ["--releases", releases.uri, "--json"]
    first, second = json.loads(palate("releases", "list", *where).out)
    assert [first["state"], second["state"]].count("current") == 1
    other = first if second["state"] == "current" else second

    assert json.loads(palate("releases", "show", other["id"], *where).out)["problems"] == []
    assert palate("releases", "promote", other["id"], *where).status == 0
    assert read_pointer(releases).current == other["id"]
    assert palate("releases", "rollback", *where).status == 0
    assert read_pointer(releases).current != other["id"]


def test_a_release_that_learned_all_events_says_so(palate: Palate, releases: Folder) -> None:
    current = read_pointer(releases).current or ""
    shown = ["releases", "show", current, "--releases", releases.uri]
    assert "learned all events" not in palate(*shown).out
    manifest = (releases / current).read_json("manifest.json")
    (releases / current).write_json("manifest.json", manifest | {"refitted": True})
    assert "Has learned all events" in palate(*shown).out


def test_damaged_and_half_written_releases_are_visible(palate: Palate, releases: Folder) -> None:
    current = read_pointer(releases).current or ""
    (releases / current).delete("metrics.json")
    shown = palate("releases", "show", current, "--releases", releases.uri)
    assert "Damaged: metrics.json is missing" in shown.out
    (releases / current).delete("manifest.json")
    assert "incomplete" in palate("releases", "list", "--releases", releases.uri).out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["recomend"], "Did you mean 'recommend'"),
        (["releases", "promot"], "Did you mean 'promote'?"),
        (["recommend", "--usr", "3"], "--user"),
        (["recommend"], "--user 42, or --history"),
        (["recommend", "--user", "3", "--all"], "--users FILE for many, or --all"),
        (["recommend", "--all"], "Say where the files go: --out FOLDER"),
        (["recommend", "--all", "--explain", "--out", "lists"], "give --reasons here"),
        (["recommend", "--user", "3", "--filter", "denny=Horror"], "did you mean deny?"),
        (["recommend", "--all", "--out", "lists", "--releases", "/nowhere"], "palate retrain"),
        (["similar"], "either an item, or --all"),
        (["explain", "--user", "3"], "--user 42 --item 50"),
        (["explain", "shop.yaml", "--user", "3", "--item", "5"], "of a published release"),
        (["embed", "texts.txt", "--out", "vectors", "--releases", "/nowhere"], "palate retrain"),
        (["recommend", "--user", "3", "-k", "0"], "Invalid value for '-k'"),
        (["recommend", "--user", "3", "--releases", "/nowhere"], "palate retrain"),
        (["retrain", "sequence.layer=3"], "did you mean sequence.layers?"),
        (["retrain", "--config", "nothing.yaml"], "Cannot read the configuration nothing.yaml"),
        (["retrain", "nothing.yaml"], "Cannot read the configuration nothing.yaml"),
        (["retrain", "seed=1", "shop.yaml"], "--config shop.yaml"),
        (["retrain", "run=/nowhere", "release.method=als"], "which this run does not fit"),
        (["retrain", "run=/nowhere", "rerank.columns.category=genre"], "did you mean 'genres'?"),
        (["retrain", "run=/nowhere", "encoder.model=/nowhere"], "Cannot load the text encoder '/nowhere'"),
        (["evaluate", "run=/nowhere"], "run jobs.prepare first"),
    ],
)
def test_mistake_ends_with_status_2_and_what_to_do(palate: Palate, words: list[str], told: str) -> None:
    done = palate(*words)
    assert done.status == 2
    assert told in done.err
    assert "Traceback" not in done.err


def test_unknown_item_is_told_with_the_nearest(palate: Palate, releases: Folder) -> None:
    done = palate("similar", "Comedi 3", "--releases", releases.uri)
    assert (done.status, done.out) == (2, "")
    assert "i03 (Comedy 3)" in done.err


def test_interruption_ends_quietly_with_status_130(
    palate: Palate, releases: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(releases: str, release: str | None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("jobs.cli.ask.question.open_release", interrupted)
    done = palate("search", "horror", "--releases", releases.uri)
    assert done.status == 130
    assert "Traceback" not in done.err


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The configuration of two small tables."""
    orders = [f"{reader},b{(reader + day) % 7},{86_400 * day}" for reader in range(9) for day in range(5)]
    (tmp_path / "orders.csv").write_text("\n".join(["user,item,time", *orders]))
    (tmp_path / "books.csv").write_text(
        "\n".join(["item,title", *(f"b{book},Book {book}" for book in range(7))])
    )
    tables = [
        f"{name}: {{path: {tmp_path}/{file}.csv}}"
        for name, file in (("events", "orders"), ("catalogue", "books"))
    ]
    config = tmp_path / "shop.yaml"
    config.write_text(f"run: {tmp_path}/run\ndata: {{{', '.join(tables)}}}\n")
    return config


INTERRUPTED = """
import sys, types
from jobs.cli import main
def interrupted(config):
    raise KeyboardInterrupt
sys.modules["jobs.retrain"] = types.SimpleNamespace(retrain=interrupted)
sys.argv = ["palate", "retrain"]
main()
"""
"""In the place of a module that would import Ray and torch for seconds."""


def test_interrupted_work_says_that_it_can_go_on() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 130
    assert done.stderr == "interrupted; the same command goes on from here\n"


INTERRUPTED_AT_START = """
import sys
from jobs.cli import main
class CtrlC:
    def find_spec(self, name, path, target=None):
        if name == "typer":
            raise KeyboardInterrupt
sys.meta_path.insert(0, CtrlC())
main()
"""
"""Commands take a second or two to be read in, on a busy machine ten."""


def test_an_interruption_before_the_command_has_begun_is_quiet() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AT_START], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_full_disk_ends_with_status_2_and_one_line(palate: Palate, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(config: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("jobs.retrain.retrain", full)
    done = palate("retrain")
    assert done.status == 2
    assert (
        done.err
        == "error: No space left on device: free some space, and the same command goes on from here\n"
    )


COMMANDS = [
    "init",
    "check",
    "retrain",
    "evaluate",
    "recommend",
    "similar",
    "search",
    "embed",
    "explain",
    "train-explainer",
    "tune",
    "serve",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches_by_examples(palate: Palate, command: str) -> None:
    done = palate(command, "--help")
    assert done.status == 0
    assert f"palate {command}" in done.out.partition("Examples")[2]
    assert "=''" not in done.out  # brackets of an example that were taken for markup


def test_paragraphs_of_help_flow_and_examples_stay_lines() -> None:
    written = """Look at data.

    It reads everything, as a
    retrain does.

      palate check shop.yaml
      palate check shop.yaml --json
    """
    expected = ["Look at data.", "It reads everything, as a retrain does."]
    examples = "palate check shop.yaml\npalate check shop.yaml --json"
    assert flowing(written).split("\n\n") == [*expected, examples]


def test_a_configuration_may_be_given_first_or_by_its_option(palate: Palate, tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(f"run: {tmp_path}/run\n")
    answers = {palate("evaluate", *words).err for words in ([str(file)], ["--config", str(file)])}
    assert len(answers) == 1
    assert f"results of prepare in {tmp_path}/run" in answers.pop()


def test_init_writes_a_configuration_that_check_takes_and_overwrites_nothing(
    palate: Palate, shop: Path, tmp_path: Path
) -> None:
    words = ["init", f"{tmp_path}/orders.csv", f"{tmp_path}/books.csv", "-o", f"{tmp_path}/guessed.yaml"]
    done = palate(*words)
    assert done.status == 0
    assert f"palate check {tmp_path}/guessed.yaml" in done.out
    # The days of the orders are no times, but they tell the order.
    assert "time: time  # an order and no time" in done.out
    assert palate("check", f"{tmp_path}/guessed.yaml").status == 0
    again = palate(*words)
    assert (again.status, "is there already" in again.err) == (2, True)


def test_check_tells_and_shows_without_training(palate: Palate, shop: Path, tmp_path: Path) -> None:
    done = palate("check", str(shop), "--html", f"{tmp_path}/shop.html")
    assert done.status == 0
    assert "new to their users" in done.out
    assert f"next: palate retrain {shop}" in done.out
    assert "<svg" in (tmp_path / "shop.html").read_text()
    assert not (tmp_path / "run").exists()


def test_check_fits_a_terminal_of_80_columns(
    palate: Palate, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = palate("check", str(shop)).out.splitlines()
    assert max(len(line) for line in lines if line.startswith(("│", "┃", "└"))) <= 80


@pytest.mark.parametrize(
    ("setting", "told"),
    [("data.events.columns={time: day}", "no column 'day'"), ("release.method=als", "does not fit")],
)
def test_check_ends_with_status_2_where_a_run_would_refuse(
    palate: Palate, shop: Path, setting: str, told: str
) -> None:
    done = palate("check", str(shop), setting)
    assert done.status == 2
    assert told in done.out + done.err


def test_check_refuses_for_programs_too(palate: Palate, shop: Path) -> None:
    done = palate("check", str(shop), "data.min_user_events=99", "--json")
    assert done.status == 2
    assert json.loads(done.out)["refuses"]


def test_start_brings_in_neither_ray_nor_torch() -> None:
    code = "import sys, jobs.cli; assert not {'ray', 'torch', 'transformers'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
