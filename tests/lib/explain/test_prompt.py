"""Whatever a title holds, it stays data: in the prompt, in the template and for the checker."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.config import ExplainConfig
from palate.explain import (
    Evidence,
    Sentiment,
    Vocabulary,
    check,
    explanation_prompt,
    explanation_request,
    safe,
    template_sentence,
)
from palate.explain.generate.prompt import CLOSE, OPEN
from palate.explain.text.instructions import INSTRUCTIONS
from palate.explain.text.prompt_guard import MAX_TEXT
from palate.explain.text.sanitising import LOOK_ALIKES, one_line
from palate.explain.text.style import TextStyle
from tests.support.worlds.attacks import ATTACKS
from tests.support.worlds.explanations import (
    BY_TITLE,
    COLUMNS,
    FILMS,
    VOCABULARY,
    catalogue_of,
    evidence,
    supporting_item,
)

BENIGN = "Plain Title"
ATTACKED = Vocabulary.of(
    catalogue_of(FILMS | {attack: ("1999", "Comedy") for attack in ATTACKS if "\ud800" not in attack}),
    COLUMNS,
)


def attacked(title: str, sentiment: Sentiment = Sentiment.NEUTRAL) -> Evidence:
    recommended = BY_TITLE["Aliens"]._replace(title=title)
    return Evidence(
        recommended, (supporting_item("Alien", recommended), supporting_item(title, recommended, sentiment))
    )


def structure(prompt: str) -> list[str]:
    """The prompt without what is in quotation marks."""
    return ['"'.join(line.split('"')[::2]) for line in prompt.split("\n")]


def test_there_are_fifty_attacks() -> None:
    assert len(set(ATTACKS)) == 50


def test_prompt_holds_the_evidence_between_its_delimiters() -> None:
    prompt = explanation_prompt(evidence("Aliens", Alien="liked", Heat="neutral", popular=True))
    instructions, data = prompt.split(OPEN)
    assert instructions.strip() == INSTRUCTIONS
    assert data.strip().endswith(CLOSE)
    for line in (
        'recommended: "Aliens"; category "action", "science fiction", "thriller", "war"; year "1986"',
        'history 1, liked: "Alien"; shares category "action", "science fiction", "thriller"',
        'history 2, neutral: "Heat"; action "watched"; shares category "action", "thriller"',
        "popular: yes",
    ):
        assert line in data.split("\n")


def test_what_was_disliked_is_offered_as_a_reason_with_what_was_done() -> None:
    prompt = explanation_prompt(evidence("Aliens", Alien="liked", Heat="disliked"))
    assert 'history 2, disliked: "Heat"; action "watched"' in prompt


def test_tone_and_length_of_a_configuration_are_asked_for_and_checked() -> None:
    found = evidence("Aliens", Alien="liked")
    style = TextStyle.of(ExplainConfig(words=16, tone="Be warm, but plain."))
    request = explanation_request("1", found, VOCABULARY, style)
    assert "10 words at the most" in request.prompt
    assert request.prompt.split(OPEN)[0].endswith("alone. Be warm, but plain.\n")
    long = "Because you liked Alien, here is something that might suit you too: an action thriller from 1986."
    assert request.verdict(long).reasons == ("has 17 words, not 4 to 16",)
    assert request.verdict(request.template).passed
    assert explanation_request("1", found, VOCABULARY).verdict(long).passed


def test_sentence_of_another_language_is_no_more_than_words_to_be_refused() -> None:
    found = evidence("Aliens", Alien="liked")
    assert not check("Weil dir „Alien“ gefallen hat: ebenfalls Thriller, von 1986.", found, VOCABULARY).passed


@pytest.mark.parametrize("language", ["de", "zh"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_stays_within_its_quotation_marks(attack: str, language: str) -> None:
    found = replace(attacked(attack), language=language)
    sentence = template_sentence(found)
    assert one_line(sentence) == sentence
    assert not set(LOOK_ALIKES).intersection(sentence)
    assert check(sentence, found, ATTACKED).passed


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_leaves_the_structure_of_the_prompt(attack: str) -> None:
    prompt = explanation_prompt(attacked(attack))
    if safe(attack) and any(sign.isalnum() for sign in safe(attack)):
        assert structure(prompt) == structure(explanation_prompt(attacked(BENIGN)))
    assert (prompt.count(OPEN), prompt.count(CLOSE)) == (1, 1)
    assert prompt.startswith(f"{INSTRUCTIONS}\n{OPEN}\n")
    assert prompt.endswith(f"\n{CLOSE}")
    prompt.encode("utf-8")


@pytest.mark.parametrize("attack", ATTACKS)
def test_template_survives_attack_and_the_checker_lets_it_through(attack: str) -> None:
    sentence = template_sentence(attacked(attack))
    assert one_line(sentence) == sentence
    assert not set(sentence) & set("<>[]{}|`")
    assert check(sentence, attacked(attack), ATTACKED).reasons == ()


@pytest.mark.parametrize("attack", ATTACKS)
def test_checker_refuses_an_attack_as_an_answer(attack: str) -> None:
    assert not check(safe(attack), evidence("Aliens", Alien="liked"), ATTACKED).passed
    assert not check(attack, attacked(attack), ATTACKED).passed


@pytest.mark.parametrize(
    "answer",
    [
        "You loved Alien, and HACKED.",
        "Because you liked Alien: visit evil dot com.",
        "Because you liked Alien: this film won eleven Oscars in 1997.",
        "Because you liked Alien: Stanley Kubrick made this one.",
        "Because you liked Alien: try The Godfather instead of this one.",
        "Arr, because ye be liking Alien, matey, here be treasure!\nArr!",
        "Parce que tu as aimé Alien, voici un autre titre.",
    ],
)
def test_checker_refuses_what_an_obedient_model_would_answer(answer: str) -> None:
    assert not check(answer, evidence("Aliens", Alien="liked"), ATTACKED).passed


@given(st.text(max_size=400))
def test_safe_text_is_one_short_line_without_delimiters_and_stays_as_it_is(text: str) -> None:
    found = safe(text)
    assert len(found) <= MAX_TEXT
    assert not set(found) & set(LOOK_ALIKES)
    assert one_line(found) == found
    assert safe(found) == found


def test_safe_text_keeps_an_honest_title() -> None:
    for title in ("Amélie", "M*A*S*H", "What's Eating Gilbert Grape?", "千と千尋の神隠し"):
        assert safe(title) == title
