"""Fine-tuning settings of the language model that writes explanations."""

from __future__ import annotations

from pydantic import Field

from palate.config.section import Section


class ExplainerTuningConfig(Section):
    """Fine-tuning of the explainer with low-rank adapters; the model is `explain.language_model.model`."""

    steps: int = Field(120, ge=1)
    """Optimiser steps."""
    batch_size: int = Field(8, ge=1)
    """Pairs of evidence and sentence a step, over all workers; none is seen twice."""
    learning_rate: float = Field(1e-3, gt=0)
    """Peak learning rate; it warms up over a tenth of the steps and falls linearly to zero."""
    lora_rank: int = Field(16, ge=1, le=64)
    """Rank of the adapters."""
    eval_share: float = Field(0.1, gt=0, lt=1)
    """Share of the users whose evidence is kept from the training, to measure with."""
    eval_pairs: int = Field(100, ge=1)
    """Evidences of those users for which sentences are written before and after the training."""
    checkpoint_steps: int = Field(40, ge=1)
    """Steps between checkpoints, each with the loss on held-out pairs; a killed run goes on from the last."""
