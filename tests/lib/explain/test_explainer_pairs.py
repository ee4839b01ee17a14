"""Pairs are deterministic, true by the checker, and of other users than what is measured with."""

from __future__ import annotations

from itertools import islice

import pytest

from palate.errors import PalateError
from palate.explain import Verdict, check, explanation_prompt
from palate.explain.generate.first_pass_rate import first_pass_rate, kind_of_reason
from palate.explain.generate.request import TextRequest
from palate.explain.generate.sampling import EvidenceDraw
from palate.explain.generate.training_pairs import requests, split_users, true_pairs
from palate.language import Refusal
from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.recommender.users import KnownUsers
from palate.storage import Folder
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.explanations import VOCABULARY, evidence
from tests.support.worlds.tiny import Tiny

USERS = [f"u{user:02d}" for user in range(20)]


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> EvidenceDraw:
    place = tmp_path_factory.mktemp("release")
    run = tiny_run(str(place / "run"), tiny.catalogue, tiny.histories)
    artefacts = Artefacts.of(publish_tiny(run, Folder(str(place / "releases")), "sequence"))
    return EvidenceDraw(Recommender(artefacts), KnownUsers(artefacts))


def test_every_pair_is_the_engines_prompt_and_a_sentence_that_passes() -> None:
    given = evidence("Aliens", Alien="liked", Heat="neutral")
    pairs, dropped, _ = true_pairs([given] * 40, VOCABULARY, 30, seed=0)
    assert (len(pairs), dropped) == (30, 0)
    assert {pair.prompt for pair in pairs} == {explanation_prompt(given)}
    assert all(check(pair.answer, given, VOCABULARY).passed for pair in pairs)
    assert len({pair.answer for pair in pairs}) > 10


def test_a_sentence_that_the_checker_refuses_is_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = evidence("Heat", Casablanca="liked")
    accepted = evidence("Aliens", Alien="liked")
    monkeypatch.setattr(
        "palate.explain.generate.training_pairs.explanation_request",
        lambda id_, given, *_: _request(given is accepted),
    )
    pairs, dropped, reasons = true_pairs([refused, accepted, refused], VOCABULARY, 3, seed=0)
    assert (len(pairs), dropped) == (1, 2)
    assert reasons == {"says …": 2}


def test_a_catalogue_of_which_nothing_passes_is_a_mistake_that_is_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "palate.explain.generate.training_pairs.explanation_request", lambda *_: _request(False)
    )
    with pytest.raises(PalateError, match="says …"):
        true_pairs([evidence("Heat")] * 100, VOCABULARY, 3, seed=0)


def test_drawn_evidence_depends_on_the_seed_alone_and_never_recommends_what_was_taken(
    draw: EvidenceDraw,
) -> None:
    first, again, other = (list(islice(draw.evidence(USERS, seed), 30)) for seed in (0, 0, 1))
    assert first == again != other
    assert any(each.named for each in first)
    for each in first:
        assert each.recommended not in [
            supporting_item.description for supporting_item in each.supporting_items
        ]


def test_requests_are_numbered_and_as_many_as_wanted(draw: EvidenceDraw) -> None:
    asked = requests(draw.evidence(USERS, 0), draw.reader.vocabulary, 5)
    assert [request.id for request in asked] == ["0", "1", "2", "3", "4"]


def test_users_are_split_by_their_ids_and_not_by_who_else_is_there() -> None:
    learnt, kept = split_users(USERS, 0.3, seed=0)
    assert sorted(learnt + kept) == USERS
    fewer = split_users(USERS[:12], 0.3, seed=0)
    assert set(fewer[0]) <= set(learnt)
    assert set(fewer[1]) <= set(kept)


def test_too_few_users_to_split_are_a_mistake_that_is_explained() -> None:
    with pytest.raises(PalateError, match="eval_share"):
        split_users(["u1"], 0.1, seed=0)


def test_first_answers_are_counted_by_what_is_wrong_with_them() -> None:
    given = evidence("Aliens", Alien="liked")
    asked = requests([given] * 3, VOCABULARY, 3)
    found = first_pass_rate(asked, [asked[0].template, "You liked Casablanca.", Refusal("too long")])
    assert (found.asked, found.passed, found.share) == (3, 1, 1 / 3)
    assert found.examples == [asked[0].template]
    assert found.refused == ["You liked Casablanca.", ""]
    assert found.reasons["names the title …, which the evidence does not hold"] == 1


def test_reasons_about_different_words_are_one_kind() -> None:
    kinds = {kind_of_reason(f"says {word!r}, a claim that") for word in ("best", "director's", 'a "cut"')}
    assert kinds == {"says …, a claim that"}


def _request(passes: bool) -> TextRequest:
    verdict = Verdict(passes, () if passes else ("says 'x'",))
    return TextRequest(id="", prompt="prompt", permitted="x", verdict=lambda _: verdict, template="template")
