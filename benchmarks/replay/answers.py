"""Answers as they can be compared: without times and names that change from run to run."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

from benchmarks.replay.requests import Question

VARIES = {"release", "stages", "cached", "request_id", "created", "version", "versions", "list"}
"""Fields that differ between two runs of one version."""
DIGITS = 4
"""Decimals that are kept."""
RELATIVE, ABSOLUTE = 1e-3, 2e-4
"""By how much numbers may differ: processors sum in another order."""

Answer = dict[str, Any]


async def ask_all(client: httpx.AsyncClient, questions: Iterable[Question]) -> list[Answer]:
    """Every question in turn with its status and its answer."""
    return [await _ask(client, question) for question in questions]


def write(file: Path, answers: Iterable[Answer]) -> None:
    """Keep answers as JSON lines."""
    lines = [json.dumps(answer, ensure_ascii=False) for answer in answers]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(file: Path) -> list[Answer]:
    """What was written."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def differences(before: list[Answer], after: list[Answer]) -> list[str]:
    """What is not equal, a line each; the second recording must answer the same questions."""
    if [answer["question"] for answer in before] != [answer["question"] for answer in after]:
        return ["the two recordings asked different questions"]
    pairs = zip(before, after, strict=True)
    return [f"{old['question']}: {old} became {new}" for old, new in pairs if not _equal(old, new)]


def _equal(old: Any, new: Any) -> bool:
    """Whether two answers say the same; numbers may differ by rounding, as sums do in another order."""
    if isinstance(old, float) and isinstance(new, float):
        return math.isclose(old, new, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_equal(old[name], new[name]) for name in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_equal, _with_ties_by_id(old), _with_ties_by_id(new)))
    return bool(old == new)


def _with_ties_by_id(rows: list[Any]) -> list[Any]:
    """Items of equal scores in the order of their ids: rounding orders them by chance."""
    if not all(isinstance(row, dict) and row.keys() >= {"item", "score"} for row in rows):
        return rows
    return sorted(rows, key=lambda row: (-round(row["score"], DIGITS - 1), row["item"]))


async def _ask(client: httpx.AsyncClient, question: Question) -> Answer:
    answer = await client.request(question.method, question.path, json=question.body)
    text = answer.text
    body = json.loads(text) if "json" in answer.headers.get("content-type", "") else text
    return {"question": list(question), "status": answer.status_code, "answer": comparable(body)}


def comparable(value: Any) -> Any:
    """The value without what varies, its numbers rounded."""
    if isinstance(value, dict):
        return {name: comparable(part) for name, part in value.items() if name not in VARIES}
    if isinstance(value, list):
        return [comparable(part) for part in value]
    return round(value, DIGITS) if isinstance(value, float) else value
