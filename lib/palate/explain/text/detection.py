"""Language identification: which language a catalogue's texts are in, by its small words or its letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import chain

import pyarrow as pa
import regex

from palate.config.explain import ExplainConfig
from palate.explain.text.sentence_pack import SentencePack, sentence_languages, sentence_pack
from palate.explain.text.tokens import phrase_of
from palate.schema import TEXT, TITLE

AUTO, DEFAULT = "auto", "en"
"""What asks for the catalogue's language, and what is written where its texts tell none."""
MOST_TEXTS, MOST_SIGNS = 1000, 400
"""Texts that are looked at, at even distances, and signs of each."""
MOSTLY = 0.5
"""Share of a text's letters from which a script tells its language, and of the votes that one has to have."""

_LETTER = regex.compile(r"\p{L}")


def written_language(config: ExplainConfig, catalogue: pa.Table) -> str:
    """The language that is configured, or else the catalogue's; `PalateError` for one without a pack."""
    language = catalogue_language(catalogue) if config.language == AUTO else config.language
    sentence_pack(language)
    return language


def catalogue_language(catalogue: pa.Table) -> str:
    """The language of most of a catalogue's texts, or of its titles where it has none."""
    texts = catalogue[TEXT if TEXT in catalogue.column_names else TITLE]
    step = max(1, len(texts) // MOST_TEXTS)
    sample = texts.take(pa.array(range(0, len(texts), step), pa.int64())).to_pylist()
    return language_of([str(text or "")[:MOST_SIGNS] for text in sample])


def language_of(texts: Iterable[str]) -> str:
    """The language that more than half of the texts which tell one are in; English where there is none."""
    votes = Counter(vote for text in texts if (vote := _vote(text)))
    if not votes:
        return DEFAULT
    language, count = votes.most_common(1)[0]
    return language if count > MOSTLY * votes.total() else DEFAULT


def _vote(text: str) -> str:
    """The language of a text by its letters, or else by most of its small words; empty if it tells none."""
    packs = _packs()
    written = next((name for name, pack in packs.items() if pack.letters and _is_written_in(text, pack)), "")
    if written:
        return written
    words = phrase_of(text)
    counts = {name: sum(word in own for word in words) for name, own in _own_words().items()}
    best = max(counts, key=lambda name: counts[name])
    return best if list(counts.values()).count(counts[best]) == 1 else ""


def _is_written_in(text: str, pack: SentencePack) -> bool:
    own, letters = len(regex.findall(rf"[{pack.letters}]", text)), len(_LETTER.findall(text))
    foreign = bool(pack.foreign_letters) and regex.search(rf"[{pack.foreign_letters}]", text)
    return own > MOSTLY * letters and not foreign


@cache
def _packs() -> dict[str, SentencePack]:
    return {name: sentence_pack(name) for name in sentence_languages()}


@cache
def _own_words() -> dict[str, frozenset[str]]:
    """Words that hold sentences of one language together, and of no other that has a pack."""
    said = {
        name: frozenset(chain.from_iterable(map(phrase_of, pack.small_words)))
        for name, pack in _packs().items()
    }
    common = Counter(chain.from_iterable(said.values()))
    return {name: frozenset(word for word in words if common[word] == 1) for name, words in said.items()}
