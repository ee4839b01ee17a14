"""`palate simulate`: a table, results as JSON, a page, and one line for a setting that cannot be."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from jobs.cli import main

TINY = [
    "people=10",
    "items=60",
    "topics=4",
    "k=5",
    "first_events=4",
    "rounds=2",
    "seeds=2",
    "training_events=40",
]


def simulate(monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str) -> int:
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(sys, "argv", ["palate", "simulate", "--out", str(folder), *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


def test_a_study_is_shown_and_written(tmp_path, monkeypatch, capsys):
    assert simulate(monkeypatch, tmp_path, *TINY) == 0
    assert "sequence live" in capsys.readouterr().out
    written = json.loads((tmp_path / "simulation.json").read_text())
    assert written["world"]["people"] == 10
    assert written["policies"]["random"]["totals"]["satisfaction"]["mean"] >= 0
    assert {path.name for path in tmp_path.iterdir()} == {"simulation.json", "simulation.html"}


def test_the_skew_of_popularity_is_that_of_a_given_log(tmp_path, monkeypatch, capsys):
    # The first item in every history, the second in half of them and so on: counts fall as 1 / rank.
    takers = {item: 24 // item for item in range(1, 7)}
    events = [(user, item) for user in range(24) for item in range(1, 7) if user < takers[item]]
    rows = [f"{user},{item},{1_600_000_000 + 60 * number}" for number, (user, item) in enumerate(events)]
    (tmp_path / "events.csv").write_text("\n".join(["user,item,time", *rows]))
    (tmp_path / "items.csv").write_text(
        "\n".join(["item,title", *(f"{item},thing {item}" for item in takers)])
    )
    (tmp_path / "shop.yaml").write_text(
        "data:\n  name: shop\n  source: tables\n  min_user_events: 1\n"
        f"  events: {{path: '{tmp_path}/events.csv'}}\n"
        f"  catalogue: {{path: '{tmp_path}/items.csv'}}\n"
    )
    simulate(monkeypatch, tmp_path / "out", *TINY, "--config", str(tmp_path / "shop.yaml"), "--json")
    printed = capsys.readouterr()
    assert json.loads(printed.out)["world"]["popularity_skew"] == pytest.approx(1, abs=0.1), printed.err


@pytest.mark.parametrize(
    ("word", "says"),
    [("peple=3", "no setting of a simulation"), ("people", "write KEY=VALUE"), ("churn=2", "churn=2: ")],
)
def test_a_setting_that_cannot_be_ends_with_one_line(tmp_path, monkeypatch, capsys, word, says):
    assert simulate(monkeypatch, tmp_path, word) == 2
    assert says in capsys.readouterr().err
