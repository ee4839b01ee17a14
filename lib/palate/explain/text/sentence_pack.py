"""Sentence pack: what is written and read in a language, out of its file; and promises in all of them."""

from __future__ import annotations

import re
from functools import cache, cached_property

from pydantic import Field

from palate.config.section import Section
from palate.explain.text.sentence_patterns import SentencePatterns
from palate.explain.text.tokens import Phrase, phrase_of
from palate.words import LanguagePacks

_PACKS = LanguagePacks("palate.explain", "sentences")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


class StatedPatterns(Section):
    """What is said of something that somebody stated: a search, a line of their profile, a filter."""

    kinds: tuple[str, ...]
    """Of events, or of `palate.stated`."""
    said: tuple[str, ...]
    """With the place of their words, `{text}`."""


class PageWords(Section):
    """What the page of an explanation says, and in brackets what stands in the place of a name."""

    why: str
    """Before the title."""
    eyebrow: str
    """With `{user}`."""
    newcomer: str
    place: str
    place_without: str
    reasons: str
    carried: str
    carried_caption: str
    carriers: str
    """Of the column with items and with what was said."""
    opinion: str
    is_reason: str
    influence: str
    without_it: str
    opinions: dict[str, str]
    """By sentiment, and `stated` of what was said."""
    yes: str
    no: str
    none: str
    nothing_moves: str
    popular: str
    fidelity: str
    """With `{fidelity}`."""
    words: str
    words_caption: str
    word: str
    sources: str
    sources_caption: str
    source: str
    amount: str
    lists: str
    lists_caption: str
    as_it_is: str
    without: str
    """With `{what}`."""
    the_reasons: str
    the_source: str
    """With `{source}`."""


class SentencePack(Section):
    """A language: English by the words of its sentences, any other by the patterns that it writes and reads.

    The comments in `packs/en.yaml` say what each list of words is for.
    """

    name: str
    """What prompts call it, such as "British English"."""
    examples: tuple[str, ...] = ()
    """Sentences that a prompt shows, so that a model's own can be read."""
    line_examples: tuple[str, ...] = ()
    """The same for lines of a profile."""
    patterns: SentencePatterns | None = None
    """None where sentences are read by their words."""
    stated: tuple[StatedPatterns, ...] = Field(min_length=1)
    """What was said beside the events; the first row fits everything."""
    page: PageWords
    """Of the picture of an explanation."""
    letters: str = ""
    """Signs that tell its texts from others, as in a regular expression: `\\p{Han}`; else `function` does."""
    foreign_letters: str = ""
    """What texts of another language have that is written with these letters too."""
    articles: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()
    function: frozenset[str] = frozenset()
    frame: frozenset[str] = frozenset()
    idioms: tuple[str, ...] = ()
    opening: frozenset[str] = frozenset()
    readers: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    crowd: frozenset[str] = frozenset()
    many: frozenset[str] = frozenset()
    popular: frozenset[str] = frozenset()
    modals: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    adverbs: frozenset[str] = frozenset()
    beside_verbs: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    liked: frozenset[str] = frozenset()
    disliked: frozenset[str] = frozenset()
    liked_phrases: tuple[str, ...] = ()
    disliked_phrases: tuple[str, ...] = ()
    actions: tuple[tuple[str, ...], ...] = ()
    needs_no_subject: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    another: frozenset[str] = frozenset()
    both: frozenset[str] = frozenset()
    same: frozenset[str] = frozenset()
    carried_over: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    likening: frozenset[str] = frozenset()
    joints: tuple[str, ...] = ()
    resets: frozenset[str] = frozenset()
    item_nouns: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    linking: frozenset[str] = frozenset()
    numbers: dict[str, int] = Field(default_factory=dict)
    decades: dict[str, int] = Field(default_factory=dict)
    promises: tuple[str, ...] = ()

    @property
    def small_words(self) -> frozenset[str]:
        """Words that hold its sentences together."""
        return self.articles | self.function

    @cached_property
    def phrases(self) -> dict[Phrase, str]:
        """What several words together mean: `idiom`, `joint`, `wish`, `carried`, `liked` or `disliked`."""
        kinds = {
            "idiom": self.idioms,
            "carried": self.carried_over,
            "wish": self.wishes,
            "joint": self.joints,
        }
        kinds |= {"liked": self.liked_phrases, "disliked": self.disliked_phrases}
        return {phrase_of(text): kind for kind, texts in kinds.items() for text in texts}

    @cached_property
    def phrase_lengths(self) -> dict[str, set[int]]:
        """Numbers of words of these phrases by their first word."""
        lengths: dict[str, set[int]] = {}
        for phrase in self.phrases:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        return lengths

    @cached_property
    def action_words(self) -> frozenset[str]:
        """First words of everything that somebody may have done with an item."""
        return frozenset(phrase_of(text)[0] for row in self.actions for text in row)

    def does_same(self, word: str, verb: str) -> bool:
        """Whether a word says no more than a verb, such as "saw" of what was "watched"."""
        done = phrase_of(verb)[:1]
        rows = [{phrase_of(text)[0] for text in row} for row in self.actions]
        return (
            (word,) == done or word in rows[0] or any(word in row and done[0] in row for row in rows if done)
        )


@cache
def sentence_pack(language: str) -> SentencePack:
    """The pack of a language; `PalateError` with those there are."""
    return SentencePack.model_validate(_PACKS.tree(language))


def sentence_languages() -> list[str]:
    """The languages that explanations are written in."""
    return _PACKS.languages()


@cache
def _promises() -> re.Pattern[str]:
    """What promises an effect, safety or health, in every language that has a pack."""
    texts = [text for language in _PACKS.languages() for text in sentence_pack(language).promises]
    return re.compile("|".join(map(_as_pattern, texts)))


def _as_pattern(text: str) -> str:
    said = " ".join(phrase_of(text))
    if _IDEOGRAPH.search(said):
        return re.escape(said)
    ending = r"[^\W_]*" if text.endswith("*") else ""
    return rf"\b{re.escape(said)}{ending}\b"


def promised(phrase: Phrase) -> str:
    """The first words that promise an effect, safety or health; empty where nothing does."""
    found = _promises().search(" ".join(phrase))
    return found[0] if found else ""
