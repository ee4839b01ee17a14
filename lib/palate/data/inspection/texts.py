"""Text coverage: which items say something of themselves, how much, and in what letters."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.data.raw.reasons import combined
from palate.data.text import template_fields
from palate.schema import ITEM, TEXT, TITLE

_MOST_TEXTS = 20_000
"""Texts whose letters are looked at; of a larger catalogue evenly spread ones."""
_LETTERS_A_TOKEN = 4
"""Of text in Latin letters, roughly."""
_SCRIPTS = {"CJK": "Han", "HIRAGANA": "kana", "KATAKANA": "kana", "HANGUL": "Hangul", "FULLWIDTH": "Latin"}
"""What the first word of a letter's name is called; others are called so themselves."""
NO_LETTERS = "no letters"


class FieldCoverage(NamedTuple):
    """How much a field of the catalogue says."""

    field: str
    share: float
    """Share of the items that have it."""
    length: int
    """Median number of characters where there are any."""


class TextCoverage(NamedTuple):
    """What the encoder will read."""

    fields: list[FieldCoverage]
    """Those that the template names, and the whole text."""
    lengths: NDArray[np.int64]
    """Characters of each text."""
    cut_share: float
    """Share of the texts that are, roughly, longer than the encoder reads."""
    untitled: int
    """Items that go by their id."""
    same_title: int
    """Items that share their title with another."""
    scripts: Counter[str]
    """Texts by the script that most of their letters are in."""


def text_coverage(catalogue: pa.Table, template: str, max_tokens: int) -> TextCoverage:
    """What the texts of a finished catalogue are like, of which the encoder reads `max_tokens` tokens."""
    titles = combined(catalogue[TITLE])
    lengths = pc.utf8_length(catalogue[TEXT]).to_numpy()
    counts = titles.value_counts().field("counts").to_numpy()
    step = max(1, len(catalogue) // _MOST_TEXTS)
    return TextCoverage(
        fields=[_coverage(catalogue, name) for name in (*sorted(template_fields(template)), TEXT)],
        lengths=lengths,
        cut_share=float(np.mean(lengths > _LETTERS_A_TOKEN * max_tokens)) if len(lengths) else 0.0,
        untitled=int(pc.sum(pc.equal(titles, combined(catalogue[ITEM]))).as_py() or 0),
        same_title=int(counts[counts > 1].sum()),
        scripts=script_counts(catalogue[TEXT].to_pylist()[::step]),
    )


def script_counts(texts: Iterable[str]) -> Counter[str]:
    """Texts by the script of most of their letters; which language it is, letters alone do not tell."""
    return Counter(_script(Counter(text)) for text in texts)


def _script(signs: Counter[str]) -> str:
    scripts: Counter[str] = Counter()
    for sign, count in signs.items():
        if sign.isalpha():
            scripts[_script_of(sign)] += count
    return scripts.most_common(1)[0][0] if scripts else NO_LETTERS


@cache
def _script_of(letter: str) -> str:
    word = unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]
    return _SCRIPTS.get(word, word.capitalize())


def _coverage(catalogue: pa.Table, name: str) -> FieldCoverage:
    lengths: NDArray[np.int64] = pc.utf8_length(combined(catalogue[name])).to_numpy()
    said = lengths[lengths > 0]
    share = len(said) / len(lengths) if len(lengths) else 0.0
    return FieldCoverage(name, share, int(np.median(said)) if len(said) else 0)
