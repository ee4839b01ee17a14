"""Artefacts: what each stage of a recommendation needs, and where it stands in a release or in a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config import (
    DataConfig,
    EncoderConfig,
    ExplainConfig,
    IndexConfig,
    RerankConfig,
    SteeringConfig,
    TextUsersConfig,
)
from palate.config.baselines import USERS_AS_TEXT
from palate.config.data import REPEAT_NEVER, NegativeRule
from palate.data.anonymise import anonymous_id, id_key
from palate.data.hashing import text_hash
from palate.data.repeats import RepeatRules
from palate.data.vectors import vector_matrix
from palate.rank.filters import ItemFacts
from palate.recommender.lookup.catalogue import Catalogue
from palate.recommender.lookup.files import LOOKUP_FILES, StoredLookup, open_lookup
from palate.release import Release
from palate.retrieve import Popularity, StoredScorer, load_model
from palate.retrieve.hybrid import HYBRID, SEQUENCE, load_weights
from palate.retrieve.item_vectors import load_item_vectors, mapped_vectors
from palate.retrieve.lexical import WORD_FILES, LexicalIndex, lexical_index, open_lexical_index
from palate.schema import TEXT
from palate.steering.names.titles import TitleArrays
from palate.storage import Folder

FALLBACK = Popularity.method
"""The method for somebody without a history."""
MOVING_AVERAGE, CONTENT = "moving-average", "content"
VECTOR_METHODS = (SEQUENCE, MOVING_AVERAGE, USERS_AS_TEXT)
"""The methods that search among item vectors, and so need no stored scorer."""
MATRICES = "matrices"
"""Folder of a release's vectors as they are mapped."""


class ArtefactFolders(NamedTuple):
    """The folder that holds each artefact."""

    catalogue: Folder
    """With `catalogue.parquet` and `histories/`."""
    vectors: Folder
    """With `vectors/`."""
    encoder: Folder
    """The text encoder itself."""
    sequence: Folder
    """The sequence model itself."""
    methods: Folder
    """The stored scorers."""
    hybrid: Folder
    """With the weights of the hybrid."""
    rerank: Folder
    """With the reranker."""
    indices: Folder
    """With the stored indices of item vectors, if there are any."""
    matrices: Folder | None = None
    """With the vectors of items as they are mapped; None where they are worked out of the models."""
    lookup: Folder | None = None
    """With the catalogue and the index of its names, mapped; None where they are made when needed."""
    words: Folder | None = None
    """With the counted words of items' texts; None where they are counted when they are needed."""


class Artefacts:
    """What the stages of one release share; each part is read when it is first needed."""

    def __init__(
        self, folders: ArtefactFolders, method: str, settings: Mapping[str, Any], encoder_id: str = ""
    ) -> None:
        """Take the method that recommends, the configuration as a tree of JSON values, and what tells the
        text encoder from others.
        """
        self.folders, self.encoder_id = folders, encoder_id
        self.method, self.settings = method, settings

    @classmethod
    def of(cls, release: Release) -> Artefacts:
        """The artefacts of a release."""
        folder = release.folder
        folders = ArtefactFolders(
            catalogue=folder,
            vectors=folder,
            encoder=folder / "encoder",
            sequence=folder / "sequence",
            methods=folder / "methods",
            hybrid=folder / "methods",
            rerank=folder / "rerank",
            indices=folder / "index",
            matrices=folder / MATRICES if folder.exists(MATRICES) else None,
            lookup=folder / LOOKUP_FILES if folder.exists(LOOKUP_FILES) else None,
            words=folder / WORD_FILES if folder.exists(WORD_FILES) else None,
        )
        settings = folder.read_json("config.json")
        return cls(folders, release.manifest.method, settings, encoder_id=_encoder_id(release, settings))

    @cached_property
    def catalogue(self) -> pa.Table:
        """`CATALOGUE_SCHEMA` and the source's other columns; the row of an item is its index."""
        stored = self._stored_lookup
        return self.folders.catalogue.read_table("catalogue.parquet") if stored is None else stored.catalogue

    @cached_property
    def lookup(self) -> Catalogue:
        """Items by their ids and titles."""
        stored = self._stored_lookup
        return Catalogue(self.catalogue, None if stored is None else stored.names)

    @property
    def titles(self) -> TitleArrays | None:
        """By which requests find titles; None if the release has none for the languages that are read."""
        stored = self._stored_lookup
        return None if stored is None or stored.languages != self.steering.languages else stored.titles

    @cached_property
    def _stored_lookup(self) -> StoredLookup | None:
        return None if self.folders.lookup is None else open_lookup(self.folders.lookup)

    @cached_property
    def facts(self) -> ItemFacts:
        """What filters know of every item, without vectors: those that need them have `with_vectors`."""
        nothing = np.zeros((len(self.catalogue), 0), np.float32)
        return ItemFacts.of(self.catalogue, self.rerank.columns, nothing)

    @cached_property
    def item_vectors(self) -> NDArray[np.float32]:
        """Unit vectors of the sequence model, float32 [items, width]; mapped if the release has them so."""
        if self.folders.matrices is not None:
            return mapped_vectors(self.folders.matrices, SEQUENCE)
        return load_item_vectors(self.folders.sequence)

    @cached_property
    def text_vectors(self) -> NDArray[np.float32]:
        """Unit vectors of the items' texts, float32 [items, text width]; mapped likewise."""
        if self.folders.matrices is not None:
            return mapped_vectors(self.folders.matrices, CONTENT)
        return vector_matrix(self.folders.vectors.read_table("vectors"))

    @cached_property
    def lexical(self) -> LexicalIndex:
        """Which texts have which words; mapped if the release has them counted, and else counted now."""
        stored = None if self.folders.words is None else open_lexical_index(self.folders.words)
        return lexical_index(self.catalogue[TEXT].to_pylist()) if stored is None else stored

    @property
    def text_template(self) -> str:
        """What the encoder reads of an item; the default of a release that does not say."""
        template = self.settings.get("data", {}).get("text_template", DataConfig().text_template)
        return str(template)

    @property
    def encoder(self) -> EncoderConfig:
        """How the text encoder reads."""
        return EncoderConfig.model_validate(self.settings["encoder"])

    @property
    def index(self) -> IndexConfig:
        """How item vectors are searched."""
        return IndexConfig.model_validate(self.settings["index"])

    @property
    def rerank(self) -> RerankConfig:
        """Settings of the reranker; defaults for a release that was made before there was one."""
        return RerankConfig.model_validate(self.settings.get("rerank", {}))

    @property
    def users_as_text(self) -> TextUsersConfig:
        """How histories are written as text; defaults for a release that was made before they were."""
        return TextUsersConfig.model_validate(self.settings.get("users_as_text", {}))

    @property
    def recency_rate(self) -> float:
        """What the latest event weighs in the moving average of text vectors."""
        return float(self.settings["sequence"]["recency_rate"])

    @property
    def steering(self) -> SteeringConfig:
        """How requests in words are read; defaults for a release that was made before they were."""
        return SteeringConfig.model_validate(self.settings.get("steering", {}))

    @property
    def explain(self) -> ExplainConfig:
        """What explanations may say; defaults for a release that was made before there were any."""
        return ExplainConfig.model_validate(self.settings.get("explain", {}))

    @property
    def repeats(self) -> RepeatRules:
        """What is recommended again; nothing by a release that was made before there was a choice."""
        return RepeatRules(self.settings.get("data", {}).get("repeat", REPEAT_NEVER))

    @property
    def negative(self) -> tuple[NegativeRule, ...]:
        """Which events speak against their item; the defaults of a release that does not say."""
        given = self.settings.get("data", {}).get("negative")
        return DataConfig().negative if given is None else tuple(map(NegativeRule.model_validate, given))

    @cached_property
    def anonymised(self) -> bool:
        """Whether the release knows users by keyed hashes of their ids."""
        return bool(self.settings.get("data", {}).get("anonymise", False))

    def stored_name(self, user: str) -> str:
        """What the release calls a user; `PalateError` without the key of an anonymised one."""
        return anonymous_id(user, id_key()) if self.anonymised else user

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the candidate sources, in the order of the columns of `Candidates.scores`."""
        always = (SEQUENCE, CONTENT, FALLBACK)
        return (*always, *(name for name in self.weights if name not in always))

    @cached_property
    def weights(self) -> dict[str, float]:
        """What each source's score weighs in the relevance, as the method says."""
        if self.method == HYBRID:
            return load_weights(self.folders.hybrid)
        return {CONTENT if self.method == MOVING_AVERAGE else self.method: 1.0}

    def model(self, name: str) -> StoredScorer:
        """A stored scorer."""
        return load_model(self.folders.methods, name)


def _encoder_id(release: Release, settings: Mapping[str, Any]) -> str:
    """The same for two releases whose encoders give the same vectors."""
    files = {
        name: entry.sha256 for name, entry in release.manifest.files.items() if name.startswith("encoder/")
    }
    reading = (settings["encoder"]["max_tokens"], settings["index"].get("encoder_int8", False))
    return text_hash(json.dumps([sorted(files.items()), *reading]))
