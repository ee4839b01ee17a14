"""Reasoning models: what one thinks aloud before its answer is no part of the answer."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"


def without_thinking(text: str) -> str:
    """The answer alone; nothing while the model still thinks.

    Some chat templates open the thinking themselves, so that a text has only its end.
    """
    thought, closed, answer = text.partition(CLOSE)
    if closed:
        return answer.lstrip()
    begins = thought.lstrip()
    return "" if begins.startswith(OPEN) or (begins and OPEN.startswith(begins)) else text
