"""Every permitted sentence passes the checker, whatever the catalogue is of."""

from __future__ import annotations

import json
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.config.rerank import ColumnsConfig
from palate.explain import (
    Descriptions,
    Evidence,
    Sentiment,
    SupportingItem,
    Vocabulary,
    check,
    explanation_prompt,
    template_sentence,
    true_sentences,
)
from palate.explain.evidence.serialisation import evidence_json, evidence_of
from palate.explain.sentences.phrase_tree import sample
from tests.support.worlds.explanations import FILMS, VOCABULARY, evidence

OPINIONS = st.sampled_from(["liked", "neutral", "disliked"])
OTHERS = [title for title in FILMS if title != "Aliens"]
BOOKS = pa.table(
    {
        "item": ["1", "2", "3"],
        "title": ['The "Raven" & Other Poems', "Ödön's Garten", "Dune"],
        "subjects": ["Poetry|Gothic", "", "Science Fiction"],
        "author": ["Edgar Allan Poe", "", "Frank Herbert"],
    }
)
TRACKS = pa.table({"item": ["1", "2"], "title": ["Paranoid Android", "99 Luftballons"]})


@given(
    recommended=st.sampled_from(list(FILMS)),
    history=st.dictionaries(
        st.sampled_from(OTHERS), st.sampled_from(["liked", "neutral", "disliked"]), max_size=3
    ),
    popular=st.booleans(),
    seed=st.integers(0, 99),
)
def test_permitted_sentences_pass_the_checker(
    recommended: str, history: dict[str, str], popular: bool, seed: int
) -> None:
    known = evidence(recommended, popular=popular, **{k: v for k, v in history.items() if k != recommended})
    sentence = sample(true_sentences(known), Random(seed))
    assert check(sentence, known, VOCABULARY).reasons == ()


@pytest.mark.parametrize(
    ("catalogue", "columns", "facts", "noun"),
    [
        (BOOKS, ColumnsConfig(category="subjects", category_separator="|"), ("author",), "book"),
        (TRACKS, ColumnsConfig(), (), "track"),
    ],
    ids=["books with authors", "tracks without categories"],
)
def test_other_catalogues_have_true_sentences_too(
    catalogue: pa.Table, columns: ColumnsConfig, facts: tuple[str, ...], noun: str
) -> None:
    descriptions, vocabulary = Descriptions.of(catalogue, columns, facts), Vocabulary.of(catalogue, columns)
    for place, recommended in enumerate(descriptions.items):
        other = descriptions.items[place - 1]
        supporting_item = SupportingItem(
            item=place - 1,
            description=other,
            influence=1.0,
            sentiment=Sentiment.LIKED,
            verb="read",
            shared=(),
        )
        for supporting_items in ((), (supporting_item,)):
            known = Evidence(recommended, supporting_items, noun=noun)
            texts = {sample(true_sentences(known), Random(seed)) for seed in range(20)}
            for text in (*texts, template_sentence(known)):
                assert check(text, known, vocabulary).reasons == (), text
            assert recommended.title.split()[0].strip('"') in explanation_prompt(known)


def test_evidence_survives_being_kept_as_json() -> None:
    known = evidence("Aliens", popular=True, Alien="liked", Heat="disliked")
    assert evidence_of(evidence_json(known)) == known


def test_supporting_items_are_read_by_either_name_and_written_by_that_of_stored_texts() -> None:
    reasons = evidence("Aliens", Alien="liked")
    written = json.loads(evidence_json(reasons))
    assert "carriers" in written
    assert "supporting_items" not in written
    written["supporting_items"] = written.pop("carriers")
    assert evidence_of(json.dumps(written)) == reasons


def texts_on(known: Evidence) -> set[str]:
    return {sample(true_sentences(known), Random(seed)) for seed in range(500)}


def test_sentence_speaks_of_what_is_shared_where_something_is() -> None:
    texts = texts_on(evidence("She's the One", Big="liked"))
    assert all("comedy" in text for text in texts)
    assert any("romance" in text for text in texts_on(evidence("She's the One", Alien="liked")))


def test_another_has_a_year_only_where_all_are_of_that_year() -> None:
    texts = texts_on(evidence("Aliens", Alien="liked"))
    assert any("from 1986" in text for text in texts)
    assert not any("another" in text and "from 1986" in text for text in texts)
    texts = texts_on(evidence("Heat", **{"Seven (Se7en)": "liked"}))
    assert any("another" in text and "from 1995" in text for text in texts)


def test_kind_that_all_share_is_another_one_unless_it_has_a_year() -> None:
    texts = texts_on(evidence("Aliens", Alien="liked"))
    assert any("another thriller" in text for text in texts)
    assert any("a thriller from 1986" in text for text in texts)
    assert not any(text.endswith(": a thriller.") for text in texts)


def test_category_alone_has_its_year_beside_it() -> None:
    texts = texts_on(evidence("Casablanca", Alien="liked"))
    assert any("a drama from 1942" in text for text in texts)
    assert not any(" a drama." in text or " a drama," in text for text in texts)


def test_mood_stands_before_two_categories_at_most() -> None:
    texts = texts_on(evidence("Aliens", Alien="liked"))
    assert any("tense action thriller" in text for text in texts)
    assert any("action science-fiction thriller" in text for text in texts)
    assert not any("tense action science-fiction thriller" in text for text in texts)
