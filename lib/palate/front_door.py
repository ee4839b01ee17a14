"""Recommender facade: one opened release, asked by user id, title or free text.

`palate.open_release` makes one:

    release = palate.open_release("runs/releases")
    release.recommend(user="42", k=10)
    release.recommend(history=["Alien", "Heat"], filters={"deny": "Horror"})
    release.session(user="42").say("shorter, no horror")
    release.similar("Alien")
    release.search("slow-burning space horror")
    release.explain("Alien", user="42").text
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, Unpack

import numpy as np

from palate.config.explain import InfluenceMethod
from palate.config.load import checked
from palate.conversation.session import Session
from palate.data.histories import History
from palate.errors import PalateError
from palate.explain import (
    Evidence,
    TextRequest,
    WrittenText,
    explanation_request,
    write_texts,
)
from palate.explain.evidence.reader import EvidenceReader
from palate.explain.picture.page import render_picture
from palate.explain.picture.picture import picture_of
from palate.language.load import load_language_model
from palate.live.said import MOST_SAID
from palate.rank.rules import Rules
from palate.recommender.artefacts import Artefacts
from palate.recommender.query import Query
from palate.recommender.recommendations import Recommendations
from palate.recommender.recommender import Recommender
from palate.release import Release
from palate.shelves.local_shelves import ItemShelf, item_shelves
from palate.stated.list_inputs import ListInputs
from palate.stated.parts import Stated
from palate.stated.written import NOTHING_ASKED, read_line
from palate.steering import Steering

if TYPE_CHECKING:
    from palate.language.model import LanguageModel

Name = str | int
"""An id, which may be given as a number; of an item also its title, or a part that only one title has."""
Filters = Rules | Mapping[str, Any]
"""The fields of `Rules` by name, such as `{"deny": "Horror", "per_category": 2}`."""


SAID_TEXT = "text"
"""Kind of what was said in a call of Python, which does not tell searches from reviews."""


class Wishes(TypedDict, total=False):
    """What a list is made of beside the history, as in `OpenRelease.recommend`."""

    filters: Filters | None
    query: str
    said: Sequence[str]
    profile: Sequence[str]


class ItemExplanation(NamedTuple):
    """Why an item is something for somebody."""

    item: str
    """The item's id."""
    title: str
    text: str
    """One sentence, in the language of `explain.language`."""
    source: str
    """`template`, or `own` or `retry` where a language model wrote: at its first or second attempt."""
    evidence: Evidence
    """All that the sentence may say."""

    def __str__(self) -> str:
        return self.text


class OpenRelease:
    """The answers of one release. Its parts are read when they are first needed, and kept.

    Whoever it is for is either a `user` of the release or somebody new with a `history` of items that
    they liked, oldest first; `PalateError` for both or neither, and for a user or an item that the
    release does not know.
    """

    def __init__(self, release: Release) -> None:
        """Take a release whose checksums are verified."""
        self.release = release
        self.recommender = Recommender(Artefacts.of(release))

    def __repr__(self) -> str:
        items = len(self.recommender.catalogue)
        return f"<release {self.release.manifest.id}: {items:,} items, method {self.release.manifest.method}>"

    def recommend(
        self,
        *,
        user: Name | None = None,
        history: Sequence[Name] | None = None,
        k: int = 10,
        filters: Filters | None = None,
        query: str = "",
        said: Sequence[str] = (),
        profile: Sequence[str] = (),
    ) -> Recommendations:
        """The best `k` items for somebody who has touched none of them.

        Without a history, `[]`, the most popular items. Fewer than `k` where filters leave no more. A `query`
        steers the list in words: "like Heat, no horror, before 1990"; `understood` tells how it was read.
        What they `said` lately, oldest first, such as searches and reviews, draws it a little.
        `profile` holds lines that the person wrote of themselves: "I watch with children now, less war".
        `PalateError` for a filter that there is not.
        """
        plain = self._list_query(user, history, k=k, filters=filters)
        inputs = self._list_inputs(plain, query=query, said=said, profile=profile)
        return Recommendations(self.recommender.listed(inputs.without()))

    def _list_query(
        self, user: Name | None, history: Sequence[Name] | None, *, k: int, filters: Filters | None
    ) -> Query:
        """What is asked for a user of the release, or for somebody new."""
        if user is None:
            return self.recommender.history_query(_liked(history), k, _rules(filters))
        _refuse_both(history)
        return self.recommender.user_query(str(user), k, _rules(filters))

    def _list_inputs(
        self, plain: Query, *, query: str, said: Sequence[str], profile: Sequence[str]
    ) -> ListInputs:
        """A list with what its owner said and wrote of themselves, and what is asked for in words."""
        reader = self.recommender.reader if profile else None
        return ListInputs(
            plain._replace(said=self.recommender.said(said, len(plain.history.items))),
            said=tuple(Stated(SAID_TEXT, text) for text in said[-MOST_SAID:]),
            written=tuple(read_line(line, reader) for line in profile) if reader else (),
            asked=self.understood(query) if query else NOTHING_ASKED,
            request=query,
        )

    def session(
        self,
        *,
        user: Name | None = None,
        history: Sequence[Name] | None = None,
        k: int = 10,
        filters: Filters | None = None,
    ) -> Session:
        """A list that is refined in turns: "shorter", "more like the second one", "why not Alien?"."""
        return Session(self.recommender, self._list_query(user, history, k=k, filters=filters))

    def shelves(
        self,
        *,
        user: Name | None = None,
        history: Sequence[Name] | None = None,
        most: int = 6,
        k: int = 10,
        language: str = "en",
    ) -> list[ItemShelf]:
        """At most `most` rows for a home page, "Thriller, after Fargo", of at most `k` items each.

        A title is true of every item of its row, and no item is in two rows.
        """
        query = self._list_query(user, history, k=k, filters=None)
        return item_shelves(self.recommender, query, most=most, size=k, language=language)

    def understood(self, query: str) -> Steering:
        """What a query in words asks for: its constraints, each with its words, and the rest."""
        return self.recommender.read(query)

    def similar(self, item: Name, k: int = 10) -> Recommendations:
        """The `k` items most like this one, by text and by behaviour; the scores are cosines."""
        return Recommendations(self.recommender.similar(str(item), k))

    def search(
        self,
        text: str,
        k: int = 10,
        *,
        user: Name | None = None,
        history: Sequence[Name] | None = None,
    ) -> Recommendations:
        """The `k` items whose texts are most like this one, by meaning and by words.

        The same for everybody, or for somebody: then their history counts as 1 part in 5.
        """
        if user is None and history is None:
            return Recommendations(self.recommender.search(text, k))
        return Recommendations(self.recommender.search(text, k, self._query(user, history).history))

    def explain(
        self,
        item: Name,
        *,
        user: Name | None = None,
        history: Sequence[Name] | None = None,
        language_model: bool = False,
        language: str | None = None,
        influence: InfluenceMethod | None = None,
        **wishes: Unpack[Wishes],
    ) -> ItemExplanation:
        """A true sentence that says why, and the evidence for it; see `explain_items`."""
        return self.explain_items(
            [item],
            user=user,
            history=history,
            language_model=language_model,
            language=language,
            influence=influence,
            **wishes,
        )[0]

    def explain_items(
        self,
        items: Sequence[Name],
        *,
        user: Name | None = None,
        history: Sequence[Name] | None = None,
        language_model: bool = False,
        language: str | None = None,
        influence: InfluenceMethod | None = None,
        **wishes: Unpack[Wishes],
    ) -> list[ItemExplanation]:
        """An explanation of each item, in their order, whether or not the release would recommend it.

        It is of the list that `recommend` gives with the same `wishes`: filters, a query, what was said, a
        profile. A template makes the sentence out of the evidence, and nothing else is in it. With
        `language_model` the model that the release was configured with writes, which takes half a minute to
        start, and the template stands in for what the checker refuses. The `language` (`en`, `de`, `zh`) is
        that of `explain.language` where none is given, and `influence` that of `explain.influence`;
        `PalateError` for a language that there is not.
        """
        inputs = self._explained_inputs(user, history, wishes)
        reader = self._evidence_reader.by(influence)
        indices = self.recommender.catalogue.indices([str(item) for item in items])
        evidence = reader.evidence(inputs, indices) if len(indices) else []
        if language is not None:
            evidence = [replace(found, language=language) for found in evidence]
        ids = [self.recommender.catalogue.items[index] for index in indices]
        requests = [
            explanation_request(id_, found, reader.vocabulary, reader.style)
            for id_, found in zip(ids, evidence, strict=True)
        ]
        texts = self._written(requests) if language_model else [_template(request) for request in requests]
        return [
            ItemExplanation(
                id_, title=found.recommended.title, text=text.text, source=text.source, evidence=found
            )
            for id_, found, text in zip(ids, evidence, texts, strict=True)
        ]

    def explanation_page(
        self,
        item: Name,
        *,
        user: Name | None = None,
        history: Sequence[Name] | None = None,
        explanation: ItemExplanation | None = None,
        **wishes: Unpack[Wishes],
    ) -> str:
        """An explanation as an HTML page, which needs no network: which events and sources carried the item,
        and what would have been in its place without them.

        What `explain` has given for the same item, person and wishes need not be worked out again.
        """
        why = explanation or self.explain(item, user=user, history=history, **wishes)
        inputs = self._explained_inputs(user, history, wishes)
        index = self.recommender.catalogue.index(str(item))
        picture = picture_of(self._evidence_reader.recommender, inputs, index, why.evidence)
        whom = "" if user is None else str(user)
        return render_picture(picture, why.text, self.recommender.catalogue.titles, whom)

    def _explained_inputs(
        self, user: Name | None, history: Sequence[Name] | None, wishes: Wishes
    ) -> ListInputs:
        """The list that is explained, whose history, if it is no user's, was liked."""
        plain = self._query(user, history)._replace(rules=_rules(wishes.get("filters")))
        return self._list_inputs(
            plain,
            query=wishes.get("query", ""),
            said=wishes.get("said", ()),
            profile=wishes.get("profile", ()),
        )

    def _query(self, user: Name | None, history: Sequence[Name] | None) -> Query:
        """The list for a user of the release, or for somebody new who liked the items of `history`."""
        if user is not None:
            _refuse_both(history)
            return self.recommender.user_query(str(user))
        items = self.recommender.catalogue.indices(_liked(history))
        order = np.arange(len(items), dtype=np.int64)
        return self.recommender.query(History(items, order, np.full(len(items), "like")), 10)

    def _written(self, requests: Sequence[TextRequest]) -> list[WrittenText]:
        constrained = self.recommender.artefacts.explain.language_model.constrained
        return write_texts(requests, self._language_model.write, constrained) if requests else []

    @cached_property
    def _evidence_reader(self) -> EvidenceReader:
        return EvidenceReader(self.recommender)

    @cached_property
    def _language_model(self) -> LanguageModel:
        return load_language_model(self.recommender.artefacts.explain.language_model)


def _rules(filters: Filters | None) -> Rules:
    if isinstance(filters, Rules):
        return filters
    return checked(Rules, dict(filters or {}), "The filters do not fit")


def _liked(history: Sequence[Name] | None) -> list[str]:
    """Names of the history's items; `PalateError` where there is none, or a text in place of a list."""
    if history is None or isinstance(history, str):
        raise PalateError(
            'Say for whom: user="42" for a user of the release, or for somebody new what they liked, '
            'as a list of ids or titles: history=["Alien", "Heat"]'
        )
    return [str(item) for item in history]


def _refuse_both(history: Sequence[Name] | None) -> None:
    if history is not None:
        raise PalateError("Give either a user or a history, not both; the release has the user's history")


def _template(request: TextRequest) -> WrittenText:
    return WrittenText(request.template, "template", ())
