"""Routing: paths with several ids, each of which may hold anything, slashes too."""

from __future__ import annotations

from urllib.parse import quote, unquote

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope


class SegmentRoute(APIRoute):
    """A route whose ids are single segments of the path as it was sent, where `%2F` is no slash yet.

    The path that routes usually see is decoded, and then nobody can tell the slash of an id from ours.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The usual answer, with the ids as they were sent; no match unless the segments are the same."""
        match, child = super().matches(scope)
        if match == Match.NONE:
            return match, child
        expected, sent = self.path_format.split("/"), _sent(scope).split("/")
        segments = list(zip(expected, map(unquote, sent), strict=False))
        if len(sent) != len(expected) or any(
            segment != given for segment, given in segments if not _is_id(segment)
        ):
            return Match.NONE, {}
        ids = {segment[1:-1]: given for segment, given in segments if _is_id(segment)}
        return match, child | {"path_params": child["path_params"] | ids}


def _sent(scope: Scope) -> str:
    """The path below the app's root, still encoded."""
    raw = scope.get("raw_path")
    path = raw.decode("latin-1").partition("?")[0] if raw else quote(scope["path"])
    return path.removeprefix(quote(scope.get("root_path", "")))


def _is_id(segment: str) -> bool:
    return segment.startswith("{")
