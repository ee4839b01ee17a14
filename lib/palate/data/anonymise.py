"""Pseudonymisation by keyed hash: ids of users that only the holder of the key can tell apart by name."""

from __future__ import annotations

import hashlib
import os

from palate.errors import PalateError

KEY_VARIABLE = "PALATE_ID_KEY"
_SHORTEST_KEY = 16
"""Characters."""


def id_key() -> bytes:
    """The key from the environment; `PalateError` if it is missing or easily guessed."""
    key = os.environ.get(KEY_VARIABLE, "")
    if len(key) < _SHORTEST_KEY:
        raise PalateError(
            f"data.anonymise needs a secret of at least {_SHORTEST_KEY} characters in the environment "
            f"variable {KEY_VARIABLE}; make one with: export {KEY_VARIABLE}=$(openssl rand -hex 32), and "
            "keep it, since without it nobody can tell whose history is whose"
        )
    return key.encode()


def anonymous_id(user: str, key: bytes) -> str:
    """32 hexadecimal digits: BLAKE2b keyed by the SHA-256 of `key`, so a key may have any length."""
    return hashlib.blake2b(user.encode(), key=hashlib.sha256(key).digest(), digest_size=16).hexdigest()
