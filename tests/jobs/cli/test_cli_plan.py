"""`palate plan`: a table with formulas, the same as JSON, what is beyond a node, one line for a mistake."""

from __future__ import annotations

import json
import sys

import pytest

from jobs.cli import main

LARGE = ["--users", "1e8", "--items", "1e7", "--events-per-day", "1e9", "--lists-per-second", "1e4"]


def plan(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "argv", ["palate", "plan", *LARGE, *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


def test_a_plan_shows_each_figure_with_its_formula_and_what_is_beyond_a_node(monkeypatch, capsys):
    assert plan(monkeypatch) == 0
    shown = capsys.readouterr().out
    assert "2 cores x row_s x events / 3600" in shown
    assert "a thousand lists at the peak" in shown
    assert "change baselines.methods without ials" in shown


def test_a_plan_for_programs_has_the_unit_costs_that_were_given(monkeypatch, capsys):
    assert plan(monkeypatch, "--set", "node_gib=1024", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["costs"]["node_gib"] == {
        "value": 1024,
        "unit": "GiB",
        "where": "given",
        "is_measured": False,
    }
    assert {line["part"] for line in told["plan"]} == {"retrain", "held whole", "serving", "money"}


def test_a_misspelt_cost_is_told_in_one_line(monkeypatch, capsys):
    assert plan(monkeypatch, "--set", "node_gb=1") == 2
    assert "did you mean node_gib" in capsys.readouterr().err
