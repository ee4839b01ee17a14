"""Publishing: the run's artefacts become a release, and the current one if the configuration says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from jobs.runtime.stage import Stage, StageCounts, stage_command, stage_folder
from jobs.runtime.stage_inputs import (
    CATALOGUE,
    ENCODER,
    HISTORIES,
    INDEX_FILES,
    METRICS,
    REFITTED_METHODS,
    REFITTED_SEQUENCE,
    RELEASE,
    VECTORS,
    history_shards,
    released_method,
    run_artefacts,
    text_vectors,
)
from jobs.training.baselines import fitted_retrievers
from palate.config import Config
from palate.config.baselines import USERS_AS_TEXT
from palate.data.user_table import USER_FILES, write_user_table
from palate.errors import PalateError
from palate.rank.language.store import LANGUAGE
from palate.rank.store import RERANKER, STATISTICS
from palate.recommender.artefacts import CONTENT, FALLBACK, MATRICES, VECTOR_METHODS, Artefacts
from palate.recommender.comparison import compared
from palate.recommender.lookup.files import LOOKUP_FILES, write_lookup
from palate.release import Release, SourceFile, promote, publish, read_pointer, verified_release
from palate.retrieve import RETRIEVERS, model_files
from palate.retrieve.hybrid import HYBRID, HYBRID_FILE, SEQUENCE, load_weights
from palate.retrieve.item_vectors import load_item_vectors, member_files, write_vectors
from palate.retrieve.ivf import write_inverted_lists
from palate.retrieve.lexical import WORD_FILES, write_lexical_index
from palate.schema import TEXT
from palate.storage import Folder

NOT_SERVED = {"run", "release", "resources"}
"""Parts of the configuration that say nothing of what is in a release."""


def publish_release(config: Config, folder: Folder) -> StageCounts:
    """Copy what serving needs into a release, and write its id and URI."""
    method = released_method(config)
    folder.write_json("config.json", config.model_dump(mode="json", exclude=NOT_SERVED))
    sources = release_sources(config, folder, method)
    sources |= _user_files(config, folder) | _vector_files(config, folder)
    sources |= _lookup_files(config, folder) | _word_files(config, folder)
    releases = Folder(config.release.uri)
    release = publish(
        releases, sources, dataset=config.data.name, method=method, refitted=config.release.refit
    )
    kept_back = _kept_back(config, releases) if config.release.promote else None
    if config.release.promote and kept_back is None:
        promote(releases, release.manifest.id)
    folder.write_json(RELEASE, _result(release, kept_back))
    return StageCounts(rows_in=len(sources), rows_out=len(release.manifest.files))


def release_sources(config: Config, folder: Folder, method: str) -> dict[str, SourceFile]:
    """The files of the release by their names in it."""
    stages = {name: stage_folder(config, name) for name in STAGE.inputs}
    sources = {
        CATALOGUE: SourceFile(stages["prepare"], CATALOGUE),
        METRICS: SourceFile(stages["evaluate"], METRICS),
        "config.json": SourceFile(folder, "config.json"),
    }
    sources |= _tree(stages["prepare"], HISTORIES)
    sources |= _tree(stages["train_encoder"], ENCODER)
    sources |= _tree(stages["embed_catalogue"], VECTORS)
    sequence, methods = _models(stages, config.release.refit)
    for name in member_files(sequence):
        sources[f"sequence/{name}"] = SourceFile(sequence, name)
    if stages["train_reranker"].exists(RERANKER):
        language = (LANGUAGE,) if stages["train_reranker"].exists(LANGUAGE) else ()
        reranker = (RERANKER, STATISTICS, *language)
        sources |= {f"rerank/{name}": SourceFile(stages["train_reranker"], name) for name in reranker}
    if method == HYBRID:
        sources[f"methods/{HYBRID_FILE}"] = SourceFile(stages["fuse"], HYBRID_FILE)
    stored = load_weights(stages["fuse"]) if method == HYBRID else [method]
    return sources | _methods(methods, stored)


def _user_files(config: Config, folder: Folder) -> dict[str, SourceFile]:
    """The table in which users are looked up, built now, by its names in the release."""
    folder.delete(USER_FILES)
    write_user_table(folder / USER_FILES, stage_folder(config, "prepare").tables(HISTORIES))
    return _tree(folder, USER_FILES)


def _vector_files(config: Config, folder: Folder) -> dict[str, SourceFile]:
    """Vectors of all items as they are mapped, and their indices, built now, by their names in the release.

    It holds the vectors of the whole catalogue.
    """
    sequence, _ = _models({name: stage_folder(config, name) for name in STAGE.inputs}, config.release.refit)
    spaces = {SEQUENCE: load_item_vectors(sequence), CONTENT: text_vectors(config)}
    folder.delete(MATRICES)
    for space, vectors in spaces.items():
        write_vectors(folder / MATRICES, space, vectors)
    return _tree(folder, MATRICES) | _index_files(config, folder, spaces)


def _index_files(
    config: Config, folder: Folder, spaces: Mapping[str, NDArray[np.float32]]
) -> dict[str, SourceFile]:
    """The stored indices by their names in the release; none of a kind that is not stored."""
    index = config.index
    folder.delete(INDEX_FILES)
    if index.kind != "ivf" and index.kind != "ivfpq":
        return {}
    write_inverted_lists(
        folder / INDEX_FILES,
        spaces,
        index.kind,
        lists=index.ivf_lists,
        probes=index.ivf_probes,
        threads=config.resources.threads,
    )
    return _tree(folder, INDEX_FILES)


def _lookup_files(config: Config, folder: Folder) -> dict[str, SourceFile]:
    """The catalogue and the index of its names as they are mapped, by their names in the release."""
    folder.delete(LOOKUP_FILES)
    catalogue = stage_folder(config, "prepare").read_table(CATALOGUE)
    write_lookup(folder / LOOKUP_FILES, catalogue, config.steering.languages)
    return _tree(folder, LOOKUP_FILES)


def _word_files(config: Config, folder: Folder) -> dict[str, SourceFile]:
    """The counted words of all texts by their names in the release; none where no search goes by words."""
    folder.delete(WORD_FILES)
    if not config.index.lexical_weight:
        return {}
    texts = stage_folder(config, "prepare").read_table(CATALOGUE, columns=[TEXT])[TEXT]
    write_lexical_index(folder / WORD_FILES, texts.to_pylist())
    return _tree(folder, WORD_FILES)


def _kept_back(config: Config, releases: Folder) -> str | None:
    """Why the run's release is not to replace the current one; None where nothing says so."""
    current = read_pointer(releases).current
    if current is None or not config.release.guard_users:
        return None
    release = verified_release(releases, current)
    if release.manifest.refitted:  # it has seen the events that it would be compared by
        return None
    blocks = (shard() for shard in history_shards(config))
    found = compared(Artefacts.of(release), run_artefacts(config), blocks, config.release.guard_users)
    if found is None or not found.is_worse:
        return None
    return (
        f"it is worse than the current {current}: NDCG@10 {found.new:.4f} against {found.current:.4f} on the "
        f"validation events of {found.users:,} users. palate releases promote makes it current all the same, "
        "and release.guard_users=0 asks no more"
    )


def _require_method(config: Config) -> None:
    """Raise `PalateError` if the method to release is one that no stage of the run leaves."""
    stored = [model.method for name in fitted_retrievers(config) for model in RETRIEVERS[name].models]
    vectors = [name for name in VECTOR_METHODS if name != USERS_AS_TEXT or config.users_as_text.enabled]
    if config.release.method not in (None, HYBRID, *vectors, *stored):
        raise PalateError(
            f"release.method is {config.release.method!r}, which this run does not fit; it can be "
            f"{', '.join((HYBRID, *vectors, *sorted(stored)))} (baselines.methods)"
        )


def _models(stages: Mapping[str, Folder], refit: bool) -> tuple[Folder, Folder]:
    """Where the sequence model and the stored methods are that have learned the most."""
    if refit:
        return stages["refit"] / REFITTED_SEQUENCE, stages["refit"] / REFITTED_METHODS
    return stages["train_sequence"], stages["train_baselines"]


def _tree(folder: Folder, name: str) -> dict[str, SourceFile]:
    """All files below the folder `name`, by the names that they have there."""
    return {file: SourceFile(folder, file) for file in folder.files(name, recursive=True)}


def _methods(baselines: Folder, served: Iterable[str]) -> dict[str, SourceFile]:
    """The stored models that are served: the fall-back, and of the methods those that search no vectors."""
    stored = {FALLBACK, *served} - set(VECTOR_METHODS)
    files = {file for name in stored for file in model_files(baselines, name)}
    return {f"methods/{file}": SourceFile(baselines, file) for file in files}


def _result(release: Release, kept_back: str | None) -> dict[str, str]:
    result = {"id": release.manifest.id, "uri": release.folder.uri, "method": release.manifest.method}
    return result if kept_back is None else result | {"kept_back": kept_back}


STAGE = Stage(
    "publish",
    work=publish_release,
    inputs=(
        "prepare",
        "train_encoder",
        "embed_catalogue",
        "train_sequence",
        "train_baselines",
        "fuse",
        "evaluate",
        "train_reranker",
        "refit",
    ),
    sections=("explain", "index", "release", "rerank", "steering"),
    check=_require_method,
)

if __name__ == "__main__":
    stage_command(STAGE)
