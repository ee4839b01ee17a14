"""Word segmentation: words where a script writes spaces between them, pairs of signs where it does not.

Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese texts become overlapping pairs of signs, as Lucene's
CJKAnalyzer makes them of the first three: of "星际旅行" 星际, 际旅 and 旅行. For retrieval they are as good
as the words of a segmenter (Nie, Gao, Zhang and Zhou, "On the use of words and n-grams for Chinese
information retrieval", IRAL 2000), need no dictionary of a language, and part a query as they part a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import regex

from palate.words.folding import fold

_UNSPACED = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u30fc\uff70"
)
_RUN = regex.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]+", regex.V1)
_PLAIN_WORD = re.compile(r"[a-z0-9]+")
"""Of folded ASCII: the same words three times as fast."""
_SIGN = regex.compile(r"\X")
"""What a reader takes for one sign: a letter with its marks."""


def split_words(text: str) -> list[str]:
    """The folded words of a text in their order; none of a text without letters and digits."""
    folded = fold(text)
    return _PLAIN_WORD.findall(folded) if folded.isascii() else list(_words(folded))


def word_spans(text: str) -> list[slice]:
    """Where each word of a text stands in it; of scripts without spaces each two signs in turn are one."""
    spans: list[slice] = []
    for run in _RUN.finditer(text):
        first, end = run.span()
        step = end - first if run["unspaced"] is None else 2
        spans += [slice(at, min(at + step, end)) for at in range(first, end, step)]
    return spans


def _words(folded: str) -> Iterator[str]:
    for run in _RUN.finditer(folded):
        if run["unspaced"] is None:
            yield run[0]
        else:
            yield from _pairs(_SIGN.findall(run[0]))


def _pairs(signs: list[str]) -> Iterator[str]:
    if len(signs) == 1:
        yield signs[0]
    for first, second in pairwise(signs):
        yield first + second
