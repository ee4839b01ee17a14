"""JSON arrays: a file that is one array of objects, as the lines that its elements would be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from palate.data.files.discovery import RawFiles
from palate.errors import PalateError

_FIRST_BYTES = 1 << 16
_BEGINNING = re.compile(rb"\s*\[\s*[{\]]")
_BETWEEN = re.compile(r"\s*([,\[\]]?)\s*")
_ELEMENTS = 10_000


def is_json_array(files: RawFiles, path: str) -> bool:
    """Whether a JSON file is one array of objects, and not an object a line."""
    first = next(files.chunks(path, _FIRST_BYTES), b"").removeprefix(b"\xef\xbb\xbf")
    return _BEGINNING.match(first) is not None


def array_blocks(files: RawFiles, path: str, count: int = _ELEMENTS) -> Iterator[list[bytes]]:
    """The array's elements as they are written, `count` at a time; the file is held in memory.

    Raises `PalateError` if the file is not valid JSON.
    """
    block: list[bytes] = []
    for element in _elements(_text(files, path), path):
        block.append(element.encode(files.line_encoding, errors="surrogatepass"))
        if len(block) == count:
            yield block
            block = []
    if block:
        yield block


def _text(files: RawFiles, path: str) -> str:
    content = b"".join(files.chunks(path, 1 << 24))
    try:
        return content.decode(files.line_encoding).removeprefix("\ufeff").rstrip()
    except UnicodeDecodeError as error:
        raise PalateError(f"{path} is not {files.encoding}: {error}; set its encoding") from error


def _elements(text: str, path: str) -> Iterator[str]:
    decoder = json.JSONDecoder()
    sign, position = _sign(text, 0)
    while sign != "]":
        try:
            _, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            raise _damage(text, path, position) from error
        yield text[position:end]
        sign, position = _sign(text, end)
        if not sign:
            raise _damage(text, path, position)


def _sign(text: str, position: int) -> tuple[str, int]:
    """The bracket or comma behind `position`, and where what follows begins."""
    between = _BETWEEN.match(text, position)
    assert between is not None  # the pattern can be empty
    # An array of nothing ends where it begins.
    if between[1] == "[" and text.startswith("]", between.end()):
        return "]", between.end() + 1
    return between[1], between.end()


def _damage(text: str, path: str, position: int) -> PalateError:
    if not text.endswith("]"):
        return PalateError(f"{path} ends too early; download it again")
    return PalateError(f"{path} is no valid JSON from character {position:,} on: {text[position:][:40]!r}")
