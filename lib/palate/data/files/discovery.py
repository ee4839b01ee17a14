"""File discovery: the files of a raw table, and what tells one version of them from another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from palate.data.files.streams import feeds_are_bytes, is_compressed, read_chunks, require_text
from palate.errors import PalateError
from palate.storage import Folder

_CHUNK = 1 << 16
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


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
    root: str
    """The folder, or the one file."""
    encoding: str = "utf-8"
    """How text is written in them."""

    @property
    def paths(self) -> list[str]:
        """Paths on the file system."""
        return [file.path for file in self.files]

    @property
    def line_encoding(self) -> str:
        """The encoding of lines, which differs from the files' where that has to be undone to find lines."""
        # A byte order mark stands at a file's beginning and not in every line.
        by_byte = feeds_are_bytes(self.encoding) and not self.encoding.lower().endswith("-sig")
        return self.encoding if by_byte else "utf-8"

    def each(self) -> Iterator[RawFiles]:
        """The files one by one."""
        return (replace(self, files=(file,)) for file in self.files)

    def is_stream(self, path: str) -> bool:
        """Whether the file can only be read from its start."""
        return is_compressed(path) or not feeds_are_bytes(self.encoding)

    def chunks(self, path: str, size: int) -> Iterator[bytes]:
        """The content of a file from its start, as `read_chunks` gives it."""
        return read_chunks(self.fs, path, size, self.encoding)

    def first_lines(self, path: str, count: int) -> list[bytes]:
        """At most `count` first lines of a file, without their ends."""
        lines: list[bytes] = []
        rest = b""
        # The last line of a chunk may go on in the next one.
        for chunk in self.chunks(path, _CHUNK):
            *whole, rest = (rest + chunk).split(b"\n")
            lines += whole
            if len(lines) >= count:
                break
        return [line.removesuffix(b"\r") for line in [*lines, rest] if line][:count]

    def require_text(self) -> None:
        """Raise `PalateError` if the first bytes of a file are those of something else than lines of text."""
        for path in self.paths if feeds_are_bytes(self.encoding) else ():
            require_text(path, next(self.chunks(path, _CHUNK), b""))

    def partition_values(self, path: str) -> dict[str, str | None]:
        """Columns that folders of the file's path hold, as in `day=2024-01-31/part-0.parquet` (Hive)."""
        folders = path.removeprefix(self.root).split("/")[:-1]
        pairs = [folder.split("=", 1) for folder in folders if "=" in folder]
        return {key: None if value == _NO_VALUE else unquote(value) for key, value in pairs}

    def parquet_footer(self, path: str) -> pq.FileMetaData:
        """What a Parquet file says of itself; `PalateError` if it is none."""
        try:
            return pq.read_metadata(path, filesystem=self.fs)
        except (pa.ArrowException, OSError) as error:
            raise PalateError(
                f"{path} is not a Parquet file; if it is CSV or JSON lines, say so with format: csv or jsonl "
                f"beside its path ({error})"
            ) from error


def raw_files(uri: str, setting: str, encoding: str = "utf-8") -> RawFiles:
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
    return RawFiles(folder.fs, tuple(files), folder.path, encoding)


def _is_data(info: pafs.FileInfo, folder: str) -> bool:
    # Names in `.` or `_`, also of a folder above, are those of marks that writers leave, such as `_SUCCESS`.
    parts = PurePosixPath(info.path).relative_to(folder).parts
    return info.type == pafs.FileType.File and info.size > 0 and not any(part[0] in "._" for part in parts)
