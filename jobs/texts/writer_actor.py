"""LLM batch inference: from evidence to texts, by actors with a language model each; the second half."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa

from jobs.texts.evidence_actor import BLOCK, EVIDENCE, PROBLEM, SHARE, ActorContext
from palate.data.raw.quarantine import quarantine_table
from palate.data.raw.rows import row_texts
from palate.errors import PalateError
from palate.explain import WARM_UP, TextRequest, Vocabulary, WrittenText, explanation_request, write_texts
from palate.explain.evidence.serialisation import evidence_of
from palate.explain.generate.writer import TRIES, unanswered
from palate.explain.text.style import TextStyle
from palate.language.load import load_language_model
from palate.online.text_store import EXPLANATION, PROFILE
from palate.profile import Interest, interest_request, tags_request
from palate.profile.interests import MOST
from palate.recommender.artefacts import Artefacts
from palate.schema import ITEM, KIND, TEXT, USER

TEXTS, QUARANTINE = "texts", "quarantine"
SOURCE, REJECTED, REASONS, RELEASE = "source", "rejected", "reasons", "release"
BEGAN, ENDED = "began", "ended"
ATTEMPTS = pa.list_(pa.struct([(TEXT, pa.string()), (REASONS, pa.list_(pa.string()))]))
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in (KIND, USER, ITEM, TEXT, SOURCE)),
        (REJECTED, ATTEMPTS),
        *((name, pa.string()) for name in (EVIDENCE, RELEASE)),
    ]
)
"""Of a text: whom and what it is about, where it comes from, what the model answered before that may not be
shown, and what makes it true."""

NOTHING_TO_SAY = "nothing is known of the item that could be said"


class TextAuthor:
    """An actor with a language model; a block's file of texts is there whole or not at all."""

    def __init__(self, context: ActorContext) -> None:
        artefacts = Artefacts.of(context.release)
        self._context = context
        self._vocabulary = Vocabulary.of(
            artefacts.catalogue, artefacts.rerank.columns, artefacts.steering.nouns
        )
        self._style = TextStyle.of(artefacts.explain)
        # Ray Data calls an actor in another thread than it makes it in, and the threads of linear algebra
        # belong to the one that first asked for them: the model has a thread of its own.
        self._thread = ThreadPoolExecutor(max_workers=1)
        settings = context.config.explain.language_model, context.config.resources.gpu
        self._model = self._thread.submit(load_language_model, *settings).result()
        self._thread.submit(self._model.write, [WARM_UP]).result()

    def __call__(self, rows: pa.Table) -> pa.Table:
        """Write the texts and the quarantine of one block; returns when, and how many."""
        began, number = time.time(), rows[BLOCK][0].as_py()
        requests: list[tuple[dict[str, Any], TextRequest]] = []
        refused: list[dict[str, Any]] = []
        for row in rows.to_pylist():
            request = None if row[PROBLEM] else request_of(row, self._vocabulary, self._style)
            if request is None:
                refused.append(row)
            else:
                requests.append((row, request))
        written = self._written([request for _, request in requests], number)
        if refused:
            self._context.folder.write_table(f"{QUARANTINE}/{number:06d}.parquet", quarantine(refused))
        texts = self._table([row for row, _ in requests], written)
        self._context.folder.write_table(texts_file(number), texts)
        return pa.table({BLOCK: [number], BEGAN: [began], ENDED: [time.time()], TEXTS: [len(texts)]})

    def _written(self, requests: Sequence[TextRequest], number: int) -> list[WrittenText]:
        # Every prompt of the run is drawn with a seed of its own, whichever actor gets it.
        config = self._context.config
        seed = config.seed + TRIES * number * MOST * config.explain.block
        constrained = config.explain.language_model.constrained
        written = self._thread.submit(write_texts, requests, self._model.write, constrained, seed).result()
        reason = unanswered(written)
        if reason is not None:
            raise PalateError(f"The language model answers nothing: {reason}")
        return written

    def _table(self, rows: list[dict[str, Any]], written: list[WrittenText]) -> pa.Table:
        release, records = self._context.release.manifest.id, []
        for row, text in zip(rows, written, strict=True):
            attempts = [attempt._asdict() for attempt in text.rejected]
            records.append({**row, **text._asdict(), REJECTED: attempts, RELEASE: release})
        return pa.Table.from_pylist(records, schema=SCHEMA)


def texts_file(number: int) -> str:
    """Name of the file with the texts of a block."""
    return f"{TEXTS}/{number:06d}.parquet"


def request_of(row: dict[str, Any], vocabulary: Vocabulary, style: TextStyle) -> TextRequest | None:
    """What is asked for a row of `jobs.texts.evidence_actor`; None where there is nothing to say."""
    evidence = evidence_of(row[EVIDENCE])
    if row[KIND] == EXPLANATION:
        return explanation_request(row[ITEM], evidence, vocabulary, style)
    if row[KIND] == PROFILE:
        names = evidence.recommended.categories
        return interest_request(Interest(row[ITEM], names, row[SHARE], evidence), vocabulary, style)
    return tags_request(row[ITEM], evidence.recommended, evidence.noun)


def quarantine(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows that cannot be explained, with the reason of each."""
    reasons = pa.array([row[PROBLEM] or NOTHING_TO_SAY for row in rows])
    refused = pa.Table.from_pylist(rows).select([KIND, USER, ITEM])
    return quarantine_table("wanted texts", reasons, pa.array(row_texts(refused)))
