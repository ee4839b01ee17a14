"""Parts of a request: each thing that was asked for, in the words in which it was."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from palate.stated.parts import REQUEST, Part, Stated
from palate.steering import Constraint, Steering

_CLAUSE_END: Final = re.compile(r"[;，；、。！？]|,(?!\d)|[.!?](?!\S)")


def request_parts(request: str, asked: Steering) -> tuple[Stated, ...]:
    """What was asked for, and what is left to steer by, as reasons; `asked` is the request as it was read.

    Without the words of the request, as in a list that nobody has explained, there are none.
    """
    if not request:
        return ()
    texts = [*_words(request, asked.constraints), *filter(None, [asked.rest])]
    return tuple(Stated(REQUEST, text) for text in texts)


def asked_without(request: str, asked: Steering, parts: Collection[Part]) -> Steering:
    """The request less some of its parts."""
    if not any(isinstance(part, Stated) and part.kind == REQUEST for part in parts):
        return asked
    words = _words(request, asked.constraints)
    kept = [
        constraint
        for constraint, text in zip(asked.constraints, words, strict=True)
        if Stated(REQUEST, text) not in parts
    ]
    rest = "" if Stated(REQUEST, asked.rest) in parts else asked.rest
    return replace(asked, constraints=tuple(kept), rest=rest)


def _words(request: str, constraints: Collection[Constraint]) -> list[str]:
    """The words around each constraint, "film without horror" for its "horror".

    They begin behind the constraint before, or with the clause, and end with their own, or with the clause.
    """
    clauses = [0, *(found.end() for found in _CLAUSE_END.finditer(request)), len(request)]
    starts = sorted(one.start for one in constraints)
    ends = {one.start: one.start + len(one.text) for one in constraints}
    texts = []
    for one in constraints:
        begin = max([bound for bound in clauses if bound <= one.start])
        begin = max([begin, *(ends[start] for start in starts if start < one.start)])
        end = min([bound for bound in clauses if bound > one.start])
        is_last = not any(one.start < start < end for start in starts)
        texts.append(_CLAUSE_END.sub("", request[begin : end if is_last else ends[one.start]]).strip())
    return texts
