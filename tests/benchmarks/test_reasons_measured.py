"""The measurement of reasons compares them with rivals over the same places of the same lists."""

from __future__ import annotations

from pathlib import Path

from benchmarks.language.deletion import METHODS, measure_deletion
from benchmarks.language.reasons import RIVALS, measure
from palate.storage import Folder
from tests.support.releases.explained import publish_explained
from tests.support.worlds.tiny import Tiny


def test_every_figure_has_its_rivals_and_what_it_was_measured_on(tmp_path: Path, tiny: Tiny) -> None:
    releases = publish_explained(Folder(str(tmp_path / "run")), Folder(str(tmp_path / "releases")), tiny)
    figures = measure(releases.uri, 4)
    left = figures["counterfactual_leave_share"]
    assert set(RIVALS) - {"reasons"} <= set(left)
    assert all(0 <= left[name] <= 1 for name in ("value", "random", "newest", "by_relevance"))
    assert figures["strongest_reason_hidden_share"]["value"] == 0
    assert figures["counterfactual_leave_share"]["release"]["weights"] == {"ease": 1.0}


def test_the_deletion_test_has_every_method_beside_the_trivial_rivals(tmp_path: Path, tiny: Tiny) -> None:
    releases = publish_explained(Folder(str(tmp_path / "run")), Folder(str(tmp_path / "releases")), tiny)
    figure = measure_deletion(releases.uri, 2)["deletion"]
    assert {"newest", "random", *METHODS} <= set(figure)
    assert [figure[name]["lists"] > 0 for name in ("leave-one-out", "newest")] == [True, False]
    assert figure["value"] == figure["lime"]["left"][-1]
    assert 0 < figure["lime"]["fidelity"] <= 1
