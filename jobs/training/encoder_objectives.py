"""Training objectives of the text encoder: the trainer of each, and its batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from jobs.runtime.stage_inputs import catalogue, history_shards
from jobs.training.sequence import (
    HiddenOf,
    begin_member,
    known_items,
    train_and_save,
    train_member,
    trainer_of,
)
from palate.config import Config, EncoderObjective, SequenceConfig
from palate.data.catalogue import rendered
from palate.data.counts import log_popularity, train_counts
from palate.data.text import Template, parse_template
from palate.encode import TextEncoder, batches, load_encoder, sample_pairs
from palate.encode.item_space import ItemSpace, ItemSpaceTrainer, item_batches
from palate.encode.neighbours import NeighbourTrainer
from palate.encode.trainer import EncoderTrainer
from palate.schema import TEXT
from palate.sequence import load_members
from palate.storage import Folder

TEACHER = "teacher"
"""Where the sequence model is that teaches the encoder."""

Batches = Callable[[int], Iterator[Any]]
"""From the steps that are done to the batches that are left."""


def train_teacher(config: Config, folder: Folder, hidden_of: HiddenOf) -> None:
    """Train a small sequence model on the vectors of the untrained encoder, without the hidden items."""
    sequence = SequenceConfig(width=128, max_events=50, patience=2)
    teaching = config.model_copy(update={"sequence": sequence})
    loop = partial(_train_teacher, hidden_of=hidden_of)
    train_member("teacher of the encoder", loop, config=teaching, folder=folder / TEACHER)


def plan(
    config: Config, folder: Folder, device: torch.device, hidden: NDArray[np.bool_]
) -> tuple[EncoderTrainer[Any], Batches]:
    """In a worker: the trainer of the configured objective, and its batches, without the hidden items."""
    encoder = load_encoder(config.encoder.model, config.encoder, str(device))
    build = _PLANS[config.encoder.objective]
    return build(config, folder=folder, device=device, encoder=encoder, hidden=hidden)


def templates(config: Config) -> list[Template]:
    """The paraphrases, parsed; without any the catalogue is not read. `PalateError` for one that is wrong."""
    paraphrases = config.encoder.paraphrases
    fields = [name for name in catalogue(config).column_names if name != TEXT] if paraphrases else []
    return [parse_template(paraphrase, fields, "encoder.paraphrases") for paraphrase in paraphrases]


def _neighbours(
    config: Config, folder: Folder, *, device: torch.device, encoder: TextEncoder, hidden: NDArray[np.bool_]
) -> tuple[EncoderTrainer[Any], Batches]:
    settings, shards, readings = config.encoder, history_shards(config), _readings(config)
    popularity = log_popularity(train_counts(shards, len(readings[0])))
    trainer = NeighbourTrainer(
        encoder,
        readings,
        log_popularity=popularity,
        settings=settings,
        seed=config.seed,
        device=device,
    )
    blocks = (shard() for shard in shards)
    pairs = sample_pairs(
        blocks,
        count=settings.steps * settings.batch_size,
        window=settings.window,
        hidden=hidden,
        seed=config.seed,
    )
    return trainer, partial(batches, pairs, settings.batch_size, end=settings.steps)


def _item_space(
    config: Config, folder: Folder, *, device: torch.device, encoder: TextEncoder, hidden: NDArray[np.bool_]
) -> tuple[EncoderTrainer[Any], Batches]:
    settings, (teacher,) = config.encoder, load_members(folder / TEACHER)
    items = np.flatnonzero(known_items(history_shards(config), hidden))
    vectors, scale = torch.from_numpy(teacher.item_vectors), float(teacher.tower.log_scale.exp())
    space = ItemSpace(vectors, torch.from_numpy(items), scale)
    trainer = ItemSpaceTrainer(
        encoder,
        _readings(config),
        teacher=space,
        settings=settings,
        seed=config.seed,
        device=device,
    )
    return trainer, partial(item_batches, items, settings.batch_size, end=settings.steps, seed=config.seed)


_Plan = Callable[..., tuple[EncoderTrainer[Any], Batches]]
_PLANS: dict[EncoderObjective, _Plan] = {"neighbours": _neighbours, "item-space": _item_space}


def _readings(config: Config) -> list[list[str]]:
    """The texts of the catalogue, and then its paraphrases."""
    items = catalogue(config)
    texts = items[TEXT].to_pylist()
    return [texts, *(rendered(items, template, texts) for template in templates(config))]


def _train_teacher(settings: dict[str, Any], folder: Folder, member: int, hidden_of: HiddenOf) -> None:
    """The loop of one worker; each encodes the whole catalogue for itself."""
    training = begin_member(settings, member, hidden_of)
    config = training.config
    encoder = load_encoder(config.encoder.model, config.encoder, str(training.device))
    text = encoder.encode(catalogue(config)[TEXT].to_pylist())
    train_and_save(trainer_of(training, text=text), training, folder)
