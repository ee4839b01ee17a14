"""`palate keys`: a secret is shown once, a key is listed and revoked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs.cli.commands import app
from palate.errors import PalateError
from palate.online import embedded_store
from tests.support.processes.wait import started


@pytest.fixture(scope="module")
def keys_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of an embedded store that runs, as beside a running endpoint."""
    folder = tmp_path_factory.mktemp("store")
    with started(lambda: embedded_store(folder)):
        yield folder


def palate_keys(keys_store: Path, *words: str) -> str:
    """What the command prints; the store is named by the environment."""
    done = CliRunner().invoke(app, ["keys", *words], env={"PALATE_STORE": str(keys_store), "COLUMNS": "160"})
    if isinstance(done.exception, PalateError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_key_is_made_listed_and_revoked(keys_store: Path) -> None:
    secret = palate_keys(keys_store, "create", "website", "--role", "write").splitlines()[0]
    assert secret.startswith("palate_")
    listed = palate_keys(keys_store, "list")
    assert "website" in listed
    assert "write" in listed
    assert secret not in listed
    palate_keys(keys_store, "revoke", "website")
    assert "no keys" in palate_keys(keys_store, "list")


def test_programs_get_json(keys_store: Path) -> None:
    made = json.loads(palate_keys(keys_store, "create", "program", "--json"))
    assert made["secret"].startswith("palate_")
    assert {"name": made["name"], "role": made["role"]} == {"name": "program", "role": "read"}
    listed = json.loads(palate_keys(keys_store, "list", "--json"))
    assert [(key["name"], key["role"]) for key in listed] == [("program", "read")]
    assert json.loads(palate_keys(keys_store, "revoke", "program", "--json")) == {"revoked": "program"}


def test_a_name_that_is_taken_or_unknown_is_refused(keys_store: Path) -> None:
    palate_keys(keys_store, "create", "twice")
    with pytest.raises(PalateError, match="already"):
        palate_keys(keys_store, "create", "twice")
    with pytest.raises(PalateError, match="no key 'nobody'"):
        palate_keys(keys_store, "revoke", "nobody")
