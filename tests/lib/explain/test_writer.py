"""What is written is the model's first answer, its second one, or the template; and each says which."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from explain_worlds import VOCABULARY, evidence

from palate.explain import TextRequest, explanation_request, write_texts
from palate.language import Prompt, Refusal

GOOD, BAD = "Because you liked Alien, here is a war film.", "You liked Casablanca."


def requests(count: int = 1) -> list[TextRequest]:
    return [explanation_request(str(n), evidence("Aliens", Alien="liked"), VOCABULARY) for n in range(count)]


class Answers:
    """Answers prompts from a script, and remembers what it was asked."""

    def __init__(self, *turns: Sequence[str | Refusal]) -> None:
        self.turns = list(turns)
        self.asked: list[tuple[Sequence[Prompt], int]] = []

    def __call__(self, prompts: Sequence[Prompt], seed: int) -> Sequence[str | Refusal]:
        self.asked.append((prompts, seed))
        return self.turns.pop(0)


def test_each_text_says_where_it_comes_from() -> None:
    write = Answers([GOOD, BAD, BAD], [GOOD, BAD])
    first, second, third = write_texts(requests(3), write, constrained=True)
    assert (first.text, first.source, first.rejected) == (GOOD, "own", ())
    assert (second.text, second.source, second.rejected[0].text) == (GOOD, "retry", BAD)
    assert (third.source, len(third.rejected)) == ("template", 2)
    assert third.text == requests()[0].template


def test_only_what_was_rejected_is_asked_again_and_with_another_seed() -> None:
    write = Answers([GOOD, BAD], [GOOD])
    write_texts(requests(2), write, constrained=True, seed=5)
    (everything, first), (again, second) = write.asked
    assert (len(everything), len(again)) == (2, 1)
    assert first == 5
    assert second not in range(5, 7)


def test_a_refused_prompt_ends_in_the_template_with_the_reason() -> None:
    (text,) = write_texts(requests(), Answers([Refusal("too long")], [Refusal("too long")]), constrained=True)
    assert text.source == "template"
    assert text.rejected[0].reasons == ("was not written: too long",)


@pytest.mark.parametrize("constrained", [True, False])
def test_a_grammar_goes_along_only_if_wanted(constrained: bool) -> None:
    write = Answers([GOOD])
    write_texts(requests(), write, constrained)
    ((prompt,), _) = write.asked[0]
    assert (prompt.grammar is not None) == constrained


def test_nothing_wanted_asks_for_nothing() -> None:
    assert write_texts([], Answers(), constrained=True) == []
