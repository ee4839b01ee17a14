"""Files of tests are shared out so that what is slow is begun first, and started once."""

from __future__ import annotations

from pathlib import Path

from tests.support.schedule import ENDPOINT, LONGEST, rank_of, unit_of

ROOT = Path(__file__).parent.parent


def test_long_files_are_there_under_their_names() -> None:
    assert [file for file in LONGEST if not (ROOT / file).is_file()] == []


def test_long_files_come_first_and_those_without_ray_last() -> None:
    files = {"tests/a.py": False, "tests/b.py": True, LONGEST[1]: True, LONGEST[0]: True}
    assert sorted(files, key=lambda file: rank_of(file, files[file])) == [
        *LONGEST[:2],
        "tests/b.py",
        "tests/a.py",
    ]


def test_files_with_a_common_endpoint_are_handed_out_together() -> None:
    assert {unit_of(file) for file in ENDPOINT} == {ENDPOINT[0]}
    assert unit_of("tests/test_schedule.py") == "tests/test_schedule.py"
