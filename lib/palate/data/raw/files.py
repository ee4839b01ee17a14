"""File discovery: the files of a raw table, and what tells one version of them from another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

import pyarrow as pa
import pyarrow.fs as pafs

from palate.errors import PalateError
from palate.storage import Folder

_COMPRESSED = frozenset({".gz", ".bz2", ".zst", ".lz4"})


class RawFile(NamedTuple):
    """A file that a source reads."""

    path: str
    bytes: int
    changed: int
    """Time of its last change in nanoseconds since 1970, or 0 where that is not known."""


@dataclass(frozen=True)
class RawFiles:
    """Files of one table on one file system, in the order of their paths; empty files are left out."""

    fs: pafs.FileSystem
    files: tuple[RawFile, ...]

    @property
    def paths(self) -> list[str]:
        """Paths on the file system."""
        return [file.path for file in self.files]

    def first_lines(self, path: str, count: int) -> list[bytes]:
        """At most `count` first lines of a file, without their ends."""
        lines: list[bytes] = []
        rest = b""
        try:
            with open_stream(self.fs, path) as stream:
                # The last line of a chunk may go on in the next one.
                while len(lines) < count and (chunk := stream.read(1 << 16)):
                    *whole, rest = (rest + chunk).split(b"\n")
                    lines += whole
        except (pa.ArrowException, OSError) as error:
            raise PalateError(f"{path} cannot be read: {error}") from error
        return [line.removesuffix(b"\r") for line in [*lines, rest] if line][:count]


def raw_files(uri: str, setting: str) -> RawFiles:
    """A file, or the files of a folder and below, but for those with a name in `.` or `_`.

    `setting` names the setting that `uri` came from, for the `PalateError` when nothing is there.
    """
    folder = Folder(uri)
    at_uri = folder.fs.get_file_info(folder.path)
    if at_uri.type == pafs.FileType.Directory:
        infos = folder.fs.get_file_info(pafs.FileSelector(folder.path, recursive=True))
        infos = [info for info in infos if _is_data(info, folder.path)]
    else:
        infos = [at_uri] if at_uri.type == pafs.FileType.File and at_uri.size else []
    if not infos:
        raise PalateError(f"There is no data in {uri!r}; set {setting} to a file, folder or object-store URI")
    files = sorted(RawFile(info.path, info.size, info.mtime_ns or 0) for info in infos)
    return RawFiles(folder.fs, tuple(files))


def is_compressed(path: str) -> bool:
    """Whether, by its name, the file is compressed, so that it can only be read from the start."""
    return PurePosixPath(path).suffix in _COMPRESSED


def open_stream(fs: pafs.FileSystem, path: str) -> pa.NativeFile:
    """The file's content from its start, decompressed."""
    return fs.open_input_stream(path, compression="detect")


def _is_data(info: pafs.FileInfo, folder: str) -> bool:
    # Names in `.` or `_`, also of a folder above, are those of marks that writers leave, such as `_SUCCESS`.
    parts = PurePosixPath(info.path).relative_to(folder).parts
    return info.type == pafs.FileType.File and info.size > 0 and not any(part[0] in "._" for part in parts)
