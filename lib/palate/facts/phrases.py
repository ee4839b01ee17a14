"""Phrase extraction: collocations of a text that tell an item from others, by counts over the catalogue.

A phrase is two or three words in a row, without punctuation between them, and without words that hold
sentences together. It is the better the more its words belong together and the fewer texts have them:

    score(w v) = NPMI(w, v) + IDF(w v) / IDF(1),   NPMI(w, v) = ln(P(w v) / (P(w) P(v))) / -ln P(w v)

with probabilities as shares of texts (Bouma, "Normalized (Pointwise) Mutual Information in Collocation
Extraction", GSCL 2009). A pair that only one text has comes behind all that recur, as one text shows nothing.
Limit: a writing without spaces is cut at its punctuation alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import NamedTuple

MOST_TEXTS = 5000
"""Texts that are counted: a sample, taken at even distances, tells as much."""
COMMON = 0.08
"""Share of the texts in which a word stands that tells nothing."""
FEWEST_TO_TELL = 50
"""Texts from which on a share says that a word is common."""
COHESIVE = 0.35
"""NPMI from which two pairs that share a word become a phrase of three."""
LONGEST_RUN = 12
"""Characters of an unspaced run of signs that is a phrase by itself."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019&.-][^\W_]+)*")
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")


class Word(NamedTuple):
    """A word of a text and its place."""

    folded: str
    start: int
    end: int


class Candidate(NamedTuple):
    """A phrase of a text."""

    start: int
    end: int
    score: float


@dataclass(frozen=True)
class PhraseStatistics:
    """How many texts of a catalogue have each word, and each two words in a row."""

    texts: int
    words: Counter[str]
    pairs: Counter[tuple[str, str]]
    stopwords: Set[str]
    """Words that hold sentences together."""

    @classmethod
    def of(cls, texts: Sequence[str], stopwords: Set[str]) -> PhraseStatistics:
        """Count a sample; time and memory grow with its words."""
        sample = texts[:: max(1, len(texts) // MOST_TEXTS)]
        words, pairs = Counter[str](), Counter[tuple[str, str]]()
        for text in sample:
            runs = [[word.folded for word in run] for run in runs_of(text)]
            words.update({word for run in runs for word in run})
            pairs.update({pair for run in runs for pair in pairwise(run)})
        return cls(len(sample), words, pairs, stopwords)

    def candidates(self, text: str) -> list[Candidate]:
        """Phrases of a text, the most telling first; of equal ones the first in the text."""
        found = [one for run in runs_of(text) for part in self._telling(run) for one in self._of(part)]
        return sorted(found, key=lambda one: (-one.score, one.start))

    def _telling(self, run: Sequence[Word]) -> Iterator[list[Word]]:
        """Words in a row that may belong to a phrase."""
        part: list[Word] = []
        for word in run:
            if self._is_common(word.folded):
                yield part
                part = []
            else:
                part.append(word)
        yield part

    def _is_common(self, word: str) -> bool:
        is_number = not any(sign.isalpha() for sign in word)
        too_often = self.texts >= FEWEST_TO_TELL and self.words[word] > COMMON * self.texts
        return word in self.stopwords or len(word) < 2 or is_number or too_often

    def _of(self, part: Sequence[Word]) -> Iterator[Candidate]:
        for word in part:
            if _IDEOGRAPHS.fullmatch(word.folded) and len(word.folded) <= LONGEST_RUN:
                yield Candidate(word.start, word.end, self._rarity(self.words[word.folded]))
        pairs = [(first, second, self._score(first, second)) for first, second in pairwise(part)]
        yield from (Candidate(first.start, second.end, score) for first, second, score in pairs)
        for (first, middle, score), (_, last, other) in pairwise(pairs):
            if self._cohesion(first, middle) >= COHESIVE <= self._cohesion(middle, last):
                yield Candidate(first.start, last.end, max(score, other) + 0.01)

    def _score(self, first: Word, second: Word) -> float:
        count = self.pairs[first.folded, second.folded]
        recurs = 1.0 if count > 1 else 0.0
        return recurs + self._cohesion(first, second) + self._rarity(count)

    def _cohesion(self, first: Word, second: Word) -> float:
        """Normalised pointwise mutual information, -1 to 1; 0 where one text at most has the pair."""
        count = self.pairs[first.folded, second.folded]
        if count < 2 or count == self.texts:
            return 0.0
        share = count / self.texts
        expected = self.words[first.folded] * self.words[second.folded] / self.texts**2
        return log(share / expected) / -log(share)

    def _rarity(self, count: int) -> float:
        """Inverse document frequency, 0 to 1."""
        return log(self.texts / max(1, count)) / log(self.texts) if self.texts > 1 else 0.0


def runs_of(text: str) -> Iterable[list[Word]]:
    """The words of a text in runs: nothing but blanks stands between two words of one."""
    run: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        if run and text[end : match.start()].strip():
            yield run
            run = []
        run.append(Word(match[0].casefold(), match.start(), match.end()))
        end = match.end()
    yield run
