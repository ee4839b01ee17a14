"""Run settings: the index, what is measured, what machines may be used, and where releases go."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from palate.config.section import Section


class IndexConfig(Section):
    """The items' vectors, and the search among them."""

    kind: Literal["exact", "int8", "hnsw", "ivf", "ivfpq"] = "exact"
    """`exact` compares with every item; `int8` does so with a byte for each number, and works out afresh the
    scores of what it finds; `hnsw` is approximate and built whenever a release opens. `ivf`, for millions of
    items, visits the nearest lists of similar items alone: it is built once, stored in the release and
    memory-mapped. `ivfpq` does so with a byte for four numbers, and exact scores of what it finds."""
    shards: int = Field(2, ge=1)
    """Parts of the catalogue, each searched by itself and merged."""
    hnsw_links: int = Field(32, ge=4)
    """Links of an item in the HNSW graph."""
    hnsw_search: int = Field(128, ge=8)
    """Candidates that an HNSW search keeps on its way; more is slower and finds more."""
    ivf_lists: int | None = Field(None, ge=1)
    """Inverted lists; four times the square root of the items if not given."""
    ivf_probes: int | None = Field(None, ge=1)
    """Lists that a search visits; if not given, as many as find .98 of the hundred nearest of sampled queries
    when the release is built."""
    lexical_weight: float = Field(0.4, ge=0, le=1)
    """What words weigh in a search by free text, beside its vector: words keep a name, a brand or
    a rare word found, which training may have taken from the encoder. 0 searches by vectors alone and holds
    no words in memory."""
    encoder_int8: bool = False
    """Embed texts with an encoder whose weights take a byte each: about twice as fast on a CPU, and a little
    less exact. Training is not changed by it."""


Repeats = Literal["count", "drop"]
"""Whether a held-out item that its user had before is sought in vain, or not sought."""


class EvaluationConfig(Section):
    """What the report measures."""

    k: int = Field(10, ge=1)
    """Length of the lists."""
    part: Literal["test", "validation"] = "test"
    """Which held-out events are to be found."""
    repeats: Repeats = "count"
    """Held-out items that no list may name, as their user had them before (`data.repeat`): `count` takes them
    as not found, as published protocols do; `drop` leaves them out, and users who have no other. Training's
    early stopping and every choice by validation events use the same."""
    max_users: int = Field(100_000, ge=10)
    """Users by whose held-out events methods are measured, and training's early stopping, which takes time of
    users times items: about so many of more, drawn by their ids. The intervals are of these."""
    bootstrap: int = Field(500, ge=0)
    """Resamples of the users for the 95 % confidence intervals."""
    short_history: int = Field(20, ge=1)
    """Histories of at most this many events form the segment of short ones."""
    cold_share: float = Field(0.0, ge=0, lt=1)
    """Share of the items that are hidden from a training of its own, encoder included, to measure how items
    without any event are found from their text. It changes nothing that is released, and takes about as long
    as the encoder and one sequence model; 0 leaves it out."""
    users_shown: int = Field(5, ge=0)
    """Users whose recommendations the report and the command show."""


class ResourcesConfig(Section):
    """What the run may take of the machines; it changes no result."""

    train_workers: int = Field(1, ge=1)
    """Processes that train together with DDP."""
    cpus_per_train_worker: float = Field(1.0, gt=0)
    """Ray's CPUs for each of them."""
    threads: int = Field(2, ge=1)
    """Threads of linear algebra in one process."""
    gpu: bool = False
    """Give a GPU to every training worker and embedding actor."""
    data_cpus: float = Field(1.0, gt=0)
    """Ray's CPUs for a task or actor of Ray Data."""
    embed_actors: int = Field(1, ge=1)
    """Actors that embed the catalogue."""
    evaluate_actors: int = Field(1, ge=1)
    """Actors that rank for held-out users."""
    object_store_bytes: int = Field(1_000_000_000, ge=78_643_200)
    """Memory of Ray's object store when a local Ray is started."""
    checkpoint_s: float = Field(60.0, ge=0)
    """Seconds between checkpoints of a training, also within an epoch: what a killed run loses at most."""
    max_failures: int = Field(3, ge=0)
    """Times that lost training workers are started again."""


class ReleaseConfig(Section):
    """Where releases are published."""

    uri: str = "runs/releases"
    """Folder or object-store URI."""
    promote: bool = True
    """Make a new release the current one."""
    guard_users: int = Field(2000, ge=0)
    """Users by whose validation events a new release is compared with the current one; if it is worse beyond
    chance, it is published and not made current. 0 makes it current whatever it is worth."""
    method: str | None = None
    """The method to serve; by default the one with the best validation NDCG."""
    refit: bool = False
    """Train the released models once more, on the held-out events too, for as many epochs as were best
    without them: a release then knows what everybody did last. It takes about as long as training did."""
