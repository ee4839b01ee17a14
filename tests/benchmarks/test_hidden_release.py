"""A release without the hidden items ranks them, once they are live, as the probe of cold items does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.loop.hidden_release import case_user, held_out_cases, publish_without
from jobs import cold_probe
from jobs.runtime.stage import run_stage, stage_folder
from jobs.runtime.stage_inputs import catalogue, hidden_items
from palate.config import Config
from palate.evaluate.cold import ColdCase, cold_cases, is_found
from palate.live.overlay import LiveRow, LiveText, Overlay
from palate.online.items import ItemState
from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.retrieve import Popularity
from palate.schema import ITEM, TEXT, TITLE
from palate.sequence import load_sequence
from palate.storage import Folder
from tests.support.releases.prepared_run import prepared
from tests.support.worlds.tiny import Tiny

ROUNDING = 1e-4
"""What the scores of two items may differ by and be in either order, as they are added up otherwise."""


@pytest.fixture
def config(tmp_path: Path, tiny: Tiny, tiny_encoder: Path, local_ray: None) -> Config:
    probed = prepared(
        tmp_path / "run",
        tiny,
        "encoder={steps: 4, batch_size: 4, learning_rate: 0.01, max_tokens: 16}",
        f"encoder.model={tiny_encoder}",
        "evaluation.cold_share=0.3",
        f"release.uri={tmp_path}/releases",
    )
    run_stage(cold_probe.STAGE, probed)
    return probed


def test_live_hidden_items_have_the_ranks_of_the_evaluation(
    config: Config, tiny: Tiny, tmp_path: Path
) -> None:
    hidden, table = hidden_items(config), catalogue(config)
    cases = list(cold_cases(tiny.histories, hidden))
    popularity = Popularity(np.arange(12, dtype=np.float32))
    work = Folder(str(tmp_path / "work"))
    release = publish_without(config, hidden=hidden, popularity=popularity, cases=cases, work=work)
    recommender = Recommender(Artefacts.of(release))
    assert list(recommender.catalogue.items) == [
        item for item, is_hidden in zip(table[ITEM].to_pylist(), hidden, strict=True) if not is_hidden
    ]
    # The catalogue index of each place in lists: first the known items, behind them the hidden ones.
    index = np.concatenate([np.flatnonzero(~hidden), np.flatnonzero(hidden)])
    live = with_live_items(recommender, config, index[int((~hidden).sum()) :].tolist())
    scorer = load_sequence(stage_folder(config, "cold_probe"))
    for number, case in enumerate(cases):
        (ranking,) = live.answer([live.user_query(case_user(number), 12)]).rankings
        listed = index[ranking.items]
        assert set(listed.tolist()) == set(range(12)) - set(case.history.items.tolist())
        offline = scorer.scores([case.history])[0]
        assert (np.diff(offline[listed]) < ROUNDING).all()


def with_live_items(recommender: Recommender, config: Config, items: list[int]) -> Recommender:
    """The release with these items of the run's catalogue on top, as a gateway puts them there."""
    rows, first = catalogue(config).to_pylist(), len(recommender.catalogue.items)
    texts = [LiveText(first + place, rows[item][TEXT]) for place, item in enumerate(items)]
    live = [
        LiveRow(text.item_index, rows[item][ITEM], {TITLE: rows[item][TITLE]}, ItemState.AVAILABLE, text.text)
        for text, item in zip(texts, items, strict=True)
    ]
    return recommender.over(Overlay.of(1, live, recommender.encode_live(texts)))


def test_cases_are_test_events_with_hidden_items_after_something_else(tiny: Tiny) -> None:
    # The user u00 takes items 0 to 4; without the first four nothing is left before the last.
    hidden = np.zeros(12, np.bool_)
    hidden[4] = True
    found = list(held_out_cases(tiny.histories, hidden))
    assert [case.target for case in found] == [4] * len(found)
    ends = tiny.histories.items[4::5]
    assert len(found) == int((ends == 4).sum()) > 0
    assert found[0].history.items.tolist() == [0, 1, 2, 3]


def test_an_item_is_found_among_the_first_ten_and_equals_count_against_it(tiny: Tiny) -> None:
    scorer = Popularity(np.array([5, *range(11)], np.float32))
    cases = [ColdCase(tiny.histories.whole(0).only(slice(0, 1)), target) for target in (11, 2, 1)]
    assert is_found(scorer, cases).tolist() == [True, True, False]
    assert not is_found(Popularity(np.ones(12, np.float32)), cases).any()


def test_somebody_who_had_nothing_else_is_no_case(tiny: Tiny) -> None:
    hidden = np.arange(12) < 6
    assert not any(case.target < 6 for case in held_out_cases(tiny.histories, hidden))
