"""What is written is the model's first answer, its second one, or the template; and each says which."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from palate.explain import TextRequest, explanation_request, write_texts
from palate.explain.generate.writer import unanswered
from palate.language import Prompt, Refusal
from palate.language.prompt import Again
from tests.support.worlds.explanations import VOCABULARY, evidence

GOOD, BAD = "Because you liked Alien, here is a war film.", "You liked Casablanca."


def requests(count: int = 1) -> list[TextRequest]:
    return [explanation_request(str(n), evidence("Aliens", Alien="liked"), VOCABULARY) for n in range(count)]


class Answers:
    """Answers each prompt from a script of its own, and remembers what it was asked."""

    def __init__(self, *scripts: Sequence[str | Refusal]) -> None:
        self.scripts = scripts
        self.asked: list[Prompt] = []

    def __call__(self, prompts: Sequence[Prompt], seed: int, again: Again) -> None:
        for number, prompt in enumerate(prompts):
            asked: Prompt | None = prompt
            for answer in self.scripts[number]:
                assert asked is not None, "was asked for too little"
                self.asked.append(asked)
                asked = again(number, answer)
            assert asked is None, "was asked for too much"


def test_each_text_says_where_it_comes_from() -> None:
    write = Answers([GOOD], [BAD, GOOD], [BAD, BAD])
    first, second, third = write_texts(requests(3), write, constrained=True)
    assert (first.text, first.source, first.rejected) == (GOOD, "own", ())
    assert (second.text, second.source, second.rejected[0].text) == (GOOD, "retry", BAD)
    assert (third.source, len(third.rejected)) == ("template", 2)
    assert third.text == requests()[0].template


def test_a_refused_prompt_ends_in_the_template_with_the_reason() -> None:
    (text,) = write_texts(requests(), Answers([Refusal("too long")] * 2), constrained=True)
    assert text.source == "template"
    assert text.rejected[0].reasons == ("was not written: too long",)


def test_a_model_that_answers_nothing_at_all_is_told_from_one_that_is_rejected() -> None:
    away, bad = [Refusal("is away")] * 2, [BAD, BAD]
    assert unanswered(write_texts(requests(2), Answers(away, away), constrained=True)) == (
        "was not written: is away"
    )
    assert unanswered(write_texts(requests(2), Answers(away, bad), constrained=True)) is None
    assert unanswered(write_texts(requests(2), Answers(away, [GOOD]), constrained=True)) is None
    assert unanswered([]) is None


@pytest.mark.parametrize("constrained", [True, False])
def test_a_grammar_goes_along_only_if_wanted(constrained: bool) -> None:
    write = Answers([GOOD])
    write_texts(requests(), write, constrained)
    (prompt,) = write.asked
    assert (prompt.grammar is not None) == constrained


def test_nothing_wanted_asks_for_nothing() -> None:
    assert write_texts([], Answers(), constrained=True) == []
