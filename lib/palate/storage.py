"""Storage: a folder on a local path or in an object store, behind one small interface over `pyarrow.fs`.

A reader never sees half a file. On a file system a write goes to a temporary name and is renamed; what a
killed writer leaves is hidden: its name begins with a dot, so that neither lists of files nor readers of a
folder of Parquet take it for a file. An object store publishes an upload only once it is whole, but pyarrow
ends one that its writer gave up as if it were whole: what is written is first gathered in a local file, and
uploaded under its own name, as a rename there would be a copy, which S3 refuses above 5 GB.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as pafs
import pyarrow.parquet as pq
from pyarrow import ArrowException

from palate.errors import PalateError

CHUNK_BYTES = 4 * 1024 * 1024
OBJECT_STORES = ("s3", "gcs", "abfs")
"""What pyarrow calls their file systems."""
_UNFINISHED = re.compile(r"\..+\.[0-9a-f]{32}\.tmp")
"""What a file is called until it is whole."""


class Folder:
    """A folder by its URI (`runs/demo`, `/data/runs`, `s3://bucket/runs`); names are relative to it."""

    def __init__(self, uri: str) -> None:
        self.uri = uri.rstrip("/")
        try:
            self.fs, self.path = _resolve(self.uri)
        except (ArrowException, OSError, ValueError) as error:
            raise PalateError(f"Cannot open the folder {uri!r}: {error}") from error

    @property
    def local_path(self) -> Path | None:
        """Where the folder is on this machine; None if it is elsewhere."""
        return Path(self.path) if isinstance(self.fs, pafs.LocalFileSystem) else None

    def __truediv__(self, name: str) -> Folder:
        return Folder(f"{self.uri}/{name}")

    def __repr__(self) -> str:
        return f"Folder({self.uri!r})"

    def exists(self, name: str = "") -> bool:
        """Whether the file or folder is there."""
        return bool(self.fs.get_file_info(self._at(name)).type != pafs.FileType.NotFound)

    def files(self, name: str = "", recursive: bool = False) -> list[str]:
        """Sorted names, relative to this folder, of the files under `name`; empty if it is missing.

        What is being written, or was when its writer was killed, is none of them.
        """
        selector = pafs.FileSelector(self._at(name), recursive=recursive, allow_not_found=True)
        infos = self.fs.get_file_info(selector)
        files = (info for info in infos if info.type == pafs.FileType.File)
        return sorted(
            info.path[len(self.path) + 1 :] for info in files if not _UNFINISHED.fullmatch(info.base_name)
        )

    def folders(self, name: str = "") -> list[str]:
        """Sorted base names of the folders directly under `name`; empty if it is missing."""
        selector = pafs.FileSelector(self._at(name), allow_not_found=True)
        infos = self.fs.get_file_info(selector)
        return sorted(info.base_name for info in infos if info.type == pafs.FileType.Directory)

    def read_bytes(self, name: str) -> bytes:
        """The whole content of a file."""
        with self.fs.open_input_stream(self._at(name), compression=None) as stream:
            return bytes(stream.read())

    def read_span(self, name: str, start: int, end: int) -> pa.Buffer:
        """The bytes `start` to `end` of a file."""
        with self.fs.open_input_file(self._at(name)) as file:
            return pa.py_buffer(file.read_at(end - start, start))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content of a file a few megabytes at a time."""
        with self.fs.open_input_stream(self._at(name), compression=None) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield bytes(chunk)

    @contextmanager
    def local_file(self, name: str) -> Iterator[Path]:
        """A path by which the file can be mapped: its own, or that of a copy which ends with the block.

        On Linux and macOS what was mapped stays readable after the block.
        """
        if self.local_path is not None:
            yield self.local_path / name
            return
        with TemporaryDirectory(prefix="palate-") as local:
            copy = Path(local) / Path(name).name
            with copy.open("wb") as stream:
                stream.writelines(self.chunks(name))
            yield copy

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write a file so that readers see the old content or the new, never a part."""
        self.write_chunks(name, [content])

    def write_chunks(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file a piece at a time; readers see it once it is whole."""
        if self._has_folders:
            self._write_and_rename(self._at(name), chunks)
            return
        with NamedTemporaryFile(prefix="palate-") as whole:
            whole.writelines(chunks)
            whole.flush()
            # One call, which Ctrl-C cannot end half-way.
            pafs.copy_files(whole.name, self._at(name), pafs.LocalFileSystem(), self.fs)

    def read_json(self, name: str) -> Any:
        """Parse a JSON file."""
        return json.loads(self.read_bytes(name))

    def write_json(self, name: str, content: Any) -> None:
        """Write a JSON file, indented and with sorted keys."""
        self.write_bytes(name, json.dumps(content, indent=2, sort_keys=True).encode())

    def read_table(
        self, name: str, columns: list[str] | None = None, filters: pc.Expression | None = None
    ) -> pa.Table:
        """Read a Parquet file, or all Parquet files of a folder in the order of their names.

        `filters` keeps the rows for which it holds; parts of a file that cannot hold one are not read.
        """
        return pq.read_table(self._at(name), filesystem=self.fs, columns=columns, filters=filters)

    def write_table(self, name: str, table: pa.Table) -> None:
        """Write one Parquet file."""
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)
        self.write_bytes(name, sink.getvalue().to_pybytes())

    def write_arrow(self, name: str, table: pa.Table) -> None:
        """Write a table so that `mapped_table` need not read it (an Arrow file)."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        self.write_bytes(name, sink.getvalue())

    def mapped_table(self, name: str) -> pa.Table:
        """A table of `write_arrow`, mapped: what is not looked at takes no memory."""
        with self.local_file(name) as path, pa.memory_map(str(path)) as source:
            return pa.ipc.open_file(source).read_all()

    def tables(self, name: str) -> Iterator[pa.Table]:
        """The Parquet files of a folder, one table at a time, in the order of their names."""
        for file in self.files(name):
            if file.endswith(".parquet"):
                yield self.read_table(file)

    def delete(self, name: str = "") -> None:
        """Delete a file or a folder with all that is in it; a missing one is fine."""
        kind = self.fs.get_file_info(self._at(name)).type
        if kind == pafs.FileType.Directory:
            self.fs.delete_dir(self._at(name))
        elif kind == pafs.FileType.File:
            self.fs.delete_file(self._at(name))

    def upload(self, local: Path, name: str = "") -> None:
        """Copy a local folder to `name`."""
        if self._has_folders:
            self.fs.create_dir(self._at(name), recursive=True)
        pafs.copy_files(str(local), self._at(name), pafs.LocalFileSystem(), self.fs)

    def download(self, local: Path, name: str = "") -> Path:
        """Copy the folder `name` to a local folder, and return that."""
        local.mkdir(parents=True, exist_ok=True)
        pafs.copy_files(self._at(name), str(local), self.fs, pafs.LocalFileSystem())
        return local

    @property
    def _has_folders(self) -> bool:
        """Whether files are in folders, and a rename is no copy."""
        return self.fs.type_name not in OBJECT_STORES

    def _write_and_rename(self, target: str, chunks: Iterable[bytes]) -> None:
        place, own_name = target.rsplit("/", 1)
        self.fs.create_dir(place, recursive=True)
        # A name of its own, so that two writers of one file do not mix.
        temporary = f"{place}/.{own_name}.{uuid.uuid4().hex}.tmp"
        with self.fs.open_output_stream(temporary, compression=None) as stream:
            for chunk in chunks:
                stream.write(chunk)
        self.fs.move(temporary, target)

    def _at(self, name: str) -> str:
        return f"{self.path}/{name}".rstrip("/")


def absolute_uri(uri: str) -> str:
    """The URI as it is understood from any working directory: a relative path made absolute."""
    return uri if "://" in uri else str(Path(uri).expanduser().absolute())


def _resolve(uri: str) -> tuple[pafs.FileSystem, str]:
    if "://" in uri:
        fs, path = pafs.FileSystem.from_uri(uri)
        return fs, path.rstrip("/")
    return pafs.LocalFileSystem(), absolute_uri(uri)
