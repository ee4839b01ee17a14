"""The relevance of a release can be asked for any histories, and is what its lists are ordered by."""

from __future__ import annotations

import numpy as np
import pytest

from palate.data.histories import History
from palate.explain import leave_one_out
from palate.explain.evidence.relevance import ReleaseRelevance, relevance_of
from palate.recommender.artefacts import ArtefactFolders, Artefacts
from palate.recommender.encoding import UserEncoder
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.retrieve import Ease, EaseRecent, ImplicitAls, fit_implicit_als, load_model, save_model
from palate.retrieve.hybrid import save_hybrid
from palate.storage import Folder
from tests.support.releases.small import tiny_run
from tests.support.worlds.tiny import Tiny

HISTORY = History(np.array([0, 7, 3, 1], np.int32), np.arange(4, dtype=np.int64))
NOTHING = History(np.zeros(0, np.int32), np.zeros(0, np.int64))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    run = tiny_run(str(tmp_path_factory.mktemp("run")), tiny.catalogue, tiny.histories)
    ease = load_model(run / "methods", Ease.method)
    assert isinstance(ease, Ease)
    save_model(run / "methods", EaseRecent.method, EaseRecent(ease.weights, ease.popularity, 0.5))
    blocks = [tiny.histories.train_matrix(len(tiny.catalogue))]
    ials = fit_implicit_als(
        blocks, factors=4, regularisation=0.1, alpha=10.0, iterations=5, threads=1, seed=0
    )
    save_model(run / "methods", ImplicitAls.method, ials)
    save_hybrid(run / "methods", {"sequence": 1.0, "ease-recent": 7.0, "ials": 3.0}, [])
    return run


def artefacts_of(run: Folder, method: str) -> Artefacts:
    """The run, used as the release that it would become."""
    folders = ArtefactFolders(
        catalogue=run,
        vectors=run,
        encoder=run / "encoder",
        sequence=run / "sequence",
        methods=run / "methods",
        hybrid=run / "methods",
        rerank=run / "rerank",
        indices=run / "index",
    )
    return Artefacts(folders, method, run.read_json("config.json"))


@pytest.mark.parametrize("method", ["hybrid", "sequence", "moving-average", "ease", "popularity"])
def test_relevance_is_what_the_list_is_ordered_by(run: Folder, method: str) -> None:
    artefacts = artefacts_of(run, method)
    ranking = Recommender(artefacts).answer([Query(HISTORY, 5)]).rankings[0]
    found = relevance_of(artefacts)([HISTORY], ranking.items)[0]
    np.testing.assert_allclose(found, ranking.relevance, rtol=1e-4)


def test_influence_in_a_release_is_the_difference_of_two_of_its_relevances(run: Folder) -> None:
    artefacts = artefacts_of(run, "hybrid")
    items = np.array([2, 5], np.int32)
    score = relevance_of(artefacts)
    without_first = History(HISTORY.items[1:], HISTORY.times[1:])
    expected = score([HISTORY], items) - score([without_first], items)
    np.testing.assert_allclose(leave_one_out(HISTORY, items, score)[:1], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("method", ["hybrid", "ease", "sequence"])
def test_empty_history_speaks_for_nothing(run: Folder, method: str) -> None:
    score = relevance_of(artefacts_of(run, method))
    assert not score([NOTHING], np.arange(12, dtype=np.int32)).any()


def test_no_event_carries_what_is_merely_popular(run: Folder) -> None:
    score = relevance_of(artefacts_of(run, "popularity"))
    assert not leave_one_out(History(HISTORY.items[:1], HISTORY.times[:1]), np.arange(12), score).any()


def test_only_the_latest_events_count(run: Folder) -> None:
    artefacts = artefacts_of(run, "ease")
    score = ReleaseRelevance(artefacts, UserEncoder(artefacts), events=2)
    items = np.arange(12, dtype=np.int32)
    last = History(HISTORY.items[-2:], HISTORY.times[-2:])
    np.testing.assert_array_equal(score([HISTORY], items), score([last], items))
