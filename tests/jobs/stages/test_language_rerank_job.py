"""The language model as reranker gets its weight from validation events, and reorders lists of a release."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jobs.training.second_look import weigh_in_this_process
from palate.config import Config, LanguageRerankConfig
from palate.data.histories import History
from palate.rank.language.opened import open_likelihoods
from palate.rank.language.store import LANGUAGE, save_language_weight
from palate.recommender.artefacts import Artefacts
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.retrieve import Popularity, fit_popularity, save_model
from palate.storage import Folder
from tests.support.language_models import make_language_model
from tests.support.releases.prepared_run import prepared
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny

QUERY = Query(History(np.array([6, 7], np.int32), np.zeros(2, np.int64)), 5)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_language_model(tmp_path_factory.mktemp("language")))


@pytest.fixture
def config(tmp_path: Path, tiny: Tiny, model: str) -> Config:
    """A run of which the sequence model is to be released."""
    look = f"rerank.language_model={{model: {model}, items: 4, users: 10, dtype: float32}}"
    config = prepared(tmp_path / "run", tiny, look, "release.method=sequence")
    popularity = fit_popularity([tiny.histories.train_matrix(len(tiny.catalogue))])
    save_model(Folder(config.run) / "train_baselines", Popularity.method, popularity)
    return config


def test_the_weight_and_its_worth_are_left_for_the_release(config: Config) -> None:
    folder = Folder(config.run) / "train_reranker"
    weigh_in_this_process(config, folder)
    left = folder.read_json(LANGUAGE)
    report = left["report"]
    assert left["weight"] == report["weight"] >= 0
    assert report["users"] == 10
    assert set(report["ndcg@10"]) == {
        "list as it was",
        "with the language model",
        "random order",
        "gain alone",
        "likelihood alone",
        "likelihood without history",
    }
    assert all(0 <= value <= report["found"] for value in report["ndcg@10"].values())


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny, model: str) -> tuple[Folder, Folder]:
    """A run with a language model as reranker, and where its releases go."""
    run = tiny_run(str(tmp_path_factory.mktemp("run")), tiny.catalogue, tiny.histories)
    settings = LanguageRerankConfig(model=model, items=3, dtype="float32").model_dump(mode="json")
    run.write_json("config.json", run.read_json("config.json") | {"rerank": {"language_model": settings}})
    return run, Folder(str(tmp_path_factory.mktemp("releases")))


def listed(releases: tuple[Folder, Folder], weight: float) -> Artefacts:
    run, folder = releases
    save_language_weight(run / "rerank", weight, {})
    return Artefacts.of(publish_tiny(run, folder, "ease"))


def test_a_release_reorders_the_first_of_its_lists_by_what_its_model_makes_of_them(
    releases: tuple[Folder, Folder],
) -> None:
    before = Recommender(listed(releases, 0.0)).answer([QUERY]).rankings[0]
    artefacts = listed(releases, 100.0)
    after = Recommender(artefacts).answer([QUERY]).rankings[0]
    settings = artefacts.rerank.language_model
    assert settings is not None
    gain = open_likelihoods(settings, artefacts.catalogue)(QUERY.history, before.items[:3].tolist()).gain
    expected = before.items[:3][np.argsort(-(np.log(before.scores[:3]) + 100 * gain))]
    assert after.items.tolist() == [*expected.tolist(), *before.items[3:].tolist()]
    assert np.array_equal(after.scores, before.scores)


def test_without_time_the_list_is_what_it_was(releases: tuple[Folder, Folder]) -> None:
    before = Recommender(listed(releases, 0.0)).answer([QUERY]).rankings[0]
    hurried = Recommender(listed(releases, 100.0), second_look_s=1e-9).answer([QUERY]).rankings[0]
    assert hurried.items.tolist() == before.items.tolist()
