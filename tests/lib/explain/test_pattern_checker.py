"""The checker reads what the patterns of a language write, and holds each claim against its subject."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.explain import Evidence, check, explanation_request, template_sentence, write_texts
from palate.explain.text.sentence_pack import sentence_languages, sentence_pack
from palate.explain.text.style import TextStyle
from palate.facts import FactSpan
from tests.support.worlds.explanations import VOCABULARY, evidence

DIRECTOR = {"de": "Regie:", "zh": "导演："}


def mixed(language: str) -> Evidence:
    """Aliens, because Alien was liked, Heat was watched and Big was watched and disliked."""
    found = evidence("Aliens", Alien="liked", Heat="neutral", Big="disliked")
    lead = DIRECTOR[language]
    recommended = found.recommended._replace(facts=(FactSpan("director", "James Cameron", 0, 13, lead),))
    alien, *others = found.supporting_items
    facts = (FactSpan("director", "Ridley Scott", 0, 12, lead),)
    alien = replace(alien, description=alien.description._replace(facts=facts))
    return Evidence(recommended, (alien, *others), language=language)


def reasons(language: str, sentence: str) -> str:
    return "; ".join(check(sentence, mixed(language), VOCABULARY).reasons)


@pytest.mark.parametrize(
    "sentence",
    [
        "Weil dir „Alien“ gefallen hat: ebenfalls Thriller, von 1986, Regie: James Cameron.",
        'Da du »Alien« mochtest und du "Heat" gesehen hast: auch Thriller und Action, aus dem Jahr 1986.',
        "„Aliens“ könnte dir gefallen, weil dir „Alien“ gut gefallen hat: War.",
        "Ausgewählt, weil du „Big“ gesehen hast, obwohl dir das nicht gefallen hat: Thriller.",
        "Ausgewählt, weil dir „Big“ nicht gefallen hat: Thriller.",
        "Weil du „Alien“ und „Heat“ gewählt hast: von 1986, Regie: James Cameron, ebenfalls Action.",
    ],
)
def test_true_german_sentence_passes(sentence: str) -> None:
    assert reasons("de", sentence) == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "因为你喜欢“Alien”，为你推荐这一项：同样属于Thriller，出自1986年，导演：James Cameron。",
        "你很喜欢「Alien」，还看过《Heat》，所以推荐这一项：也属于Thriller和Action，1986年推出。",
        "因为你喜欢“Alien”，“Aliens”也许适合你：属于War。",
        "你看过“Big”（虽然并不喜欢），所以推荐这一项：属于Thriller。",
        "因为你选过“Alien”和“Heat”，为你推荐这一项：同样属于Action。",
    ],
)
def test_true_chinese_sentence_passes(sentence: str) -> None:
    assert reasons("zh", sentence) == ""


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Weil dir „Alien 2“ gefallen hat: ebenfalls Thriller.", "names the title 'Alien 2'"),
        ("Weil dir „Casablanca“ gefallen hat: Thriller.", "names the title 'Casablanca'"),
        ("Weil dir „Alien!“ gefallen hat: ebenfalls Thriller.", "otherwise than the catalogue does"),
        ("Weil dir „Heat“ gefallen hat: ebenfalls Thriller.", "says that 'Heat' was liked"),
        ("Weil dir „Alien“ und „Heat“ gefallen haben: ebenfalls Thriller.", "says that 'Heat' was liked"),
        ("Weil dir „Alien“ nicht gefallen hat: Thriller.", "says that 'Alien' was disliked"),
        ("Weil du „Heat“ gesehen hast, obwohl dir das nicht gefallen hat: Thriller.", "'Heat' was disliked"),
        ("Weil du „Heat“ gekauft hast: ebenfalls Thriller.", "something else of 'Heat'"),
        ("Weil dir „Aliens“ gefallen hat: Thriller.", "says of 'Aliens', which is recommended"),
        (
            "„Alien“ könnte dir gefallen, weil du „Heat“ gesehen hast: Thriller.",
            "recommends the title 'Alien'",
        ),
        ("Weil dir „Alien“ gefallen hat: ebenfalls Thriller, von 1979.", "says '1979'"),
        ("Weil dir „Alien“ gefallen hat: ebenfalls Comedy.", "claims the category 'Comedy'"),
        ("Weil dir „Alien“ gefallen hat: Horror.", "'Horror' of what is recommended"),
        ("Weil dir „Alien“ gefallen hat: ebenfalls War.", "'War' of 'Alien'"),
        ("Weil dir „Alien“ gefallen hat: Thriller, Regie: Ridley Scott.", "says 'Regie: Ridley Scott'"),
        (
            "Weil dir „Alien“ gefallen hat: Thriller, Regie: Ann Other.",
            "Regie: Ann Other.', which cannot be",
        ),
        ("Weil dir „Alien“ gefallen hat: Thriller, Drehbuch: James Cameron.", "cannot be read"),
        ("Das haben viele gewählt: Thriller, von 1986.", "says that many people took it"),
        ("Ein Vorschlag: ebenfalls Thriller.", "is shared, but not with what"),
        ("Das ist ein Vorschlag aus dem Katalog.", "says nothing that the evidence holds"),
        (
            "Weil dir „Alien“ gefallen hat: Thriller, hilft gegen Kopfschmerzen.",
            "promises something ('hilft')",
        ),
        ("Weil deiner Schwester „Alien“ gefallen hat: Thriller.", "cannot be read"),
        ("Weil dir „Alien“ gefallen hat: der beste Thriller.", "cannot be read"),
        ("Weil dir „Alien“ gefallen hat: *Thriller*.", "cannot be read"),
        ("Weil dir „Alien“ gefallen hat: Thriller", "cannot be read"),
        ("Weil dir „Alien“ gefallen hat:\nThriller.", "control characters"),
        ("Because you liked Alien: another thriller.", "cannot be read"),
    ],
)
def test_untrue_or_unread_german_sentence_is_refused(sentence: str, reason: str) -> None:
    assert reason in reasons("de", sentence)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("因为你喜欢“Alien2”，为你推荐这一项：同样属于Thriller。", "names the title 'Alien2'"),
        ("因为你喜欢“Heat”，为你推荐这一项：同样属于Thriller。", "says that 'Heat' was liked"),
        ("因为你不喜欢“Alien”，为你推荐这一项：属于Thriller。", "says that 'Alien' was disliked"),
        ("因为你看过“Heat”（虽然并不喜欢），为你推荐这一项：属于Thriller。", "'Heat' was disliked"),
        ("因为你买过“Heat”，为你推荐这一项：属于Thriller。", "something else of 'Heat'"),
        ("因为你喜欢“Alien”，“Heat”也许适合你：属于Thriller。", "recommends the title 'Heat'"),
        ("因为你喜欢“Alien”，为你推荐这一项：出自1979年。", "says '1979'"),
        ("因为你喜欢“Alien”，为你推荐这一项：属于Comedy。", "claims the category 'Comedy'"),
        ("因为你喜欢“Alien”，为你推荐这一项：同样属于War。", "'War' of 'Alien'"),
        ("因为你喜欢“Alien”，为你推荐这一项：属于War，导演：Ridley Scott。", "导演：Ridley Scott"),
        ("很多人选择了它：属于War。", "says that many people took it"),
        ("因为你喜欢“Alien”，为你推荐这一项：属于War，有助于治疗失眠。", "promises something ('治疗')"),
        ("因为影评人喜欢“Alien”，为你推荐这一项：属于War。", "cannot be read"),
        ("因为你喜欢“Alien”，为你推荐这一项：获奖的Thriller。", "cannot be read"),
    ],
)
def test_untrue_or_unread_chinese_sentence_is_refused(sentence: str, reason: str) -> None:
    assert reason in reasons("zh", sentence)


PATTERNED = [name for name in sentence_languages() if sentence_pack(name).patterns]


@pytest.mark.parametrize("language", PATTERNED)
@given(year=st.integers(0, 9999).filter(lambda year: year != 1986))
def test_another_year_is_refused(language: str, year: int) -> None:
    sentence = template_sentence(mixed(language)).replace("1986", f"{year:04}")
    assert f"says '{year:04}'" in reasons(language, sentence)


@pytest.mark.parametrize("language", PATTERNED)
@given(text=st.text(max_size=120))
def test_any_text_gets_a_verdict(language: str, text: str) -> None:
    verdict = check(text, mixed(language), VOCABULARY)
    assert verdict.passed == (not verdict.reasons)


@pytest.mark.parametrize("language", PATTERNED)
@given(at=st.integers(0, 200), sign=st.sampled_from("aß不„“”,，:1 "))
def test_no_sign_can_be_added_unseen(language: str, at: int, sign: str) -> None:
    sentence = template_sentence(mixed(language))
    at %= len(sentence)
    changed = f"{sentence[:at]}{sign}{sentence[at:]}"
    assert changed == sentence or not check(changed, mixed(language), VOCABULARY).passed


@pytest.mark.parametrize("language", PATTERNED)
def test_long_row_of_reasons_is_refused_unread(language: str) -> None:
    sentence = template_sentence(mixed(language))
    start, title = sentence.split("“")[0], "„Alien“"
    text = f"{start}{title}{' und '.join([title] * 100)} gefallen haben: Thriller."
    assert "words, more than 40" in reasons(language, text)


@pytest.mark.parametrize("language", PATTERNED)
def test_sentence_of_more_words_than_wanted_is_refused(language: str) -> None:
    found = mixed(language)
    sentence = template_sentence(found)
    assert check(sentence, found, VOCABULARY, words=40).passed
    assert any(
        "words, more than 5" in reason for reason in check(sentence, found, VOCABULARY, words=5).reasons
    )


@pytest.mark.parametrize("language", PATTERNED)
def test_template_stands_in_for_what_cannot_be_read(language: str) -> None:
    request = explanation_request("1", mixed(language), VOCABULARY)

    def write(prompts: object, seed: int, again: object) -> None:
        for _ in range(2):
            again(0, "Since Alien is so good, you will adore this.")  # type: ignore[operator]

    (text,) = write_texts([request], write, constrained=False)
    assert (text.text, text.source) == (template_sentence(mixed(language)), "template")
    assert "cannot be read" in text.rejected[0].reasons[0]


@pytest.mark.parametrize("language", PATTERNED)
def test_prompt_asks_for_the_language_with_examples_and_the_tone(language: str) -> None:
    style = TextStyle(words=32, tone="Be warm.")
    prompt = explanation_request("1", mixed(language), VOCABULARY, style).prompt
    pack = sentence_pack(language)
    assert f"one sentence of {pack.name}, 20 words at the most" in prompt
    assert all(example in prompt for example in pack.examples)
    assert "alone. Be warm.\n<evidence>" in prompt


def test_examples_of_prompts_fit_the_patterns() -> None:
    for language in PATTERNED:
        for example in sentence_pack(language).examples:
            assert "cannot be read" not in reasons(language, _in_this_catalogue(example))


def _in_this_catalogue(example: str) -> str:
    """An example with categories that the catalogue of this test has."""
    for theirs, ours in {"Krimi": "Crime", "悬疑": "Crime", "剧情": "Drama"}.items():
        example = example.replace(theirs, ours)
    return example
