"""Release pointer: the one that names the current release, and the ids it named before."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError

from palate.errors import PalateError
from palate.storage import Folder

POINTER = "current.json"


class Pointer(BaseModel):
    """What is current now, and what was before, oldest first.

    Fields of a newer Palate are kept as they are.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    current: str | None = None
    earlier: tuple[str, ...] = ()


def read_pointer(releases: Folder) -> Pointer:
    """The pointer of a folder of releases; empty if nothing was ever promoted."""
    if not releases.exists(POINTER):
        return Pointer()
    try:
        return Pointer.model_validate_json(releases.read_bytes(POINTER))
    except ValidationError as error:
        raise PalateError(
            f"{releases.uri}/{POINTER} cannot be read; delete it and run `palate releases promote ID`"
        ) from error


def write_pointer(releases: Folder, pointer: Pointer) -> None:
    """Move the pointer: readers see the old one or the new one."""
    releases.write_bytes(POINTER, pointer.model_dump_json(indent=2).encode())
