"""Requests of one client, one after the other, to a running endpoint."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

TIMEOUT_S = 60


def post_json(url: str, body: dict[str, Any]) -> dict[str, Any]:
    """The answer to a POST; `urllib.error.HTTPError` for a status that is none of success."""
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
        answer: dict[str, Any] = json.load(response)
    return answer
