"""The swap test on a real release: the evidence follows the history."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.explanations.counterfactual import swap_test, without
from palate.data.histories import EMPTY_HISTORY, Feedback, History
from palate.explain.evidence.reader import EvidenceReader
from palate.recommender.artefacts import Artefacts
from palate.release import verified_release
from palate.storage import Folder
from tests.support.releases.explained import publish_explained
from tests.support.worlds.tiny import Tiny

COMEDIES = History(np.array([0, 1, 6, 2], np.int32), np.arange(4, dtype=np.int64), np.full(4, "like"))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> EvidenceReader:
    place = tmp_path_factory.mktemp("swapped")
    releases = publish_explained(Folder(str(place / "run")), Folder(str(place / "releases")), tiny)
    return EvidenceReader(Artefacts.of(verified_release(releases)))


def test_evidence_names_the_items_that_carry_and_what_the_events_say(reader: EvidenceReader) -> None:
    (evidence,) = reader.evidence(COMEDIES, np.array([3], np.int32))
    assert {supporting_item.item for supporting_item in evidence.supporting_items} <= {0, 1, 2}
    assert all(supporting_item.sentiment == "liked" for supporting_item in evidence.supporting_items)
    assert evidence.recommended.title == "Comedy 3"


def test_without_the_top_item_something_else_carries(reader: EvidenceReader) -> None:
    swap = swap_test(reader, COMEDIES, 3)
    assert swap is not None
    assert swap.changed
    assert swap.fall > 0
    top = swap.before.supporting_items[0].item
    assert top not in {supporting_item.item for supporting_item in swap.without_top.supporting_items}


def test_without_an_item_that_carries_nothing_the_top_one_stays(reader: EvidenceReader) -> None:
    swap = swap_test(reader, COMEDIES, 3)
    assert swap is not None
    assert swap.stayed


def test_nobody_has_nothing_to_swap(reader: EvidenceReader) -> None:
    assert swap_test(reader, EMPTY_HISTORY, 3) is None


def test_without_drops_every_event_of_the_item() -> None:
    twice = History(np.array([1, 2, 1], np.int32), np.arange(3), np.array(["a", "b", "c"]))
    left = without(twice, 1)
    assert left.items.tolist() == [2]
    assert left.feedback == [Feedback("b", 1)]
