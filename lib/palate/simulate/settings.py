"""Simulation settings: a world of people and items, how policies are compared, and the reason of each.

They were set, and written down here, before any policy was run; `palate simulate --sensitivity` shows what
hangs on them.
"""

from __future__ import annotations

from typing import Final

from pydantic import Field

from palate.config.section import Section


class WorldSettings(Section):
    """People and items. The sources of the formulas are named where they are computed."""

    people: int = Field(1000, ge=2)
    """People at the beginning; nobody joins later, so that what is lost is seen. The literature's setting."""
    items: int = Field(10_000, ge=20)
    """Items, with those that appear later. The literature's setting."""
    first_events: int = Field(10, ge=1)
    """What everybody picked by themselves before the first list. The literature's setting."""
    rounds: int = Field(50, ge=1)
    """Lists that everybody is shown who is still there. The literature's setting."""
    k: int = Field(10, ge=1)
    """Places of a list."""
    topics: int = Field(20, ge=2)
    """Latent topics; catalogues of films and books have some twenty genres."""
    item_focus: float = Field(0.1, gt=0)
    """Concentration of the Dirichlet distribution of an item's topics: most items are of one or two."""
    person_focus: float = Field(0.2, gt=0)
    """The same of a person's interests, which are a little broader than an item."""
    popularity_skew: float = Field(0.8, ge=0, le=3)
    """Exponent s of rank^-s, by which people meet items by themselves. Taken from a log where one is given;
    without one, what catalogues of media have: between 0.6 and 1."""
    new_items: float = Field(0.2, ge=0, lt=1)
    """Share of the items that appear one after the other over the rounds."""
    text_width: int = Field(32, ge=2)
    """Width of the text vectors."""
    text_noise: float = Field(0.5, ge=0)
    """Length of the noise beside a text vector's topics of length 1: texts tell most of the topic."""
    quality: float = Field(0.15, ge=0)
    """Standard deviation of what an item is worth beyond its topics; nobody sees it before the pick, so that
    a click is not satisfaction."""
    choosiness: float = Field(6.0, ge=0)
    """Weight of affinity in the choice: of two items in a list the perfect one is picked e^6 = 400 times as
    often as one of no interest, and 2 times as often as one that is a ninth less liked."""
    outside: float = Field(0.7, ge=0)
    """Affinity of what else there is to do: a list of no interest is picked from about once in 16 times."""
    position_bias: float = Field(1.0, ge=0)
    """Exponent e of the attention to a place j, log2(1 + j)^-e; 1 is the discount of DCG."""
    boredom: float = Field(0.1, ge=0)
    """Affinity lost by each item of the same topic that is still remembered."""
    memory: float = Field(0.8, ge=0, lt=1)
    """Share of the satiation that is left after a round: boredom is halved after three."""
    pull: float = Field(0.05, ge=0)
    """How far a satisfying item draws interests towards itself; RecSim's steps are of this size."""
    new_interest: float = Field(0.03, ge=0, le=1)
    """Probability that somebody takes up another topic in a round, independent of all lists: one to two
    new interests in fifty rounds."""
    new_interest_share: float = Field(0.7, ge=0, le=1)
    """How much of the interests the new topic then is."""
    churn: float = Field(0.05, ge=0, le=1)
    """Probability to leave in a round at no satisfaction at all; it falls to none at full satisfaction."""
    mood_rate: float = Field(0.2, gt=0, le=1)
    """Weight of the latest round in the moving average of satisfaction that decides about leaving."""


class StudySettings(Section):
    """How policies are compared."""

    seeds: int = Field(4, ge=2)
    """Worlds in which every policy is run; intervals are over them."""
    nightly: int = Field(10, ge=1)
    """Rounds from one retrain to the next: a person looks at ten lists a day."""
    training_events: int = Field(150_000, ge=1)
    """Events that a training of the sequence model learns, counted again in each pass: fifteen passes over
    the first events, and fewer later, so that every night costs the same. Ten events a person are too few
    to hold one out for early stopping."""
    width: int = Field(32, ge=4)
    """Width of the sequence model, of one layer: as much as ten thousand events can feed."""
    average_rate: float = Field(0.3, gt=0, le=1)
    """Weight of the latest pick in the moving average of text vectors; `sequence.recency_rate`'s default."""
    popularity_power: float = Field(0.0, ge=0, le=1)
    """Of the hybrid, as `hybrid.popularity_power`, with its default."""
    explore: float = Field(0.2, ge=0, le=1)
    """Share of the places that exploration draws: two of ten."""
    diversity: float = Field(0.3, ge=0, le=1)
    """How unlike each other a diverse list's items are, as in `Rules.diversity`."""


INTEGRAL: Final = frozenset({"people", "items", "first_events", "rounds", "k", "topics", "text_width"})
"""Sizes of the world: what is a number of things. The others are parameters, halved and doubled by
`--sensitivity`."""
PARAMETERS: Final = tuple(name for name in WorldSettings.model_fields if name not in INTEGRAL)
