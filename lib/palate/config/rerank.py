"""Reranking settings: what the catalogue's columns mean, and by which actions candidates become a list."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from palate.config.explain import BUNDLED_LANGUAGE_MODEL
from palate.config.section import Section
from palate.config.text_users import HistoryTextConfig

ScoreMode = Literal["relevance", "product", "learned"]
"""What a list is ordered by."""


class NumberColumn(Section):
    """A column of numbers, and the words that are said of it."""

    units: dict[str, float] = Field(default_factory=dict)
    """Words and signs behind or before a number, and how much of the column one of them is, such as
    `{minutes: 1, hours: 60}` or `{"€": 1}`."""
    less: tuple[str, ...] = ()
    """Words that compare downwards, such as `[shorter]` or `[cheaper]`."""
    more: tuple[str, ...] = ()
    """Words that compare upwards, such as `[longer]`."""


class CategoryWording(Section):
    """A category as words of a sentence, where its name alone does not tell them."""

    name: str = ""
    """Its natural spelling, such as "science fiction" for `Sci-Fi`; by default its name in small letters."""
    before: str = ""
    """What it becomes before a noun, such as "romantic"; by default its natural spelling, unless it has a
    noun of its own."""
    noun: str = ""
    """What an item of this category is called, such as "comedy"; by default `explain.noun` stands there."""
    also: tuple[str, ...] = ()
    """Further words that claim this category, such as "comic"."""
    moods: tuple[str, ...] = ()
    """Adjectives that hold for nearly everything in this category, such as "tense", and may be said of it."""


class ColumnsConfig(Section):
    """Columns of the catalogue that filters and reports make use of; none by default."""

    category: str | None = None
    """Column with an item's categories, such as genres or departments."""
    category_separator: str = Field("|", min_length=1)
    """What stands between two categories of an item."""
    available: str | None = None
    """Column that says whether an item can be had: `false`, `no`, `0` and nothing mean that it cannot."""
    date: str | None = None
    """Column with an item's date: a year, or any number that rises with time."""
    numbers: dict[str, NumberColumn] = Field(default_factory=dict)
    """Columns of numbers that lists can be bounded by, such as a price or a running time."""
    values: tuple[str, ...] = ()
    """Columns of names that lists can be bounded by, such as an author or a brand."""
    value_separator: str = Field("|", min_length=1)
    """What stands between two names of an item in one of them."""
    wording: dict[str, CategoryWording] = Field(default_factory=dict)
    """Categories in words, by their names in the catalogue. In a phrase they stand in this order, and the
    last that has a noun is the noun of the phrase."""
    leads: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """What stands before a value of a column in a sentence, such as `{author: [written by, by]}`; the
    first is what Palate's own sentences say, and all may be said by a language model."""


class ActionConfig(Section):
    """What counts as an action. An event may count as several."""

    kinds: tuple[str, ...] = ()
    """Kinds of events, such as `[order, cart]`; every kind by default."""
    min_value: float | None = None
    """Events below this value (a rating, a share watched) do not count; none by default."""


class LanguageRerankConfig(Section):
    """A second look at the beginning of a list: how likely a language model takes each item's text to come
    next in the text of the history. Nothing is generated.
    """

    model: str = BUNDLED_LANGUAGE_MODEL
    """A causal language model: a hub id, a local folder, `SmolLM2-135M-Instruct`, which comes with the
    installation, or `Qwen2.5-Coder-0.5B-Instruct`, which comes with `palate[qwen]`."""
    dtype: Literal["auto", "bfloat16", "float32"] = "auto"
    """How numbers are held, as in `explain.language_model.dtype`."""
    items: int = Field(20, ge=2)
    """The first so many of the candidates by their score are looked at; they change places among
    themselves."""
    history: HistoryTextConfig = HistoryTextConfig(separator="\n", order="newest-last", max_tokens=256)
    """How histories are written; an item is written like an event."""
    weight: float | None = Field(None, ge=0)
    """Weight of log P(item | history) - log P(item) beside the logarithm of the item's score; by default as
    makes the validation events of `users` likeliest."""
    users: int = Field(500, ge=10)
    """Users with a validation event by whom the weight is found and its worth reported; drawn by a hash."""


class PositionBiasConfig(Section):
    """Attention to the places of a list, by which events that came from one are weighed in training: an event
    at a place that is seldom looked at tells more (inverse propensity weights).
    """

    attention: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] = Field(min_length=1)
    """How much each place is looked at in relation to the others, from the first on, as `palate report
    attention` estimates; places beyond the end count as the last."""
    clip: float = Field(10.0, ge=1)
    """No event weighs more than so many at the first place."""


class RerankConfig(Section):
    """Candidates, the probabilities of actions, and the order of the list."""

    columns: ColumnsConfig = ColumnsConfig()
    """What the catalogue's columns mean."""
    actions: dict[str, ActionConfig] = Field({"act": ActionConfig()}, min_length=1)
    """The actions whose probability is learned, by a name of your own."""
    target: str | None = None
    """The action that `product` and `learned` order by; by default the first."""
    score: Literal["relevance", "product", "learned", "auto"] = "auto"
    """`relevance`: by the retrieval method's score; `product`: by the softmax of it over the candidates
    times the probability of the target; `learned`: by the probability of the target; `auto`: by whichever
    has the best NDCG@10 on the validation events of users that the model was not fitted to."""
    candidates: int = Field(100, ge=1)
    """Items that each source nominates."""
    l2: float = Field(1.0, gt=0)
    """L2 regularisation of the action models, whose loss is a sum over users."""
    max_users: int = Field(20_000, ge=10)
    """Users with a validation event that the regressions are fitted to at most; drawn by a hash."""

    position_bias: PositionBiasConfig | None = None
    """What events weigh that came from a list which the endpoint showed (`data.store`), by their places; by
    default all weigh the same."""
    language_model: LanguageRerankConfig | None = None
    """A language model that looks at the beginning of each list once more; none by default."""

    @field_validator("target")
    @classmethod
    def _is_an_action(cls, target: str | None, info: ValidationInfo) -> str | None:
        actions = info.data.get("actions", {})
        if target is not None and actions and target not in actions:
            raise ValueError(f"no such action; rerank.actions has {', '.join(actions)}")
        return target

    def target_action(self) -> str:
        """Name of the action that lists are ordered by."""
        return self.target or next(iter(self.actions))
