"""Second look on disk: the weight that was found, and the report."""

from __future__ import annotations

from typing import Any

from palate.errors import PalateError
from palate.storage import Folder

LANGUAGE = "language.json"


def save_language_weight(folder: Folder, weight: float, report: dict[str, Any]) -> None:
    """Write both."""
    folder.write_json(LANGUAGE, {"weight": weight, "report": report})


def load_language_weight(folder: Folder) -> float | None:
    """The weight; None where none was found. `PalateError` for a file that says something else."""
    if not folder.exists(LANGUAGE):
        return None
    try:
        return float(folder.read_json(LANGUAGE)["weight"])
    except (KeyError, TypeError, ValueError) as error:
        raise PalateError(
            f"{folder.uri}/{LANGUAGE} cannot be read ({error}); run jobs.train_reranker again"
        ) from error
