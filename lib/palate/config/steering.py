"""Steering settings: how requests in words are read, and how far they move a list."""

from __future__ import annotations

from pydantic import Field

from palate.config.section import Section


class SteeringConfig(Section):
    """Requests in words, such as "no horror, before 1990"."""

    languages: tuple[str, ...] = Field(("en", "de", "zh"), min_length=1)
    """Languages that requests are read in; of two that explain a request equally well the first is taken."""
    synonyms: dict[str, str] = Field(default_factory=dict)
    """Further words for a category, in any language, such as `{scary: Horror, Krieg: War}`."""
    nouns: tuple[str, ...] = ()
    """What items are called, in any language, such as `[book, books, novel]`: words that say nothing in a
    request. `explain.noun` is one by itself."""
    weight: float = Field(0.5, ge=0, le=1)
    """What the words that are no constraint weigh in the order of a list, beside what the person likes."""
