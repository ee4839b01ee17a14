"""Configuration tree: all settings as one, whose defaults run the demonstration."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from palate.config.baselines import BaselinesConfig, HybridConfig
from palate.config.data import DataConfig
from palate.config.explain import ExplainConfig
from palate.config.models import EncoderConfig, SequenceConfig
from palate.config.rerank import RerankConfig
from palate.config.run import (
    EvaluationConfig,
    IndexConfig,
    ReleaseConfig,
    ResourcesConfig,
)
from palate.config.search import TuneConfig
from palate.config.section import Section
from palate.config.steering import SteeringConfig
from palate.config.text_users import TextUsersConfig
from palate.config.tuning import ExplainerTuningConfig
from palate.config.update import UpdateConfig


class Config(Section):
    """Everything that a run can be told."""

    run: str = "runs/demo"
    """Folder or object-store URI of the run: every stage reads and writes below it. On a cluster
    it must be one that all nodes reach."""
    seed: int = 0
    """Seed of every random choice."""
    data: DataConfig = DataConfig()
    """Sources, cleaning, splits and the text of an item."""
    encoder: EncoderConfig = EncoderConfig()
    """The text encoder and its fine-tuning."""
    sequence: SequenceConfig = SequenceConfig()
    """The sequence model."""
    users_as_text: TextUsersConfig = TextUsersConfig()
    """People by what the text encoder reads of their histories."""
    baselines: BaselinesConfig = BaselinesConfig()
    """The methods that every report compares with."""
    hybrid: HybridConfig = HybridConfig()
    """The methods that are added to the sequence model."""
    index: IndexConfig = IndexConfig()
    """The items' vectors, and the search among them."""
    evaluation: EvaluationConfig = EvaluationConfig()
    """What the report measures."""
    rerank: RerankConfig = RerankConfig()
    """Candidates, the probabilities of actions, and the order of the list."""
    explain: ExplainConfig = ExplainConfig()
    """What explanations say, and the language model that writes them."""
    steering: SteeringConfig = SteeringConfig()
    """How requests in words are read."""
    tune: TuneConfig = TuneConfig()
    """The search for better settings of the sequence model, by `jobs.tune`."""
    explainer_tuning: ExplainerTuningConfig = ExplainerTuningConfig()
    """Fine-tuning of that language model, by `jobs.train_explainer`."""
    update: UpdateConfig = UpdateConfig()
    """How a release learns what is new."""
    release: ReleaseConfig = ReleaseConfig()
    """Where releases are published."""
    resources: ResourcesConfig = ResourcesConfig()
    """What the run may take of the machines; it changes no result."""

    @model_validator(mode="after")
    def _places_are_of_shown_lists(self) -> Self:
        if self.rerank.position_bias is not None and self.data.store is None:
            raise ValueError(
                "rerank.position_bias weighs events that came from shown lists, which data.store alone has"
            )
        return self

    @model_validator(mode="after")
    def _bytes_are_for_processors(self) -> Self:
        if self.index.encoder_int8 and self.resources.gpu:
            raise ValueError("index.encoder_int8 is for CPUs, and resources.gpu is true")
        return self
