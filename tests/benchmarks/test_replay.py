"""Regression replay: 200 requests of every kind are answered as they were answered before.

`replayed.jsonl` was recorded from the same tiny release, without a language model. Against the recording of
commit fc0e752 it has more fields; scores of narrowed lists are shares among the items that the rules leave,
those of searches count words; explanations rest on the list made anew, and their texts are other; what was
stated is among their fields. No list has other items.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from benchmarks.replay.answers import Answer, ask_all, differences, read
from benchmarks.replay.requests import questions
from benchmarks.serving.in_process import application
from palate.schema import ITEM
from palate.storage import Folder
from tests.support.releases.explained import publish_explained
from tests.support.releases.mapped_files import add_mapped_files
from tests.support.releases.small import BUNDLED, publish_tiny
from tests.support.worlds.tiny import Tiny

RECORDED = Path(__file__).with_name("replayed.jsonl")


async def answers(releases: str, store: Path, tiny: Tiny) -> list[Answer]:
    """What the whole application answers in this process, without keys."""
    users = [*tiny.histories.users.to_pylist(), "nobody"]
    asked = questions(users, tiny.catalogue[ITEM].to_pylist(), 200)
    async with application(releases, store) as (client, _):
        return await ask_all(client, asked)


@pytest.mark.parametrize("mapped", [False, True], ids=["made when it opens", "mapped as published"])
def test_answers_are_those_of_before(
    tmp_path_factory: pytest.TempPathFactory, tiny: Tiny, mapped: bool
) -> None:
    folder = tmp_path_factory.mktemp("replay")
    run, releases = Folder(str(folder / "run")), Folder(str(folder / "releases"))
    publish_explained(run, releases, tiny, BUNDLED)
    if mapped:
        add_mapped_files(run)
        publish_tiny(run, releases, "ease")
    after = asyncio.run(answers(releases.uri, folder / "store", tiny))
    assert differences(read(RECORDED), after) == []


def other_score(value: Any) -> Any:
    """The same answer with all numbers a hundredth higher."""
    if isinstance(value, dict):
        return {name: other_score(part) for name, part in value.items()}
    if isinstance(value, list):
        return [other_score(part) for part in value]
    return value * 1.01 if isinstance(value, float) else value


def test_a_different_answer_is_told() -> None:
    before = read(RECORDED)
    after = [*before[:-1], before[-1] | {"status": 500}]
    assert len(differences(before, after)) == 1
    assert differences(before, [{**row, "answer": other_score(row["answer"])} for row in before])
    assert differences(before, before[:-1]) == ["the two recordings asked different questions"]
