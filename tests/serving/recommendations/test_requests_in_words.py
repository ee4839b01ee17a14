"""Requests in words, asked of the services as a person would ask them: the answer's list keeps to them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from palate.config import Config
from palate.storage import Folder
from serving.api.schemas import RecommendRequest
from serving.api.services import Services
from serving.releases.active_release import ReleaseWatcher
from tests.support.api.scenario import run_scenario
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny

COMEDIES, DRAMAS = [["Comedy"] + ["Romance"] * (number > 3) for number in range(6)], [["Drama"]] * 6
"""Genres of the twelve films, of the years 1990 to 2001; comedies 4 and 5 are romantic."""


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    """A release of the tiny catalogue with genres and years."""
    place = tmp_path_factory.mktemp("requests")
    genres = pa.array(["|".join(names) for names in COMEDIES + DRAMAS])
    years = pa.array([str(1990 + number) for number in range(12)])
    catalogue = tiny.catalogue.append_column("genres", genres).append_column("year", years)
    run = tiny_run(str(place / "run"), catalogue, tiny.histories)
    config = Config.model_validate(
        {
            "rerank": {"columns": {"category": "genres", "date": "year"}},
            "steering": {
                "nouns": ["film"],
                "synonyms": {"romantic": "Romance", "Komödie": "Comedy", "喜剧": "Comedy"},
            },
        }
    ).model_dump(mode="json")
    kept = run.read_json("config.json")
    run.write_json("config.json", kept | {name: config[name] for name in ("rerank", "steering")})
    folder = Folder(str(Path(place) / "releases"))
    publish_tiny(run, folder, "ease")
    return folder


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("comedies from 1992 or 1994", {"Comedy 2", "Comedy 4"}),
        (
            "no comedies except romantic ones, and nothing after 1998",
            {"Comedy 4", "Comedy 5"} | {f"Drama {number}" for number in range(3)},
        ),
        ("nothing except comedies, but no romantic ones", {f"Comedy {number}" for number in range(4)}),
        ("no romantic comedies, please, and drama bores me", {f"Comedy {number}" for number in range(4)}),
        ("films like comedy 2, but newer and not drama", {"Comedy 3", "Comedy 4", "Comedy 5"}),
        ("Drama mag ich nicht, und bitte nichts vor 1994", {"Comedy 4", "Comedy 5"}),
        ("außer Komödien nichts", {f"Comedy {number}" for number in range(6)}),
        ("除了喜剧, 其他都不要, 1993年以前的", {f"Comedy {number}" for number in range(3)}),
    ],
)
def test_a_list_keeps_to_the_request(text: str, titles: set[str], releases: Folder, store_url: str) -> None:
    listed: list[str] = []

    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        answer = await services.recommendations.recommend(RecommendRequest(history=[], k=12, query=text))
        listed.extend(item.title for item in answer.items)

    run_scenario(releases, store_url, scenario)
    assert set(listed) == titles


def test_the_answer_tells_exceptions_and_pairs(releases: Folder, store_url: str) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        text = "no comedies unless romantic; no romantic dramas"
        answer = await services.recommendations.recommend(RecommendRequest(user="u01", query=text))
        assert answer.steering is not None
        first, second, *_others = answer.steering.constraints
        assert (first.names, first.unless) == (["Comedy"], ["Romance"])
        assert (second.names, second.together) == (["Romance"], False), "no film is a romantic drama"

    run_scenario(releases, store_url, scenario)
