"""What somebody searched for, wrote or struck is said in every language; the checker passes nothing else."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pyarrow as pa
import pytest

from palate.config import ColumnsConfig
from palate.explain import (
    Descriptions,
    Evidence,
    StatedReason,
    Vocabulary,
    check,
    explanation_prompt,
    template_sentence,
    true_sentences,
)
from palate.explain.evidence.serialisation import evidence_json, evidence_of
from palate.explain.sentences.phrase_tree import sample
from palate.explain.text.sentence_pack import sentence_languages
from palate.explain.text.stated_phrases import LONGEST_EXCERPT, excerpt
from palate.stated.parts import FILTERS, REQUEST, STRUCK_LINE, WRITTEN_LINE
from tests.support.worlds.attacks import ATTACKS
from tests.support.worlds.explanations import VOCABULARY, evidence

SEARCH = StatedReason("search", "slow-burning: space horror!?", 1.0)
STATED = [
    SEARCH,
    StatedReason("review", "Heals like Heat, which I loved. “Great” *film* <b>", 1.0),
    StatedReason("question", "is there a drama", 1.0),
    StatedReason("anything", "太空恐怖片", 1.0),
    StatedReason(WRITTEN_LINE, "less war, I watch with children", 1.0),
    StatedReason(STRUCK_LINE, "drama, romance", 1.0),
    StatedReason(REQUEST, "no horror, before 1990", 1.0),
    StatedReason(FILTERS, "", 1.0),
]
PEOPLE = [evidence("Aliens"), evidence("Aliens", Alien="liked"), evidence("Aliens", Heat="disliked")]


def with_stated(found: Evidence, *stated: StatedReason, language: str = "en") -> Evidence:
    return replace(found, stated=stated, language=language)


@pytest.mark.parametrize("language", sentence_languages())
@pytest.mark.parametrize("stated", STATED, ids=lambda one: one.kind)
def test_every_sentence_about_it_passes_the_checker(stated: StatedReason, language: str) -> None:
    for found in PEOPLE:
        told = with_stated(found, stated, language=language)
        sentences = [sample(true_sentences(told), Random(number)) for number in range(20)]
        for sentence in (template_sentence(told), *sentences):
            verdict = check(sentence, told, VOCABULARY)
            assert verdict.passed, (sentence, verdict.reasons)
            assert excerpt(stated.text)[:4].casefold() in sentence.casefold()


def test_it_stands_beside_what_was_done() -> None:
    told = with_stated(evidence("Aliens", Alien="liked"), SEARCH)
    assert template_sentence(told).startswith(
        "Because you searched for “slow-burning: space horror” and liked Alien: another action "
    )
    german = template_sentence(replace(told, language="de"))
    assert german.startswith(
        "Weil du nach „slow-burning: space horror“ gesucht hast und dir „Alien“ gefallen"
    )
    chinese = template_sentence(replace(told, language="zh"))
    assert chinese.startswith("因为你搜索过“slow-burning: space horror”，也喜欢“Alien”，")


@pytest.mark.parametrize("language", sentence_languages())
def test_a_shop_says_it_in_the_same_words(language: str) -> None:
    table = pa.table(
        {"item": ["a", "b"], "title": ["Rose Balm", "Night Serum"], "kind": ["Lip care", "Serum"]}
    )
    columns = ColumnsConfig(category="kind")
    shop, balm = Vocabulary.of(table, columns, ["product"]), Descriptions.of(table, columns).items[0]
    search = StatedReason("search", "something for dry lips that heals", 1.0)
    told = Evidence(balm, stated=(search,), noun="product", language=language)
    for sentence in (
        template_sentence(told),
        *(sample(true_sentences(told), Random(number)) for number in range(20)),
    ):
        verdict = check(sentence, told, shop)
        assert verdict.passed, (sentence, verdict.reasons)
    said = template_sentence(told)
    assert not check(f"{said[:-1]} and it heals{said[-1]}", told, shop).passed


@pytest.mark.parametrize(
    "sentence",
    [
        "Because you searched for “cosy romance”: a thriller.",
        "Because critics searched for “slow-burning: space horror”: a thriller.",
        "Because you never searched for “slow-burning: space horror”: a thriller.",
        "Because you searched for “slow-burning: space horror” and Alien: a thriller.",
        "Because you searched for “slow-burning: space horror” and liked Heat: a thriller.",
        "Because you wrote “slow-burning: space horror”: a thriller.",
        "Because you searched for “slow-burning: space horror”: a comedy.",
        "Because you struck “slow-burning: space horror” from your profile: a thriller.",
        "Because you searched for “slow-burning: space horror” and filtered the list: a thriller.",
    ],
)
def test_what_was_not_said_so_is_refused(sentence: str) -> None:
    told = with_stated(evidence("Aliens", Alien="liked"), SEARCH)
    assert not check(sentence, told, VOCABULARY).passed


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Weil du nach „Liebesfilm“ gesucht hast: Action und Thriller."),
        ("de", "Weil du „slow-burning: space horror“ geschrieben hast: Action und Thriller."),
        ("de", "Weil du nach „slow-burning: space horror“ gesucht hast: ebenfalls Action und Thriller."),
        ("zh", "因为你搜索过“爱情片”，为你推荐这一项：属于Action和Thriller。"),
        ("zh", "因为你写过“slow-burning: space horror”，为你推荐这一项：属于Action和Thriller。"),
    ],
)
def test_what_was_not_said_so_is_refused_by_patterns_too(language: str, sentence: str) -> None:
    assert not check(sentence, with_stated(evidence("Aliens"), SEARCH, language=language), VOCABULARY).passed


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_of_a_user_breaks_out_of_a_sentence_or_a_prompt(attack: str) -> None:
    told = with_stated(evidence("Aliens", Alien="liked"), StatedReason("review", attack, 1.0))
    sentence = template_sentence(told)
    assert "\n" not in sentence
    assert not {"<", ">", "[", "]", "{", "}", "|"} & set(sentence)
    prompt = explanation_prompt(told)
    assert prompt.count("<evidence>") == prompt.count("</evidence>") == 1
    assert "\n".join(prompt.split("\n")[1:-1]).count("\n") == 3


def test_a_long_text_is_cut_between_words() -> None:
    text = "a quiet film about a lighthouse keeper and the sea, with little talk and much weather"
    assert excerpt(text) == "a quiet film about a lighthouse keeper and the sea, with…"
    assert len(excerpt("x" * 200)) == LONGEST_EXCERPT + 1


def test_a_text_without_a_word_is_not_named_and_what_was_said_is_what_a_text_rests_on() -> None:
    silent = with_stated(evidence("Aliens"), StatedReason("review", "!!!", 1.0))
    assert not silent.is_personal
    told = with_stated(evidence("Aliens"), SEARCH)
    assert told.rests_on() != evidence("Aliens").rests_on()
    assert told.rests_on() == with_stated(evidence("Aliens"), SEARCH._replace(influence=9.0)).rests_on()


def test_evidence_with_it_is_stored_and_read_again() -> None:
    told = with_stated(evidence("Aliens", Alien="liked"), SEARCH, STATED[-1])
    assert evidence_of(evidence_json(told)) == told
