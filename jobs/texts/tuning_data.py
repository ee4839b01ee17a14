"""Training data of the explainer, and what it is measured with, from the current release."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

from palate.config import Config
from palate.explain.generate.request import TextRequest
from palate.explain.generate.sampling import EvidenceDraw
from palate.explain.generate.training_pairs import Pair, Paired, requests, split_users, true_pairs
from palate.language.tuning import Chat, TuningExample
from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.recommender.users import KnownUsers
from palate.release import Release, verified_release
from palate.schema import USER
from palate.storage import Folder

LOSS_PAIRS = 48
"""Held-out pairs that the loss is taken on."""


class Material(NamedTuple):
    """What is learnt from, and what the writing is measured with: evidence of other users."""

    train: Paired
    held_out: Paired
    requests: list[TextRequest]


def material_of(config: Config) -> Material:
    """Draw everything from the current release; the same for the same release, configuration and seed."""
    artefacts, tuning = Artefacts.of(current_release(config)), config.explainer_tuning
    names = artefacts.folders.catalogue.read_table("histories", columns=[USER])[USER].to_pylist()
    learnt, held_out = split_users(names, tuning.eval_share, config.seed)
    draw = EvidenceDraw(Recommender(artefacts), KnownUsers(artefacts))
    vocabulary, style, seed = draw.reader.vocabulary, draw.reader.style, config.seed
    return Material(
        true_pairs(
            draw.evidence(learnt, seed), vocabulary, tuning.steps * tuning.batch_size, seed, style=style
        ),
        true_pairs(draw.evidence(held_out, seed + 1), vocabulary, LOSS_PAIRS, seed, style=style),
        requests(draw.evidence(held_out, seed), vocabulary, tuning.eval_pairs, style),
    )


def current_release(config: Config) -> Release:
    """What is served now; `PalateError` before anything was published."""
    return verified_release(Folder(config.release.uri))


def table_of(pairs: list[Pair]) -> pa.Table:
    """Pairs as a table for `examples_of`."""
    schema = pa.schema([(name, pa.string()) for name in Pair._fields])
    return pa.Table.from_pylist([pair._asdict() for pair in pairs], schema=schema)


def examples_of(folder: Folder, name: str, chat: Chat) -> list[TuningExample]:
    """Tokens of the pairs in a table of the stage."""
    return [chat.example(*pair) for pair in zip(*folder.read_table(name).to_pydict().values(), strict=True)]
