"""Words of any script: folded alike however they are written, and split where their script parts them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.words import fold, split_words

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2)


@pytest.mark.parametrize(
    ("written", "alike"),
    [
        ("AMÉLIE", "amelie"),
        ("Ame\u0301lie", "amelie"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("ﬁlm", "film"),
        ("ＡＢＣ１２", "abc12"),
        ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
        ("co\u00adoperate", "cooperate"),
        ("Ёж", "еж"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
    ],
)
def test_ways_of_writing_one_word_are_folded_alike(written: str, alike: str) -> None:
    assert fold(written) == fold(alike)


@pytest.mark.parametrize(("one", "other"), [("が", "か"), ("हिन्दी", "हनद"), ("กี่", "ก"), ("ø", "o")])
def test_signs_that_tell_words_apart_are_kept(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(TEXTS)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_canonically_equal_texts_have_the_same_words(text: str) -> None:
    decomposed, composed = unicodedata.normalize("NFD", text), unicodedata.normalize("NFC", text)
    assert split_words(decomposed) == split_words(composed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("…!? _", []),
        ("Don't: Sci-Fi, 2001", ["don", "t", "sci", "fi", "2001"]),
        ("Größenwahn für Anfänger", ["großenwahn", "fur", "anfanger"]),
        ("星际旅行", ["星际", "际旅", "旅行"]),
        ("流浪地球2 (2023年)", ["流浪", "浪地", "地球", "2", "2023", "年"]),
        ("iPhone手机", ["iphone", "手机"]),
        ("スター・ウォーズ", ["スタ", "ター", "ウォ", "ォー", "ーズ"]),
        ("한국 영화", ["한국", "영화"]),
        ("हिन्दी फ़िल्म", ["हिन्दी", "फ़िल्म"]),
    ],
)
def test_words_are_split_as_their_script_parts_them(text: str, words: list[str]) -> None:
    assert split_words(text) == [fold(word) for word in words]


@given(TEXTS, TEXTS)
def test_a_space_parts_words_in_every_script(first: str, second: str) -> None:
    assert split_words(f"{first} {second}") == split_words(first) + split_words(second)


@given(st.text(), HAN, st.text())
def test_what_is_looked_for_is_split_as_it_is_within_a_text(before: str, sought: str, after: str) -> None:
    assert set(split_words(sought)) <= set(split_words(before + sought + after))


@given(st.lists(st.text("abcxyz019", min_size=1)))
def test_plain_words_come_out_as_they_are(words: list[str]) -> None:
    assert split_words(", ".join(words)) == words
