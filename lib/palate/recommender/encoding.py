"""Encoding, the first stage: a history, an item or a free text becomes vectors to search with."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config.baselines import USERS_AS_TEXT
from palate.data.histories import History
from palate.live.layered import LayeredArray
from palate.live.overlay import NO_OVERLAY, LiveText, LiveVectors, Overlay
from palate.recommender.artefacts import Artefacts
from palate.recommender.query import Query, SearchQuery, UserVectors
from palate.sequence import LiveUserModel, MovingAverage, load_sequence
from palate.steering import Steer
from palate.steering.meaning.relatedness import Relatedness, everyday_texts
from palate.steering.meaning.request_cache import RequestCache
from palate.text_users.text_users import TextUsers

if TYPE_CHECKING:
    from palate.encode import TextEncoder

Vectors = NDArray[np.float32]

PUSH = 0.5
"""What is not wanted weighs half of what is."""
PERSONAL = 0.2
"""What the vector of whoever searches weighs in a search, beside the words: enough to order what fits the
words alike, too little to bring up what does not fit."""
TINY = float(np.finfo(np.float32).tiny)


class EncoderRuntime(NamedTuple):
    """Where the text encoder computes, and what is kept of it."""

    gpu: bool = False
    cache_bytes: int = 16 * 2**20
    """Room for vectors of requests, and as much for those of people by their text."""


class UserEncoder:
    """Sequence model, moving average and text encoder of one release."""

    def __init__(self, artefacts: Artefacts, runtime: EncoderRuntime | None = None) -> None:
        runtime = runtime or EncoderRuntime()
        self._artefacts, self._gpu = artefacts, runtime.gpu
        self._requests, self._cache_bytes = RequestCache(runtime.cache_bytes), runtime.cache_bytes
        # A look through a large catalogue takes milliseconds, which a line of a profile would cost each list.
        self._related_texts = RequestCache(runtime.cache_bytes // 16)
        self._overlay, self._released = NO_OVERLAY, self

    def over(self, overlay: Overlay) -> UserEncoder:
        """The encoder for histories that may hold live items."""
        layered = copy(self)
        layered._overlay = overlay
        layered._sequence = self._sequence.over(overlay.indices, overlay.vectors.inputs)
        layered._content = self._content.over(overlay.indices, overlay.vectors.text)
        layered._text_users = self._text_users and self._text_users.over(overlay)
        return layered

    def encode(self, histories: Sequence[History]) -> UserVectors:
        """Vectors of the histories, in their order."""
        return UserVectors(
            sequence=self._sequence.user_vectors(histories),
            content=self._content.user_vectors(histories),
            text=self._text_users.user_vectors(histories) if self._text_users else None,
        )

    def encode_queries(self, queries: Sequence[Query]) -> UserVectors:
        """Vectors of the queries' histories, of what was asked for beside them and of what was written."""
        users = self.encode([query.history for query in queries])
        steers = [query.steer for query in queries]
        if any(map(any, steers)):
            users = users._replace(request=self.encode_steers(steers))
        wrote = [row for row, query in enumerate(queries) if len(query.said.places)]
        return self._with_texts(users, queries, wrote) if wrote else users

    def _with_texts(self, users: UserVectors, queries: Sequence[Query], wrote: Sequence[int]) -> UserVectors:
        """The vectors with the texts in the content of those rows."""
        users = users._replace(said=np.zeros_like(users.content))
        assert users.said is not None
        for row in wrote:
            vectors = self._content.user_vector(queries[row].history, queries[row].said)
            users.content[row], users.said[row] = vectors
        return users

    def encode_search(self, query: SearchQuery) -> Vectors:
        """Unit vector of what is looked for, float32 [1, text width].

        For somebody of whom anything is known it is (1 - w) q + w u, brought to unit length: q is that of
        the words, u the unit vector of the person's text history and w is `PERSONAL`.
        """
        words = self.encode_steers([query.steer])
        if not len(query.history.items) and not len(query.said.places):
            return words
        person = self.encode_queries([Query(query.history, said=query.said)]).content
        return _unit((1 - PERSONAL) * words + PERSONAL * _unit(person))

    def encode_steers(self, steers: Sequence[Steer]) -> Vectors:
        """Unit vectors in the space of the items' texts, float32 [steers, text width]; or zeros.

        The mean of the wanted texts and the liked items' texts, less `PUSH` times the mean of what is not
        wanted, in the manner of Rocchio's relevance feedback. Tastes and distastes that say nothing of the
        catalogue are left out.
        """
        vectors = np.zeros((len(steers), self._artefacts.text_vectors.shape[1]), np.float32)
        for row, steer in enumerate(steers):
            texts = [steer.text] if steer.text else []
            wanted = self._mean([*texts, *self._related(steer.tastes)], steer.liked)
            unwanted = [*steer.unwanted, *self._related(steer.distastes)]
            vectors[row] = wanted - PUSH * self._mean(unwanted, steer.disliked)
        return _unit(vectors)

    def are_related(self, texts: Sequence[str]) -> list[bool]:
        """Whether each of some texts that people wrote says something of this catalogue."""
        if not texts:
            return []
        released = self._released
        relations = released._related_texts.vectors(texts, released._relations)
        return [bool(relation) for relation in relations[:, 0]]

    def _relations(self, texts: Sequence[str]) -> Vectors:
        """Of each text 1 if it is related, else 0, float32 [texts, 1]."""
        return self._relatedness.are_related(self.encode_requests(texts))[:, None].astype(np.float32)

    def _related(self, texts: Sequence[str]) -> list[str]:
        return [text for text, related in zip(texts, self.are_related(texts), strict=True) if related]

    def _mean(self, texts: Sequence[str], items: Sequence[int]) -> Vectors:
        """Mean of the vectors of texts and of items' texts, [text width]; zeros for none."""
        known = self._artefacts.text_vectors[list(items)]
        vectors = np.concatenate([self.encode_requests(texts), known]) if texts else known
        mean: Vectors = vectors.sum(axis=0) / max(1, len(vectors))
        return mean

    def encode_items(self, items: Sequence[int]) -> Vectors:
        """Unit vectors of items in the sequence model's space, float32 [items, width]."""
        known = self._sequence.item_vectors
        if not len(self._overlay):
            return known[np.asarray(items, np.int64)]
        layers = LayeredArray(known, self._overlay.indices, self._overlay.item_vectors)
        return layers[np.asarray(items, np.int64)]

    def encode_live(self, rows: Sequence[LiveText]) -> LiveVectors:
        """Vectors of live items; what the release knows keeps the item vectors that behaviour gave it."""
        known_text, inputs = self._artefacts.text_vectors, self._sequence.item_inputs
        text = self._live_texts(rows, known_text)
        new = [row for row, live in enumerate(rows) if live.item_index >= len(known_text)]
        known = [row for row in range(len(rows)) if row not in set(new)]
        made = self._sequence.cold_inputs([rows[row].text or "" for row in new], text[new], known_text)
        indices = [rows[row].item_index for row in known]
        joined = []
        for members, cold in zip(inputs, made, strict=True):
            of_member = np.zeros((len(rows), members.shape[1]), np.float32)
            of_member[new], of_member[known] = cold, members[indices]
            joined.append(of_member)
        return LiveVectors(text, tuple(joined))

    def _live_texts(self, rows: Sequence[LiveText], known: Vectors) -> Vectors:
        """Unit vectors of the rows' texts, float32 [rows, text width]; only what is missing is encoded."""
        vectors = np.zeros((len(rows), known.shape[1]), np.float32)
        missing = []
        for row, live in enumerate(rows):
            if live.text is None:
                vectors[row] = known[live.item_index]
            elif live.vector is not None:
                vectors[row] = np.frombuffer(live.vector, np.float32)
            else:
                missing.append(row)
        if missing:
            vectors[missing] = self.encode_texts([rows[row].text or "" for row in missing])
        return vectors

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts such as items have, float32 [texts, text width]."""
        return self._released._encoder.encode(texts)  # read once for all overlays

    def encode_requests(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of what people look for, float32 [texts, text width]."""
        released = self._released
        return released._requests.vectors(texts, released._encoder.encode_queries)

    def warm(self) -> None:
        """Read everything now, so that no request has to wait for it."""
        self.encode([History(np.zeros(1, np.int32), np.zeros(1, np.int64))])
        self.are_related(["warm"])

    @cached_property
    def _sequence(self) -> LiveUserModel:
        return load_sequence(self._artefacts.folders.sequence)

    @cached_property
    def _content(self) -> MovingAverage:
        return MovingAverage(self._artefacts.text_vectors, self._artefacts.recency_rate)

    @cached_property
    def _text_users(self) -> TextUsers | None:
        """People by their text, where the release makes use of it."""
        artefacts = self._artefacts
        if USERS_AS_TEXT not in artefacts.sources:
            return None
        return TextUsers(
            artefacts.catalogue,
            artefacts.text_vectors,
            artefacts.users_as_text,
            reader=lambda: self._released._encoder,
            cache_bytes=self._cache_bytes,
        )

    @cached_property
    def _relatedness(self) -> Relatedness:
        """What tells texts about the catalogue from others."""
        return Relatedness(self._artefacts.text_vectors, self._encoder.encode_queries(everyday_texts()))

    @cached_property
    def _encoder(self) -> TextEncoder:
        from palate.encode.stored import open_encoder  # seconds, which histories alone can do without

        artefacts = self._artefacts
        return open_encoder(
            artefacts.folders.encoder, artefacts.encoder, artefacts.index.encoder_int8, gpu=self._gpu
        )


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, TINY)
    return unit
