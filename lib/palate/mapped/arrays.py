"""Memory-mapped arrays: those of a safetensors file as views of it; what is not looked at takes no memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.errors import PalateError
from palate.storage import Folder

LENGTH, ALIGNED = 8, 8
"""A safetensors file begins with a number of so many bytes: its header's length, a multiple of the other."""
FORMATS = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4",
    "U64": "<u8", "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip
"""NumPy's name of each number format of safetensors that it has."""
_NAMES = {np.dtype(format_): name for name, format_ in FORMATS.items()}
_METADATA = "__metadata__"


def write_arrays(folder: Folder, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays, without a copy, so that `mapped_arrays` need not read them; the file is safetensors."""
    # Those of wide numbers first, so that each begins at a multiple of its width.
    ordered = sorted(arrays.items(), key=lambda entry: -entry[1].dtype.itemsize)
    entries, end = dict[str, Any](), 0
    for key, array in ordered:
        span = [end, end := end + array.nbytes]
        entries[key] = {"dtype": _NAMES[array.dtype], "shape": array.shape, "data_offsets": span}
    header = json.dumps(entries).encode()
    header += b" " * (-len(header) % ALIGNED)
    values = (pa.py_buffer(np.ascontiguousarray(array)) for _, array in ordered)
    folder.write_chunks(f"{name}.safetensors", [len(header).to_bytes(LENGTH, "little") + header, *values])


def mapped_arrays(folder: Folder, name: str) -> dict[str, NDArray[Any]]:
    """The arrays of a file of `write_arrays` or of the library; `PalateError` for a file that is neither.

    To write into one changes the process's own view alone. `OSError` where there is no such file.
    """
    try:
        with folder.local_file(f"{name}.safetensors") as path:
            with path.open("rb") as stream:
                length = int.from_bytes(stream.read(LENGTH), "little")
                header = json.loads(stream.read(min(length, path.stat().st_size)))
            values = LENGTH + length
            return {key: _mapped(path, values, entry) for key, entry in header.items() if key != _METADATA}
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise PalateError(f"{folder.uri}/{name}.safetensors is damaged ({error}); make it again") from error


def _mapped(path: Path, values: int, entry: Mapping[str, Any]) -> NDArray[Any]:
    """One array by a mapping of its own: of a view of a larger one SciPy's matrices would make a copy."""
    shape, first = tuple(entry["shape"]), entry["data_offsets"][0]
    if 0 in shape:  # there is nothing to map
        return np.zeros(shape, FORMATS[entry["dtype"]])
    return np.memmap(path, FORMATS[entry["dtype"]], "c", offset=values + first, shape=shape)
