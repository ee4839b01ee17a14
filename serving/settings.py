"""Serving settings: one typed tree, given by the command line or by a Serve config file."""

from __future__ import annotations

from itertools import combinations
from math import ceil
from typing import Literal, Self

from pydantic import Field, model_validator

from palate.config.explain import LanguageModelConfig
from palate.config.section import Section
from palate.experiments import Experiment
from palate.experiments.bandit import Bandit
from palate.online.items import MAX_ITEM_BYTES, MAX_ITEMS
from serving.api.settings import ApiSettings

STAGES = ("encoder", "retriever", "reranker")
"""What batches go through in graph mode."""
MEGABYTE = 2**20
"""Bytes of what settings count in `_mb`."""


class ReplicaSettings(Section):
    """How many copies of a deployment there are, and what one may take."""

    min_replicas: int = Field(1, ge=1)
    """Copies that always run."""
    max_replicas: int = Field(1, ge=1)
    """Copies under load; more than `min_replicas` turns autoscaling on."""
    target_ongoing: float = Field(16.0, gt=0)
    """Requests in work at once that a copy is meant to have; more add a copy."""
    upscale_delay_s: float = Field(30.0, ge=1)
    """Seconds of more than `target_ongoing` after which a copy is added."""
    downscale_delay_s: float = Field(600.0, ge=1)
    """Seconds of less after which one is taken away; it finishes what it has in work."""
    max_ongoing: int = Field(64, ge=1)
    """Requests in work at once that a copy accepts; further ones wait."""
    max_queued: int = Field(256, ge=1)
    """Requests that may wait; further ones are told to come again (503)."""
    cpus: float = Field(0.25, ge=0)
    """Ray's CPUs for a copy. They are for placing, not a limit."""
    memory_mb: int = Field(512, ge=0)
    """Ray's memory for a copy, by which a cluster places it where there is room. Not a limit; `palate serve`
    places all on one machine."""
    threads: int = Field(1, ge=1)
    """Threads of linear algebra in a copy."""


class StageSettings(ReplicaSettings):
    """A stage of graph mode, to which a request is a batch that a gateway has gathered."""

    target_ongoing: float = Field(0.5, gt=0)
    """Batches in work at once, on average, that a copy is meant to have; more add a copy. One that has 1 is
    busy all the time. A gateway sends no more than `max_batches_in_flight`, and all gateways together must be
    able to send as many as `max_replicas` copies are meant to have."""


class EncoderSettings(StageSettings):
    """Where histories and texts become vectors."""

    gpus: float = Field(0.0, ge=0)
    """GPUs of a copy, or a part of one that it shares; with 0 the processor computes. In fused mode a gateway
    takes them, in which the encoder then is."""
    timeout_s: float = Field(1.5, gt=0)
    """Seconds after which a copy counts as lost in graph mode: more for one that reads a batch of texts more
    slowly. `api.timeout_s` bounds the whole answer."""
    cache_mb: float = Field(16.0, ge=0)
    """Memory (MiB) of a copy for the vectors of what people asked for in words; 0 keeps none."""

    @property
    def cache_bytes(self) -> int:
        """`cache_mb` in bytes."""
        return int(self.cache_mb * MEGABYTE)


class RerankerSettings(StageSettings):
    """Where candidates become lists."""

    second_look_s: float = Field(0.5, gt=0)
    """Seconds that the language model of a release that has one as reranker (`rerank.language_model`) gets
    for a batch of lists. A list that it has not finished by then is answered as it was without it."""


class ExplainerSettings(ReplicaSettings):
    """Who explains, and how long that may take."""

    enabled: bool = True
    """Whether a language model writes, in a deployment of its own. Without, explanations are templates."""
    language_model: LanguageModelConfig = LanguageModelConfig()
    """Who writes."""
    deadline_s: float = Field(3.0, gt=0)
    """Seconds after which a template is given instead of a text that is not finished."""
    memory_mb: int = Field(2048, ge=0)
    """Ray's memory for a copy with its language model."""
    gpu: bool = False
    """Whether a copy takes `language_model.tensor_parallel` GPUs."""


class ItemsSettings(Section):
    """The living catalogue: items that came or changed since the release."""

    poll_s: float = Field(0.5, gt=0)
    """Seconds between looks at what changed, after which lists know of it once texts are encoded."""
    max_items: int = Field(MAX_ITEMS, ge=0)
    """Items that the store holds at most; each is in the memory of every replica, with its vectors."""
    max_item_bytes: int = Field(MAX_ITEM_BYTES, ge=256)
    """Greatest size of what is said of one item, as JSON."""


class ImpressionSettings(Section):
    """What is kept of lists that were shown."""

    retention_days: int = Field(90, ge=0, le=36_500)
    """Days for which lists are kept, whole days of UTC; 0 keeps none, and reports are then empty."""
    queue_mb: float = Field(32.0, gt=0)
    """Memory (MiB) of a gateway in which lists wait to be written. One that finds no room is not kept, which
    `/metrics` counts, and is answered all the same."""


class ServingSettings(Section):
    """An application."""

    releases: str = "runs/releases"
    """Folder or object-store URI of the releases; the one that is current there is served."""
    mode: Literal["fused", "graph"] = "fused"
    """`fused`: all stages in one replica, for a laptop and for low latency. `graph`: each stage a deployment
    of its own, for machines of different kinds and catalogues that one machine does not hold. Both give
    the same lists."""
    shards: int = Field(2, ge=1)
    """Parts of the catalogue, each a retriever of its own that is asked at the same time (graph mode)."""
    store: str = "runs/store"
    """Where the users' events and the API keys are: URL of a PostgreSQL, or a folder, in which one is
    started for as long as it is needed (on one machine)."""
    watch_s: float = Field(1.0, gt=0)
    """Seconds between looks at which release is current."""
    max_batch_size: int = Field(32, ge=1)
    """Dynamic batching: requests that wait at the same time are answered together, at most so many."""
    max_batches_in_flight: int = Field(2, ge=1)
    """Batches that are on their way through the graph at once."""
    max_events: int = Field(1000, ge=1)
    """The newest events of a user that count: so many live ones, and as many of what the release knows. What
    the release knows from before is not recommended again, but no taste is drawn from it."""
    cache_mb: float = Field(128.0, ge=0)
    """Memory (MiB) in which a gateway keeps users' live events, and lists for users of whom nothing new is
    known; what was not used for the longest time goes first. 0 keeps none."""
    texts_mb: float = Field(16.0, ge=0)
    """Memory (MiB) in which a gateway keeps vectors of what users wrote; the store has the others. 0 keeps
    none, and each list of somebody who wrote then asks the store for them."""
    items: ItemsSettings = ItemsSettings()
    """Items that came or changed since the release."""
    impressions: ImpressionSettings = ImpressionSettings()
    """What is kept of lists that were shown."""
    experiments: tuple[Experiment, ...] = ()
    """Experiments on lists for users; a user may be in several, each of which sets other settings."""
    bandits: tuple[Bandit, ...] = ()
    """Bandits, which choose settings for each list by what came of earlier ones; each sets other settings."""
    api: ApiSettings = ApiSettings()
    """What the endpoint lets in."""
    gateway: ReplicaSettings = ReplicaSettings()
    """In fused mode the gateway holds all stages."""
    encoder: EncoderSettings = EncoderSettings()
    """Histories and texts to vectors."""
    retriever: StageSettings = StageSettings()
    """Of each part of the catalogue."""
    reranker: RerankerSettings = RerankerSettings()
    """Candidates to lists."""
    explainer: ExplainerSettings = ExplainerSettings()
    """Explanations and profiles."""

    @model_validator(mode="after")
    def _every_copy_can_start(self) -> Self:
        """Refuse autoscaling of a stage that all gateways together cannot give enough batches for."""
        for name in STAGES if self.mode == "graph" else ():
            stage: StageSettings = getattr(self, name)
            most = ceil(self._most_batches / stage.target_ongoing)
            if stage.max_replicas > max(stage.min_replicas, most):
                raise ValueError(
                    f"{name}.max_replicas is {stage.max_replicas}, but no more than {most} copies can start: "
                    f"all gateways (gateway.max_replicas) send at most {self._most_batches} batches at once "
                    f"(max_batches_in_flight is {self.max_batches_in_flight}), and a copy is meant to have "
                    f"{stage.target_ongoing:g} of them ({name}.target_ongoing); raise one of the former, or "
                    "lower one of the latter"
                )
        return self

    @model_validator(mode="after")
    def _experiments_are_independent(self) -> Self:
        """Refuse two of one name, and two that set the same setting: one would undo the other."""
        every = (*self.experiments, *self.bandits)
        names = [one.name for one in every]
        if len(set(names)) < len(names):
            raise ValueError(
                f"experiments and bandits have names of their own, but these are {', '.join(names)}"
            )
        for first, second in combinations(every, 2):
            if both := sorted(first.changed & second.changed):
                raise ValueError(
                    f"{first.name} and {second.name} both set {', '.join(both)}; make them one with more "
                    "arms, or run one after the other"
                )
        return self

    @model_validator(mode="after")
    def _experiments_are_logged(self) -> Self:
        """Refuse what nothing could be read of."""
        if (self.experiments or self.bandits) and not self.impressions.retention_days:
            raise ValueError(
                "experiments and bandits are read from the impression log; set impressions.retention_days"
            )
        return self

    @property
    def _most_batches(self) -> int:
        """Batches that all gateways together have on their way through the graph at most."""
        return max(self.gateway.min_replicas, self.gateway.max_replicas) * self.max_batches_in_flight
