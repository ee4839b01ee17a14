"""What stages read of earlier ones, wherever they run: everything through the run's URI."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jobs.runtime.stage import stage_folder
from palate.config import Config
from palate.config.baselines import USERS_AS_TEXT
from palate.data.histories import Histories, Part
from palate.data.user_sample import UserSample
from palate.data.vectors import vector_matrix
from palate.schema import ITEM
from palate.storage import Folder

# What has to do with models is loaded where it is needed: a worker that reads tables needs seconds for it.
if TYPE_CHECKING:
    from palate.recommender.artefacts import Artefacts
    from palate.retrieve import Scorer
    from palate.sequence import Shards

CATALOGUE = "catalogue.parquet"
HISTORIES = "histories"
VECTORS = "vectors"
ENCODER = "encoder"
SHOWN_PLACES = "shown_places"
"""Folder of the places at which items of the endpoint's events were shown; without `data.store` none."""
SUMMARY = "summary.json"
"""What `prepare` counted."""
COLD_START = "cold.json"
"""What `cold_probe` measured."""
METRICS = "metrics.json"
"""What `evaluate` leaves, and the whole run."""
REPORT_PAGE = "report.html"
"""The page of the metrics, likewise."""
RELEASE = "release.json"
"""What `publish` leaves: the id and the URI of the release."""
INDEX_FILES = "index"
"""Folder of the stored indices of item vectors, below that of `publish` and in a release."""
REFITTED_SEQUENCE, REFITTED_METHODS = "sequence", "methods"
"""Folders of the models below that of `refit`."""


def catalogue(config: Config) -> pa.Table:
    """The clean catalogue; the row of an item is its index."""
    return stage_folder(config, "prepare").read_table(CATALOGUE)


def history_shards(config: Config, last: Part | None = None) -> Shards:
    """Readers of the shards of all users.

    With `last`, one of the held-out parts, models learn from all events up to its end.
    """
    names = [name for name in stage_folder(config, "prepare").files(HISTORIES) if name.endswith(".parquet")]
    return [partial(_read, config.run, name, last) for name in names]


def text_vectors(config: Config) -> NDArray[np.float32]:
    """Unit text vectors of the whole catalogue, float32 [items, width]."""
    return vector_matrix(stage_folder(config, "embed_catalogue").read_table(VECTORS))


def hidden_items(config: Config) -> NDArray[np.bool_]:
    """Items kept from the trainings of the cold probe, to measure how new ones fare; bool [items]."""
    from palate.evaluate.cold import cold_items

    return cold_items(catalogue(config)[ITEM].to_pylist(), config.evaluation.cold_share, config.seed)


def user_count(config: Config) -> int:
    """Users with a history."""
    return int(stage_folder(config, "prepare").read_json(SUMMARY)["users"])


def evaluated_users(config: Config) -> UserSample:
    """Those by whose held-out events methods are measured."""
    return UserSample.of_at_most(config.evaluation.max_users, user_count(config))


def released_method(config: Config) -> str:
    """The method to serve: the one that the configuration names, or else the evaluation's choice."""
    if config.release.method is not None:
        return config.release.method
    return str(stage_folder(config, "evaluate").read_json(METRICS)["selected"])


def run_artefacts(config: Config) -> Artefacts:
    """What a release of the run will hold, where the stages have left it."""
    from palate.recommender.artefacts import ArtefactFolders, Artefacts

    folders = ArtefactFolders(
        catalogue=stage_folder(config, "prepare"),
        vectors=stage_folder(config, "embed_catalogue"),
        encoder=stage_folder(config, "train_encoder") / ENCODER,
        sequence=stage_folder(config, "train_sequence"),
        methods=stage_folder(config, "train_baselines"),
        hybrid=stage_folder(config, "fuse"),
        rerank=stage_folder(config, "train_reranker"),
        indices=stage_folder(config, "publish") / INDEX_FILES,
    )
    return Artefacts(folders, released_method(config), config.model_dump(mode="json"))


def text_users(config: Config) -> dict[str, Scorer]:
    """The method users-as-text by its name, where it is enabled."""
    if not config.users_as_text.enabled:
        return {}
    from palate.text_users.offline import offline_text_users

    method = offline_text_users(
        catalogue(config),
        text_vectors(config),
        config.users_as_text,
        encoder=stage_folder(config, "train_encoder") / ENCODER,
        reading=config.encoder,
        int8=config.index.encoder_int8,
    )
    return {USERS_AS_TEXT: method}


def _read(run: str, name: str, last: Part | None) -> Histories:
    histories = Histories.from_table((Folder(run) / "prepare").read_table(name))
    return histories if last is None else histories.learned_until(last)
