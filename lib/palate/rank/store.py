"""The reranker on disk: JSON and nothing that runs."""

from __future__ import annotations

from typing import get_args

from palate.config import ScoreMode
from palate.errors import PalateError
from palate.rank.action import ActionModel, Reranking
from palate.storage import Folder

RERANKER = "reranker.json"


def save_reranker(folder: Folder, reranking: Reranking) -> None:
    """Write `reranker.json`."""
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
        found = Reranking(model, score, model.actions.index(record["target"]), record["report"])
        if score not in get_args(ScoreMode):
            raise ValueError(f"no order {score!r}")
    except (KeyError, TypeError, ValueError) as error:
        raise PalateError(
            f"{folder.uri}/{RERANKER} cannot be read ({error}); run jobs.train_reranker again"
        ) from error
    return found
