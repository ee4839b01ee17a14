"""What the encoders' benchmarks ask: every question has one right answer, and no half knows the other's."""

from __future__ import annotations

import json

import pytest

from benchmarks.encoders.parallel_catalogue import GOODS, LANGUAGES, REQUESTS, catalogue_text, goods, request
from benchmarks.encoders.search import PARTS, QUERIES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_goods_of_a_catalogue_have_the_same_text(language: str) -> None:
    assert len({catalogue_text(good, language) for good in goods()}) == GOODS


@pytest.mark.parametrize("language", ["de", "zh"])
def test_no_request_fits_two_goods(language: str) -> None:
    assert len({request(good, language) for good in goods()[:REQUESTS]}) == REQUESTS


def test_queries_are_sixty_different_ones_with_answers_and_no_film_is_meant_in_both_halves() -> None:
    halves = [
        [json.loads(line) for line in (QUERIES / f"{part}.jsonl").read_text("utf-8").splitlines()]
        for part in PARTS
    ]
    assert [len(rows) for rows in halves] == [30, 30]
    assert len({row["text"] for rows in halves for row in rows}) == 60
    assert all(row["items"] for rows in halves for row in rows)
    answers = [{item for row in rows for item in row["items"]} for rows in halves]
    assert not answers[0] & answers[1]
