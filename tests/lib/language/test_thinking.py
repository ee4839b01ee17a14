"""What a reasoning model thinks aloud is no part of its answer."""

from __future__ import annotations

import pytest

from palate.language.thinking import without_thinking


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("You liked Heat.", "You liked Heat."),
        ("<think>Who?</think>\n\nYou liked Heat.", "You liked Heat."),
        ("who asks?</think>You liked Heat.", "You liked Heat."),
        ("<think>Who?", ""),
        ("<thi", ""),
        ("\n<think>", ""),
        ("", ""),
        ("< 90 minutes", "< 90 minutes"),
    ],
)
def test_the_answer_is_what_comes_after_the_thinking(text: str, answer: str) -> None:
    assert without_thinking(text) == answer
