import numpy as np
import pytest

from palate.simulate.log import PickLog
from palate.simulate.page import render_study
from palate.simulate.people import NO_PICK
from palate.simulate.policies import (
    AVERAGE,
    LIVE,
    NIGHTLY,
    POLICY_NAMES,
    RANDOM,
    STATIC,
    ModelPolicy,
    policies,
)
from palate.simulate.run import make_lists, topic_entropy
from palate.simulate.sensitivity import sensitivity, varied_worlds
from palate.simulate.settings import PARAMETERS, StudySettings, WorldSettings
from palate.simulate.study import estimate, run_study
from palate.simulate.world import draw_world

WORLD = WorldSettings(people=12, items=60, topics=4, k=5, first_events=4, rounds=6, text_width=8)
STUDY = StudySettings(seeds=2, nightly=3, training_events=48, width=8)


class CountingModel:
    """Scores item n by n, and remembers how many events it was asked with."""

    def __init__(self) -> None:
        self.events: list[int] = []

    def scores(self, histories):
        self.events.append(sum(len(history.items) for history in histories))
        return np.tile(np.arange(60, dtype=np.float32), (len(histories), 1))


@pytest.fixture
def world():
    return draw_world(WORLD, 0)


@pytest.mark.parametrize("name", POLICY_NAMES)
def test_every_policy_lists_what_is_there_and_was_not_picked(name, world):
    log = PickLog(world)
    lists = make_lists(world, policies(world, STUDY)[name], log, 0)
    assert lists.shape == (12, 5)
    assert all(len(set(row)) == 5 for row in lists.tolist())
    assert (world.arrives[lists] == 0).all()
    assert not any(
        set(row) & set(first) for row, first in zip(lists.tolist(), world.first.tolist(), strict=True)
    )


def test_new_items_are_listed_only_once_they_are_there(world):
    policy = ModelPolicy(k=5, train=lambda log, number: CountingModel(), live=True)
    early, late = (make_lists(world, policy, PickLog(world), number) for number in (0, WORLD.rounds))
    assert world.arrives[early].max() == 0
    assert world.arrives[late].max() > 0


@pytest.mark.parametrize(
    ("live", "retrain_every", "asked"), [(False, 0, 1), (False, 2, 2), (True, 0, 4), (True, 2, 4)]
)
def test_histories_are_read_live_or_as_of_the_latest_training(world, live, retrain_every, asked):
    models: list[CountingModel] = []

    def train(log, number):
        models.append(CountingModel())
        return models[-1]

    policy, log = ModelPolicy(5, train, live=live, retrain_every=retrain_every), PickLog(world)
    for number in range(4):
        lists = make_lists(world, policy, log, number)
        log.add(lists, np.zeros(12, np.int64), number)
    assert len(models) == (2 if retrain_every else 1)
    assert sum(len(model.events) for model in models) == asked


def test_picks_join_the_history_and_are_masked(world):
    log = PickLog(world)
    places = np.full(12, NO_PICK)
    places[3] = 1
    log.add(np.tile(np.array([50, 51], np.int32), (12, 1)), places, 0)
    assert log.histories()[3].items.tolist() == [*world.first[3], 51]
    scores = np.zeros((12, 60), np.float32)
    log.mask_picked(scores)
    assert np.isneginf(scores[3, 51])
    assert scores[3, 50] == 0
    assert (np.diff(log.histories()[3].times) > 0).all()


def test_equal_seeds_give_equal_courses():
    first, again = (run_study(WORLD, STUDY, [RANDOM, AVERAGE, LIVE]) for _ in range(2))
    assert first.to_json() == again.to_json()


def test_the_study_counts_each_round_of_each_policy_and_seed():
    rounds = []
    run_study(WORLD, STUDY, [RANDOM, AVERAGE], lambda: rounds.append(1))
    assert len(rounds) == 2 * WORLD.rounds * STUDY.seeds


def test_a_policy_gains_nothing_over_itself():
    result = run_study(WORLD, STUDY, [STATIC, NIGHTLY])
    assert result.gain(STATIC, STATIC) == (0, 0, 0)


def test_interval_by_hand():
    found = estimate(np.array([1.0, 2.0, 3.0]))
    assert found.mean == 2
    assert found.high - found.mean == pytest.approx(4.30265 * 1 / np.sqrt(3), rel=1e-4)


def test_entropy_of_two_topics_alike_is_a_bit_and_of_one_none():
    assert topic_entropy(np.array([[3.0, 3.0], [0.0, 0.0]])) == 1
    assert topic_entropy(np.array([[3.0, 0.0]])) == 0


def test_each_parameter_is_halved_and_doubled_where_it_can_be():
    varied = list(varied_worlds(WorldSettings()))
    assert {name for name, _ in varied} == set(PARAMETERS)
    for name, changed in varied:
        before = WorldSettings().model_dump()
        assert getattr(changed, name) in (before[name] / 2, before[name] * 2)
        assert changed.model_dump() == before | {name: getattr(changed, name)}
    assert [changed.memory for name, changed in varied if name == "memory"] == [0.4]


def test_the_page_needs_no_network_and_shows_every_policy_and_parameter():
    world = WORLD.model_copy(update={"rounds": 2})
    page = render_study(run_study(world, STUDY), sensitivity(world, STUDY)[:2])
    assert all(name in page for name in POLICY_NAMES)
    assert "Sensitivity" in page
    assert "default-src 'none'" in page
    assert 'src="http' not in page
