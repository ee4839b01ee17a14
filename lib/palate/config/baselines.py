"""Baselines: the retrievers that can be fitted, by name, and the settings of each.

A new retriever is its own module in `palate.retrieve` and one entry of `RETRIEVERS`: what a configuration may
name, what is fitted, written, read and served all follow from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field

from palate.config.section import Section


class RetrieverEntry(NamedTuple):
    """Where a retriever is declared."""

    module: str
    """The module whose `RETRIEVER` it is; by name, for a configuration is read without loading any method."""
    partner: str | None = None
    """The model of it that may be added to the sequence model, if one may."""


RETRIEVERS: dict[str, RetrieverEntry] = {
    "popularity": RetrieverEntry("palate.retrieve.popularity"),
    "buy-again": RetrieverEntry("palate.retrieve.buy_again", partner="buy-again"),
    "transitions": RetrieverEntry("palate.retrieve.transitions", partner="transitions"),
    "item-knn": RetrieverEntry("palate.retrieve.knn", partner="item-knn"),
    "user-knn": RetrieverEntry("palate.retrieve.user_knn", partner="user-knn"),
    "ease": RetrieverEntry("palate.retrieve.ease", partner="ease-recent"),
    "ials": RetrieverEntry("palate.retrieve.als", partner="ials"),
}
"""Every retriever by its name, in the order of tables; what takes longest to fit comes last."""


def _one_of(names: Iterable[str]) -> AfterValidator:
    """Lets only these names through."""
    allowed = sorted(names)
    listed = f"{', '.join(map(repr, allowed[:-1]))} or {allowed[-1]!r}"

    def check(name: str) -> str:
        if name not in allowed:
            raise ValueError(f"Input should be {listed}")
        return name

    return AfterValidator(check)


USERS_AS_TEXT = "users-as-text"
"""The method of `palate.text_users`, which is no retriever of its own: it has nothing to fit."""

RetrieverName = Annotated[str, _one_of(RETRIEVERS)]
PartnerName = Annotated[
    str, _one_of([USERS_AS_TEXT, *(entry.partner for entry in RETRIEVERS.values() if entry.partner)])
]


class BaselinesConfig(Section):
    """The methods that every report compares with."""

    methods: tuple[RetrieverName, ...] = ("ease", "ials", "item-knn", "popularity", "transitions")
    """Which are fitted; `ease` brings also `ease-recent`, `popularity` also the recent one.
    Popularity is always there: it answers for somebody without a history. `user-knn` keeps all events.
    `buy-again`, which brings also `own-popularity`, is there wherever `data.repeat` lets items come again."""
    recency_half_life_days: float = Field(30.0, gt=0)
    """After so long an event counts half in recency-weighted popularity."""
    knn_neighbours: int = Field(100, ge=1)
    """Neighbours kept of each item in item-kNN, and users that are asked in user-kNN."""
    knn_shrinkage: float = Field(10.0, ge=0)
    """Added to the denominator of the cosine, so that rare items are not near by chance."""
    ease_l2: float = Field(200.0, gt=0)
    """L2 regularisation of EASE."""
    ease_max_items: int = Field(30_000, ge=1)
    """Larger catalogues are compared without EASE, whose dense matrix takes 4 bytes x items^2."""
    history_decay: float = Field(0.7, gt=0, le=1)
    """Weight of a history item by age in events, decay^age, in EASE with recency."""
    als_factors: int = Field(64, ge=1)
    """Factors of iALS."""
    als_regularisation: float = Field(0.05, ge=0)
    """L2 regularisation of iALS."""
    als_alpha: float = Field(10.0, gt=0)
    """Confidence of an observed event in iALS is 1 + alpha."""
    als_iterations: int = Field(15, ge=1)
    """Sweeps of iALS."""


class HybridConfig(Section):
    """The methods whose weighted scores are added to those of the sequence model."""

    partners: tuple[PartnerName, ...] = (
        "ease-recent",
        "ials",
        "transitions",
        "item-knn",
        "user-knn",
        "users-as-text",
        "buy-again",
    )
    """Tried one after another, as far as `baselines.methods` fits them and `users_as_text` is enabled. One
    stays if it brings more on the validation events than the standard error of what it brings; each takes
    memory and time in serving."""
    max_users: int = Field(10_000, ge=1)
    """Users on whose validation events the choice rests."""
    popularity_power: float = Field(0.0, ge=0, le=1)
    """Inverse propensity: a validation event of an item that n people took counts (n + 1)^-power. What all
    meet anyway tells little of a taste; above 0 the choice rests on what was found against the odds. Measures
    by held-out events get worse by it, for they are of what was met."""
