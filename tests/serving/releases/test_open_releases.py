"""Open releases: a process verifies and reads a release once, however many of its parts use it."""

from __future__ import annotations

import asyncio
import gc
import shutil
from pathlib import Path
from weakref import ref

import pytest

from palate.errors import PalateError
from palate.recommender.recommender import Recommender
from palate.release import release_ids
from palate.storage import Folder
from serving.pipeline.open_releases import OpenReleases
from serving.pipeline.release_cache import ReleaseCache
from serving.releases.release_view import ReleaseView


def test_whoever_asks_again_gets_what_is_open(served_releases: Folder) -> None:
    opened, release = OpenReleases(), release_ids(served_releases)[0]
    assert opened.get(served_releases, release) is opened.get(Folder(served_releases.uri), release)


def test_releases_of_other_ids_are_others(served_releases: Folder) -> None:
    opened = OpenReleases()
    first, second = (opened.get(served_releases, release) for release in release_ids(served_releases))
    assert first is not second


def test_a_release_goes_with_its_last_user(served_releases: Folder) -> None:
    opened, release = OpenReleases(), release_ids(served_releases)[0]
    used = ref(opened.get(served_releases, release))
    gc.collect()
    assert used() is None


def test_a_broken_release_is_refused_until_it_is_whole(served_releases: Folder, tmp_path: Path) -> None:
    shutil.copytree(served_releases.uri, tmp_path / "releases")
    releases, opened = Folder(str(tmp_path / "releases")), OpenReleases()
    release = release_ids(releases)[0]
    config = releases / release
    content = config.read_bytes("config.json")
    config.write_bytes("config.json", b"{}")
    with pytest.raises(PalateError, match=r"config\.json has changed"):
        opened.get(releases, release)
    config.write_bytes("config.json", content)
    assert opened.get(releases, release).method


def test_names_and_pipeline_of_a_gateway_share_ids_titles_and_facts(served_releases: Folder) -> None:
    release = release_ids(served_releases)[0]

    async def both() -> tuple[ReleaseView, Recommender]:
        views = ReleaseCache(served_releases.uri, ReleaseView)
        recommenders = ReleaseCache(served_releases.uri, Recommender)
        return await views.get(release), await recommenders.get(release)

    view, recommender = asyncio.run(both())
    assert view.catalogue is recommender.catalogue
    assert view.requests.facts is recommender.artefacts.facts
    assert recommender.reranker._facts.title_codes is view.requests.facts.title_codes
