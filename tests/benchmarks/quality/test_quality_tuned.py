"""The table of a search has its best trial first."""

from __future__ import annotations

from benchmarks.quality.tuned import table


def test_the_best_trial_comes_first_with_its_number_and_its_settings() -> None:
    trials = [
        {"settings": {"sequence.dropout": 0.25, "sequence.layers": 1}, "ndcg@10": 0.1, "epochs": 3},
        {"settings": {"sequence.dropout": 1 / 3, "sequence.layers": 2}, "ndcg@10": 0.12345, "epochs": 12},
    ]
    assert table(trials).splitlines() == [
        "| NDCG@10 | trial | epochs | dropout | layers |",
        "|---|---|---|---|---|",
        "| 0.1235 | 2 | 12 | 0.333 | 2 |",
        "| 0.1000 | 1 | 3 | 0.25 | 1 |",
    ]
