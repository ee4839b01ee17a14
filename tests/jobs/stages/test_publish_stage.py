"""The last stage publishes what the evaluation selected, and says where."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jobs.publish import STAGE
from jobs.runtime.stage import stage_folder
from jobs.runtime.stage_inputs import run_artefacts
from palate.config import Config, IndexConfig
from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.recommender.retrieval import RetrieverShard
from palate.release import read_pointer, verified_release
from palate.retrieve import merge_results
from palate.storage import Folder
from tests.support.releases.small import tiny_run
from tests.support.worlds.tiny import Tiny

PLACES = {
    "prepare": ["catalogue.parquet", "histories"],
    "train_encoder": ["encoder"],
    "embed_catalogue": ["vectors"],
    "evaluate": ["metrics.json"],
}


@pytest.fixture
def config(tmp_path: Path, tiny: Tiny) -> Config:
    """A configuration whose run has every stage before this one behind it."""
    made = tiny_run(str(tmp_path / "made"), tiny.catalogue, tiny.histories)
    config = Config.model_validate(
        {"run": str(tmp_path / "run"), "release": {"uri": str(tmp_path / "releases")}}
    )
    copies = [(stage, name, name) for stage, names in PLACES.items() for name in names]
    copies += [("train_sequence", "sequence", ""), ("train_baselines", "methods", "")]
    for stage, source, target in copies:
        for name in [source] if source in made.files() else made.files(source, recursive=True):
            kept = name if target else name.removeprefix(f"{source}/")
            stage_folder(config, stage).write_chunks(kept, made.chunks(name))
    return config


def test_selected_method_is_published_promoted_and_answers(config: Config) -> None:
    folder = stage_folder(config, "publish")

    STAGE.work(config, folder)

    release = verified_release(Folder(config.release.uri))
    assert folder.read_json("release.json") == {
        "id": release.manifest.id,
        "uri": release.folder.uri,
        "method": "sequence",
    }
    assert "methods/popularity.json" in release.manifest.files
    assert "methods/ease.json" not in release.manifest.files
    recommender = Recommender(Artefacts.of(release))
    assert len(recommender.recommend_user("u01", 3)) == len(recommender.search("comedy", 3)) == 3


@pytest.mark.parametrize("kind", ["ivf", "ivfpq"])
def test_a_stored_index_is_published_and_answers_as_a_whole_and_in_parts(config: Config, kind: str) -> None:
    exact = Recommender(run_artefacts(config))
    stored = IndexConfig.model_validate({"kind": kind, "ivf_lists": 3, "ivf_probes": 3})
    STAGE.work(config.model_copy(update={"index": stored}), stage_folder(config, "publish"))

    release = verified_release(Folder(config.release.uri))
    artefacts = Artefacts.of(release)
    names = {name for name in release.manifest.files if name.startswith("index/")}
    query, hidden = artefacts.item_vectors[:1], [np.array([0], np.int32)]
    parts = [RetrieverShard(artefacts, part, 3).nearest(query, "sequence", 4, hidden) for part in range(3)]

    assert names == {"index/sequence.faiss", "index/content.faiss", "index/recall.json"}
    whole = RetrieverShard(artefacts).nearest(query, "sequence", 4, hidden)
    assert merge_results(parts, 4).items.tolist() == whole.items.tolist()
    # Of a few vectors the products are rounded otherwise than of all of them.
    scores = {one.item: one.score for one in exact.recommend_user("u01", 3)}
    listed = Recommender(artefacts).recommend_user("u01", 3)
    assert {one.item: one.score for one in listed} == pytest.approx(scores, rel=1e-6)
    assert [one.item for one in listed] == list(scores)


def test_published_vectors_are_mapped_and_those_of_the_models(config: Config) -> None:
    STAGE.work(config, stage_folder(config, "publish"))

    artefacts, run = Artefacts.of(verified_release(Folder(config.release.uri))), run_artefacts(config)
    assert isinstance(artefacts.item_vectors, np.memmap)
    assert isinstance(artefacts.text_vectors, np.memmap)
    np.testing.assert_array_equal(artefacts.item_vectors, run.item_vectors)
    np.testing.assert_array_equal(artefacts.text_vectors, run.text_vectors)


def test_published_words_are_mapped_and_found_as_when_they_are_counted(config: Config) -> None:
    STAGE.work(config, stage_folder(config, "publish"))

    artefacts, run = Artefacts.of(verified_release(Folder(config.release.uri))), run_artefacts(config)
    assert isinstance(artefacts.lexical.postings.weights.base, np.memmap)
    queries = ["comedy", "item of the catalogue"]
    np.testing.assert_array_equal(artefacts.lexical.scores(queries), run.lexical.scores(queries))
    assert artefacts.lexical.scores(queries).any()


def test_words_are_not_published_where_no_search_goes_by_them(config: Config) -> None:
    without = config.index.model_copy(update={"lexical_weight": 0.0})
    STAGE.work(config.model_copy(update={"index": without}), stage_folder(config, "publish"))

    files = verified_release(Folder(config.release.uri)).manifest.files
    assert not any(name.startswith("words/") for name in files)


def test_configured_method_is_published_with_its_files_and_not_promoted(config: Config) -> None:
    release = config.release.model_copy(update={"method": "ease", "promote": False})
    config = config.model_copy(update={"release": release})
    folder = stage_folder(config, "publish")

    STAGE.work(config, folder)

    releases = Folder(config.release.uri)
    assert read_pointer(releases).current is None
    published = verified_release(releases, folder.read_json("release.json")["id"])
    assert {"methods/ease.json", "methods/ease.safetensors"} < set(published.manifest.files)
    assert len(Recommender(Artefacts.of(published)).recommend(["i00"], 3)) == 3


def test_publishing_the_same_run_again_makes_no_second_release(config: Config) -> None:
    folder = stage_folder(config, "publish")
    STAGE.work(config, folder)
    STAGE.work(config, folder)
    assert len(Folder(config.release.uri).folders()) == 1


def test_what_was_trained_on_all_events_is_published_instead(config: Config) -> None:
    for stage, target in (("train_sequence", "sequence"), ("train_baselines", "methods")):
        trained = stage_folder(config, stage)
        for name in trained.files(recursive=True):
            (stage_folder(config, "refit") / target).write_chunks(name, trained.chunks(name))
            trained.delete(name)
    refitted = config.model_copy(update={"release": config.release.model_copy(update={"refit": True})})

    STAGE.work(refitted, stage_folder(config, "publish"))

    published = verified_release(Folder(config.release.uri))
    assert published.manifest.refitted
    assert len(Recommender(Artefacts.of(published)).recommend_user("u01", 3)) == 3


def test_a_release_that_is_worse_than_the_current_one_is_published_and_kept_back(config: Config) -> None:
    folder, releases = stage_folder(config, "publish"), Folder(config.release.uri)
    STAGE.work(with_method(config, "ease"), folder)
    better = folder.read_json("release.json")["id"]
    worse = with_method(config, "popularity")

    STAGE.work(worse, folder)

    result = folder.read_json("release.json")
    assert "worse" in result["kept_back"]
    assert (read_pointer(releases).current, len(releases.folders())) == (better, 2)
    unguarded = worse.release.model_copy(update={"guard_users": 0})
    STAGE.work(worse.model_copy(update={"release": unguarded}), folder)
    assert read_pointer(releases).current == result["id"]


def with_method(config: Config, method: str) -> Config:
    return config.model_copy(update={"release": config.release.model_copy(update={"method": method})})
