"""Model store: models on disk, their arrays as safetensors, their settings as JSON, and nothing that runs.

The arrays of a model that is read are mapped: all processes of a machine share the pages, and a part of the
catalogue has no more of them in its memory than it looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from safetensors.numpy import save

from palate.errors import PalateError
from palate.mapped.arrays import mapped_arrays
from palate.retrieve.base import State, StoredScorer
from palate.retrieve.registry import METHODS
from palate.storage import Folder


def save_model(folder: Folder, name: str, model: StoredScorer, arrays_of: str | None = None) -> None:
    """Write `<name>.json` and `<name>.safetensors`.

    `arrays_of` names a model of the folder with equal arrays, whose file is then shared.
    """
    if arrays_of is None:
        arrays = {key: np.ascontiguousarray(value) for key, value in model.state().items()}
        folder.write_bytes(f"{name}.safetensors", save(arrays))
    record = {"method": model.method, "settings": model.settings(), "arrays": arrays_of or name}
    folder.write_json(f"{name}.json", record)


def load_model(folder: Folder, name: str) -> StoredScorer:
    """Read a model; raises `PalateError` when it is missing, damaged or of an unknown method."""
    return load_models(folder, [name])[name]


def load_models(folder: Folder, names: Sequence[str]) -> dict[str, StoredScorer]:
    """Read several models; those that share a file on disk share its arrays in memory."""
    records = {name: _record(folder, name) for name in names}
    states: dict[str, State] = {}
    for record in records.values():
        if record["arrays"] not in states:
            states[record["arrays"]] = _state(folder, record["arrays"])
    return {name: _model(name, record, states[record["arrays"]]) for name, record in records.items()}


def saved_methods(folder: Folder) -> list[str]:
    """The methods that the folder holds a model of under their own name, in the order of `METHODS`."""
    return [name for name in METHODS if folder.exists(f"{name}.json")]


def model_files(folder: Folder, name: str) -> list[str]:
    """The files that hold a model; of two that share their arrays, both name the same array file."""
    return [f"{name}.json", f"{_record(folder, name)['arrays']}.safetensors"]


def _record(folder: Folder, name: str) -> dict[str, Any]:
    if not folder.exists(f"{name}.json"):
        raise PalateError(f"There is no model {name!r} in {folder.uri}; run jobs.train_baselines")
    record: dict[str, Any] = folder.read_json(f"{name}.json")
    if record.get("method") not in METHODS:
        known = ", ".join(METHODS)
        raise PalateError(f"{folder.uri}/{name}.json is of no known method; known are {known}")
    return record


def _state(folder: Folder, name: str) -> State:
    try:
        return {key: np.asarray(array) for key, array in mapped_arrays(folder, name).items()}
    except (PalateError, OSError, ValueError) as error:
        raise PalateError(f"Cannot read {folder.uri}/{name}.safetensors ({error}); train it again") from error


def _model(name: str, record: dict[str, Any], state: State) -> StoredScorer:
    try:
        return METHODS[record["method"]].from_state(state, record["settings"])
    except KeyError as error:
        raise PalateError(f"The model {name!r} lacks {error}; train it again") from error
