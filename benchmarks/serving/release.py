"""A release of any size without training: its answers mean nothing, its work is that of a real one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import torch

from palate.config import Config, SequenceConfig, SteeringConfig
from palate.data.histories import Histories
from palate.data.user_table import USER_FILES, write_user_table
from palate.data.vectors import texts_to_embed, vectors_table
from palate.encode import BUNDLED_ENCODER, load_encoder
from palate.rank.action import ActionModel, Reranking
from palate.rank.features import features_for
from palate.rank.statistics import ItemStatistics, learn_statistics
from palate.rank.store import save_reranker
from palate.recommender.artefacts import CONTENT, MATRICES
from palate.recommender.lookup.files import LOOKUP_FILES, write_lookup
from palate.release import Release, SourceFile, promote, publish
from palate.retrieve import Ease, Popularity, save_model
from palate.retrieve.ease import EaseRecent
from palate.retrieve.hybrid import HYBRID, HYBRID_FILE, SEQUENCE, save_hybrid
from palate.retrieve.item_vectors import load_item_vectors, write_vectors
from palate.retrieve.ivf import StoredKind, write_inverted_lists
from palate.retrieve.lexical import WORD_FILES, write_lexical_index
from palate.sequence import SequenceModel, save_sequence
from palate.storage import Folder

SETTINGS = SequenceConfig()
TEXT_WIDTH = 384
CENTRES = 5_000
EVENTS = 50
KINDS = ("Comedy", "Drama", "Horror", "Documentary", "Western")


def publish_synthetic(
    releases: Folder, work: Path, items: int, users: int, seed: int, *, stored: StoredKind | None = None
) -> Release:
    """Publish and promote a release of so many items and users; the seed decides what it recommends.

    With a stored index it recommends by the sequence model alone: EASE holds the square of the items.
    """
    run, chance = Folder(str(work)), np.random.default_rng(seed)
    catalogue = _catalogue(items)
    run.write_table("catalogue.parquet", catalogue)
    histories = _histories(items, users, chance)
    run.write_table("histories/part-00000.parquet", histories.to_table())
    write_user_table(run / USER_FILES, [histories.to_table()])
    load_encoder(BUNDLED_ENCODER).model.save_pretrained(str(work / "encoder"), create_model_card=False)
    text = _unit(_texts(items, chance, clustered=stored is not None))
    run.write_table("vectors/part-0.parquet", vectors_table(texts_to_embed(catalogue), text))
    _save_models(run, text, chance, seed)
    if stored is None:
        _save_hybrid(run, items, chance)
    else:
        _save_index(run, text, chance, stored)
    _save_reranker(run, learn_statistics([histories], items))
    write_lookup(run / LOOKUP_FILES, catalogue, SteeringConfig().languages)
    write_lexical_index(run / WORD_FILES, catalogue["text"].to_pylist())
    _save_settings(run, stored or "exact")
    sources = {name: SourceFile(run, name) for name in run.files(recursive=True)}
    release = publish(releases, sources, "synthetic", SEQUENCE if stored else HYBRID)
    return promote(releases, release.manifest.id)


def item_id(index: int) -> str:
    """Id of an item."""
    return f"i{index:05d}"


def _catalogue(items: int) -> pa.Table:
    ids = [item_id(index) for index in range(items)]
    titles = [f"Item number {index}" for index in range(items)]
    kinds = [KINDS[index % len(KINDS)] for index in range(items)]
    texts = [f"{title}. {kind}" for title, kind in zip(titles, kinds, strict=True)]
    years = [str(1950 + index % 75) for index in range(items)]
    return pa.table({"item": ids, "title": titles, "text": texts, "genres": kinds, "year": years})


def _histories(items: int, users: int, chance: np.random.Generator) -> Histories:
    ends = np.full(users, EVENTS, np.int32)
    return Histories(
        users=pa.array([f"u{user:05d}" for user in range(users)]),
        offsets=np.arange(0, EVENTS * users + 1, EVENTS, dtype=np.int64),
        items=chance.integers(0, items, EVENTS * users).astype(np.int32),
        times=np.tile(np.arange(EVENTS, dtype=np.int64) * 3600 + 1_600_000_000, users),
        train_end=ends - 2,
        validation_end=ends - 1,
    )


def _texts(items: int, chance: np.random.Generator, *, clustered: bool) -> np.ndarray:
    """Vectors of texts, float32 [items, width]; those to index lie in clusters, as real ones do."""
    vectors = chance.standard_normal((items, TEXT_WIDTH), np.float32)
    if clustered:
        vectors *= np.float32(0.7)
        vectors += chance.standard_normal((CENTRES, TEXT_WIDTH), np.float32)[
            chance.integers(0, CENTRES, items)
        ]
    return vectors


def _save_models(run: Folder, text: np.ndarray, chance: np.random.Generator, seed: int) -> None:
    items = len(text)
    counts = chance.zipf(1.5, items).clip(max=10_000).astype(np.float32)
    save_model(run / "methods", Popularity.method, Popularity(counts))
    torch.manual_seed(seed)
    model = SequenceModel(torch.from_numpy(text), torch.ones(items, dtype=torch.bool), SETTINGS)
    save_sequence(run / "sequence", model, SETTINGS, {"curve": [0.0]})


def _save_hybrid(run: Folder, items: int, chance: np.random.Generator) -> None:
    weights = chance.standard_normal((items, items), np.float32)
    weights *= np.float32(0.01)
    counts = np.ones(items, np.float32)
    save_model(run / "methods", Ease.method, Ease(weights, counts))
    save_model(run / "methods", EaseRecent.method, EaseRecent(weights, counts, 0.9), arrays_of=Ease.method)
    save_hybrid(run / "methods", {SEQUENCE: 1.0, EaseRecent.method: 3.0}, [])


def _save_index(run: Folder, text: np.ndarray, chance: np.random.Generator, kind: StoredKind) -> None:
    """Vectors as they are mapped, and their inverted lists.

    Those of an untrained sequence model all lie together, and no list would hold what is near; so they are
    clustered as well.
    """
    width = load_item_vectors(run / "sequence").shape[1]
    learned = _unit(_texts(len(text), chance, clustered=True)[:, :width])
    spaces = {SEQUENCE: learned, CONTENT: text}
    for space, vectors in spaces.items():
        write_vectors(run / MATRICES, space, vectors)
    write_inverted_lists(run / "index", spaces, kind, threads=2)


def _save_reranker(run: Folder, statistics: ItemStatistics) -> None:
    partners = (EaseRecent.method,) if (run / "methods").exists(HYBRID_FILE) else ()
    names = features_for((SEQUENCE, CONTENT, Popularity.method, *partners))
    zeros, ones = np.zeros(2), np.ones(2)
    model = ActionModel(
        names, ("watch", "like"), np.zeros(len(names)), np.ones(len(names)),
        np.tile(np.linspace(0.5, 0.1, len(names)), (2, 1)), ones, zeros,
    )  # fmt: skip
    save_reranker(run / "rerank", Reranking(model, "product", 0, {}), statistics)


def _save_settings(run: Folder, index: str) -> None:
    columns = {"category": "genres", "date": "year"}
    chosen = Config.model_validate({"rerank": {"columns": columns}, "index": {"kind": index}})
    settings = chosen.model_dump(mode="json")
    run.write_json(
        "config.json", {name: settings[name] for name in ("encoder", "sequence", "index", "rerank")}
    )
    run.write_json("metrics.json", {"selected": HYBRID})


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
