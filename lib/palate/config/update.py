"""Update settings: how a release learns what is new without being trained anew."""

from __future__ import annotations

from pydantic import Field

from palate.config.section import Section


class UpdateConfig(Section):
    """`palate update`: training that goes on from the current release."""

    epochs: int = Field(3, ge=1)
    """Most passes over the users; a training from nothing takes `sequence.epochs`."""
    patience: int = Field(1, ge=1)
    """Stop after this many epochs without a better validation NDCG@10."""
    retrain_drift: float = Field(0.1, ge=0, le=1)
    """How far the popularity of items may move before a retrain is said to be due: Jensen-Shannon divergence
    between the release's events and those since, in bits, beyond what chance alone makes of so many."""
    start_from: str | None = None
    """Folder or URI of the release to go on from. `palate update` sets it to the current one."""
