"""Category expressions such as `Comedy and not (Horror or "Film Noir")`.

    some   = every, { ("or" | "|"), every }
    every  = single, { ("and" | "&"), single }
    single = ("not" | "!"), single  |  "(", some, ")"  |  name
    name   = a word  |  "several words", where backslash takes the next character as it is

Case does not matter, nor how much white space there is. A name that holds white space, a sign of the
language (as in "R&B") or is one of its words stands in double quotes; apostrophes and hyphens need none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from palate.errors import PalateError
from palate.rank.conditions import Category, Every, Expression, Not, Some, folded

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "Expression", "parse_expression"]

MAX_LENGTH: Final = 500
MAX_DEPTH: Final = 20
"""Most parentheses and negations within each other."""

_NAME, _AND, _OR, _NOT, _OPEN, _CLOSE, _END = "name", "and", "or", "not", "(", ")", "end"
_KINDS = {"and": _AND, "&": _AND, "or": _OR, "|": _OR, "not": _NOT, "!": _NOT, "(": _OPEN, ")": _CLOSE}
_TOKEN = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|[()&|!]|[^\s()&|!"]+', re.DOTALL)
_SPACE = re.compile(r"\s*")


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Expression:
    """Read an expression; `PalateError` with the position and what is expected there for a wrong one."""
    if len(text) > MAX_LENGTH:
        raise PalateError(
            f"A category expression has at most {MAX_LENGTH} characters, not {len(text)}; shorten it"
        )
    return _Parser(text).parse()


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


class _Parser:
    """Recursive descent, one method a rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._token = next(self._tokens)

    def parse(self) -> Expression:
        expression = self._some(0)
        if self._token.kind != _END:
            names = "; a name of several words stands in double quotes" if self._token.kind == _NAME else ""
            raise _wrong(self._text, self._token, f'"and", "or" or the end{names}')
        return expression

    def _some(self, depth: int) -> Expression:
        return self._chain(_OR, self._every, Some, depth)

    def _every(self, depth: int) -> Expression:
        return self._chain(_AND, self._single, Every, depth)

    def _chain(
        self,
        joint: str,
        part: Callable[[int], Expression],
        whole: Callable[[tuple[Expression, ...]], Expression],
        depth: int,
    ) -> Expression:
        parts = [part(depth)]
        while self._token.kind == joint:
            self._step()
            parts.append(part(depth))
        return whole(tuple(parts)) if len(parts) > 1 else parts[0]

    def _single(self, depth: int) -> Expression:
        token = self._token
        if depth > MAX_DEPTH:
            raise _wrong(self._text, token, f'at most {MAX_DEPTH} "not" and "(" within each other')
        if token.kind not in (_NOT, _OPEN, _NAME):
            raise _wrong(self._text, token, 'a category, "not" or "("')
        self._step()
        if token.kind == _NOT:
            return Not(self._single(depth + 1))
        return self._enclosed(depth + 1) if token.kind == _OPEN else Category(token.text)

    def _enclosed(self, depth: int) -> Expression:
        expression = self._some(depth)
        if self._token.kind != _CLOSE:
            raise _wrong(self._text, self._token, '"and", "or" or ")"')
        self._step()
        return expression

    def _step(self) -> None:
        self._token = next(self._tokens)


def _tokens(text: str) -> Iterator[_Token]:
    position = _after_space(text, 0)
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise _wrong(text, _Token(_NAME, text[position:], position), 'a closing " behind the name')
        token = _token(match)
        if not token.text:
            raise _wrong(text, token, "a name between the quotes")
        yield token
        position = _after_space(text, match.end())
    yield _Token(_END, "", position)


def _token(match: re.Match[str]) -> _Token:
    if match["quoted"] is not None:
        return _Token(_NAME, folded(re.sub(r"(?s)\\(.)", r"\1", match["quoted"])), match.start())
    word = folded(match[0])
    return _Token(_KINDS.get(word, _NAME), word, match.start())


def _after_space(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position


def _wrong(text: str, token: _Token, expected: str) -> PalateError:
    given = f"{token.text!r}" if token.text else "the end" if token.kind == _END else "none"
    return PalateError(
        f"The category expression {text!r} is wrong at character {token.position + 1}: "
        f"it needs {expected}, but there is {given}"
    )
