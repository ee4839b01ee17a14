"""Printed commands exist: make targets, subcommands with their options, modules; the cheap ones are run."""

from __future__ import annotations

import importlib.util
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from docs.site.pages import committed
from jobs.cli.commands import app
from tests.support.documents import ROOT, shell_commands

COMMANDS = sorted({command for path in committed("*.md") for command in shell_commands(str(path))})
"""Every command of a shell block, in any document."""
BIN = Path(sys.executable).parent


def starting_with(*words: str) -> list[str]:
    return [command for command in COMMANDS if tuple(shlex.split(command)[: len(words)]) == words]


def parse(words: list[str]) -> None:
    """Read the words behind `palate` as it does, and run nothing; an exception says what is mistaken."""
    command, name = typer.main.get_command(app), "palate"
    while hasattr(command, "resolve_command"):
        name, command, words = command.resolve_command(typer.Context(command), words)
    command.make_context(name, words)


@pytest.mark.parametrize("command", starting_with("make"))
def test_a_make_target_that_is_printed_exists(command: str) -> None:
    done = subprocess.run(
        ["make", "-n", *shlex.split(command)[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", starting_with("palate"))
def test_a_palate_command_that_is_printed_can_be_read(command: str) -> None:
    parse(shlex.split(command, comments=True)[1:])


def test_a_misspelt_option_is_noticed() -> None:
    with pytest.raises(Exception, match="No such option: --usr"):
        parse(["recommend", "--usr", "42"])


@pytest.mark.parametrize("command", starting_with("python", "-m"))
def test_a_module_that_is_printed_exists(command: str) -> None:
    assert importlib.util.find_spec(shlex.split(command)[2])


def test_documents_that_are_run_hold_only_commands_that_some_test_looks_at() -> None:
    looked_at = ("make ", "palate ", "curl ", ".venv/bin/")
    # The tutorial is run whole by a test of its own.
    printed = [command for name in ("README.md", "CONTRIBUTING.md") for command in shell_commands(name)]
    assert [command for command in printed if not command.startswith(looked_at)] == []


@pytest.mark.parametrize("command", starting_with(".venv/bin/pytest"))
def test_a_file_of_tests_that_is_printed_passes(command: str) -> None:
    words = shlex.split(command)
    assert all((ROOT / word).exists() for word in words[1:] if word.startswith("tests/"))
    run_here(command)


@pytest.mark.parametrize("command", starting_with(".venv/bin/ruff"))
def test_a_tool_that_is_printed_runs(command: str) -> None:
    run_here(command)


def run_here(command: str) -> None:
    """Run a command of the repository's environment as printed, with the environment that the tests have."""
    printed = command.replace(".venv/bin/", f"{BIN}/")
    done = subprocess.run(shlex.split(printed), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
