"""Shelves of the endpoint: titles are true of every item, also for live users and anonymous histories."""

from __future__ import annotations

from pathlib import Path

import palate
from palate.storage import Folder
from serving.api.schemas.shelves import ShelvesRequest, ShelvesResponse
from serving.api.services import Services
from serving.releases.active_release import ReleaseWatcher
from tests.support.api.scenario import click, run_scenario
from tests.support.releases.explained import publish_explained
from tests.support.worlds.tiny import Tiny


def items(answer: ShelvesResponse) -> list[str]:
    return [item.item for shelf in answer.shelves for item in shelf.items]


def test_shelves_are_true_and_without_what_was_seen(tmp_path: Path, tiny: Tiny, store_url: str) -> None:
    releases = publish_explained(Folder(str(tmp_path / "run")), Folder(str(tmp_path / "releases")), tiny)

    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        before = await services.shelves.shelves(ShelvesRequest(user="shelved", k=4))
        assert before.shelves == []  # nothing is known that a title could speak of
        await services.users.record(click("one", "shelved", "i00"))
        answer = await services.shelves.shelves(ShelvesRequest(user="shelved", k=4))
        assert answer.shelves
        assert "i00" not in items(answer)
        assert len(items(answer)) == len(set(items(answer)))
        for shelf in answer.shelves:
            for genre in ("Comedy", "Drama", "Thriller"):
                if shelf.title.startswith(genre):
                    assert all(genre in item.fields["genres"].split("|") for item in shelf.items)
        same = await services.shelves.shelves(ShelvesRequest(history=["i00"], k=4))
        assert same.shelves == answer.shelves
        german = await services.shelves.shelves(ShelvesRequest(history=["i00"], k=4, language="de"))
        assert [shelf.items for shelf in german.shelves] == [shelf.items for shelf in answer.shelves]
        assert [shelf.title for shelf in german.shelves] != [shelf.title for shelf in answer.shelves]

    run_scenario(releases, store_url, scenario)
    rows = palate.open_release(releases.uri).shelves(history=["i00"], k=4)
    assert rows
    assert len({item.item for row in rows for item in row.items}) == sum(len(row.items) for row in rows)
