"""Serialisation between deployments, by pickle.

Ray Serve serialises arguments with cloudpickle, which asks a Python function about every object in them;
the plain pickle of a query takes a tenth of that. Both ends are replicas of one application, so nothing
that comes from outside is ever unpickled.
"""

from __future__ import annotations

import pickle
from typing import Any


def dumps(content: Any) -> bytes:
    """Bytes of arguments or of an answer."""
    return pickle.dumps(content, protocol=5)


def loads(content: bytes) -> Any:
    """The content of such bytes."""
    return pickle.loads(content)
