"""Evidence gathering: from a block of text requests to what makes each true; the first half of the pool."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import torch

from jobs.texts.text_requests import block_file
from palate.config import Config
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.reader import EvidenceReader
from palate.explain.evidence.serialisation import evidence_json
from palate.online.text_store import EXPLANATION, PROFILE, TAGS
from palate.profile import interests_of
from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.recommender.users import KnownUsers
from palate.release import Release
from palate.schema import ITEM, KIND, USER
from palate.stated.list_inputs import ListInputs
from palate.storage import Folder

BLOCK = "block"
EVIDENCE, SHARE, PROBLEM = "evidence", "share", "problem"
SCHEMA = pa.schema(
    [
        (BLOCK, pa.int32()),
        *((name, pa.string()) for name in (KIND, USER, ITEM, EVIDENCE)),
        (SHARE, pa.float64()),
        (PROBLEM, pa.string()),
    ]
)


class EvidenceRow(NamedTuple):
    """A text that is wanted, with what makes it true or why it cannot be had; in the order of `SCHEMA`."""

    kind: str
    user: str | None
    item: str | None
    """Of a line of a profile the id of its interest."""
    evidence: str | None = None
    """As JSON."""
    share: float | None = None
    """Of a line of a profile: how much of the history it is about."""
    problem: str | None = None


class ActorContext(NamedTuple):
    """Where an actor of the pool works."""

    config: Config
    folder: Folder
    """Of the stage."""
    release: Release


class EvidenceGatherer:
    """An actor with the models of a release."""

    def __init__(self, context: ActorContext) -> None:
        torch.set_num_threads(context.config.resources.threads)
        artefacts = Artefacts.of(context.release)
        self._recommender = Recommender(artefacts)
        self._folder = context.folder
        self._users, self._catalogue = KnownUsers(artefacts), artefacts.lookup
        self._reader = EvidenceReader(self._recommender)

    def __call__(self, blocks: pa.Table) -> pa.Table:
        """The rows of one block; each that cannot be explained has its problem."""
        number = blocks[BLOCK][0].as_py()
        requests = self._folder.read_table(block_file(number)).to_pylist()
        rows: list[EvidenceRow] = []
        for (kind, user), group in groupby(requests, key=lambda request: (request[KIND], request[USER])):
            rows += self._rows(kind, user, [request[ITEM] for request in group])
        columns = zip(*((number, *row) for row in rows), strict=True) if rows else [[] for _ in SCHEMA]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
        return pa.Table.from_arrays(arrays, schema=SCHEMA)

    def _rows(self, kind: str, user: str | None, items: list[str | None]) -> Iterator[EvidenceRow]:
        if kind != TAGS and (user is None or user not in self._users):
            problem = "the user is missing" if user is None else "the release has no such user"
            yield from (EvidenceRow(kind, user, item, problem=problem) for item in items)
        elif kind == PROFILE:
            yield from self._lines(str(user))
        else:
            yield from self._about_items(kind, str(user), items)

    def _lines(self, user: str) -> Iterator[EvidenceRow]:
        """A row for each interest of somebody; somebody of whom too little is known has none."""
        history = self._users.history(user)
        for interest in interests_of(history, self._reader.descriptions, self._reader.reading):
            evidence = evidence_json(interest.evidence)
            yield EvidenceRow(PROFILE, user, interest.id, evidence=evidence, share=interest.share)

    def _about_items(self, kind: str, user: str, items: list[str | None]) -> Iterator[EvidenceRow]:
        indices = [None if item is None else self._catalogue.find(item) for item in items]
        listed = [index for index in indices if index is not None]
        evidence = iter(self._evidence(kind, user, listed) if listed else ())
        for item, index in zip(items, indices, strict=True):
            if index is not None:
                yield EvidenceRow(kind, user, item, evidence_json(next(evidence)))
            else:
                problem = "the item is missing" if item is None else "the release has no such item"
                yield EvidenceRow(kind, user, item, problem=problem)

    def _evidence(self, kind: str, user: str, indices: list[int]) -> list[Evidence]:
        if kind == EXPLANATION:
            query = self._recommender.query(self._users.history(user), len(indices))
            query = query._replace(disliked=self._users.disliked(user))
            return self._reader.evidence(ListInputs(query), np.array(indices, np.int32))
        noun, items = self._reader.reading.noun, self._reader.descriptions.items
        return [Evidence(items[index], noun=noun) for index in indices]
