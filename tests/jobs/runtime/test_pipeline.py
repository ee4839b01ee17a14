"""The pipeline is declared once: its list, the stages' inputs, the modules of `jobs` and the README agree."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from jobs.runtime.pipeline import STAGES, stage_named

JOBS = Path(__file__).parents[3] / "jobs"
BESIDE_THE_PIPELINE = {"tune", "explain", "train_explainer"}
"""Stages of commands of their own."""


@pytest.mark.parametrize("name", [*STAGES, *sorted(BESIDE_THE_PIPELINE)])
def test_a_module_declares_the_stage_of_its_name(name: str) -> None:
    assert stage_named(name).name == name


def test_a_stage_reads_only_what_earlier_stages_left() -> None:
    for number, name in enumerate(STAGES):
        assert set(stage_named(name).inputs) <= set(STAGES[:number]), name


def test_nothing_but_stages_and_the_pipeline_stands_at_the_top_of_jobs() -> None:
    modules = {path.stem for path in JOBS.glob("*.py")}
    assert modules == {*STAGES, *BESIDE_THE_PIPELINE, "retrain", "update", "__init__"}


def test_no_stage_imports_another() -> None:
    stages = {f"jobs.{name}" for name in (*STAGES, *BESIDE_THE_PIPELINE)}
    for path in [*JOBS.glob("*.py"), *JOBS.glob("[!c]*/*.py")]:  # the command line runs stages
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in stages, f"{path.name} imports {node.module}"
