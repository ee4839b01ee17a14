"""Reranker store: JSON, what it knows of items as safetensors, and nothing that runs."""

from __future__ import annotations

from typing import get_args

import numpy as np
from safetensors.numpy import save

from palate.config import ScoreMode
from palate.errors import PalateError
from palate.mapped.arrays import mapped_arrays
from palate.rank.action import ActionModel, Reranking
from palate.rank.statistics import ItemStatistics
from palate.storage import Folder

RERANKER, STATISTICS = "reranker.json", "statistics.safetensors"


def save_reranker(folder: Folder, reranking: Reranking, statistics: ItemStatistics) -> None:
    """Write both files, that which says that there is a reranker last."""
    arrays = {name: np.ascontiguousarray(array) for name, array in statistics.state().items()}
    folder.write_bytes(STATISTICS, save(arrays))
    record = {
        "score": reranking.score,
        "target": reranking.model.actions[reranking.target],
        "model": reranking.model.state(),
        "report": reranking.report,
    }
    folder.write_json(RERANKER, record)


def load_reranker(folder: Folder) -> Reranking | None:
    """Read it back; None where there is none: then relevance orders, and nothing is said of actions.

    `PalateError` for a file that holds something else.
    """
    if not folder.exists(RERANKER):
        return None
    record = folder.read_json(RERANKER)
    try:
        model, score = ActionModel.from_state(record["model"]), record["score"]
        reranking = Reranking(model, score, model.actions.index(record["target"]), record["report"])
        if score not in get_args(ScoreMode):
            raise ValueError(f"no order {score!r}")
    except (KeyError, TypeError, ValueError) as error:
        raise PalateError(
            f"{folder.uri}/{RERANKER} cannot be read ({error}); run jobs.train_reranker again"
        ) from error
    return reranking


def load_statistics(folder: Folder) -> ItemStatistics:
    """Read what a reranker knows of items; `PalateError` where that is missing or damaged."""
    try:
        arrays = mapped_arrays(folder, STATISTICS.removesuffix(".safetensors"))
        return ItemStatistics.from_state({name: np.asarray(array) for name, array in arrays.items()})
    except (OSError, PalateError, KeyError, ValueError) as error:
        raise PalateError(
            f"{folder.uri}/{STATISTICS} cannot be read ({error}); run jobs.train_reranker again"
        ) from error
