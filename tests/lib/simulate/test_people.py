from dataclasses import replace

import numpy as np
import pytest

from palate.simulate.people import NO_PICK, People, choice_probabilities, choose
from palate.simulate.settings import WorldSettings
from palate.simulate.world import World, draw_world, popularity_skew, zipf

SMALL = WorldSettings(people=3, items=40, topics=4, k=2, first_events=2, rounds=5, quality=0, new_interest=0)


def world_of_two_topics(**settings: object) -> World:
    """Everybody likes topics 0 and 1 nearly alike; items 0 to 19 are of topic 0 and the others of topic 1."""
    world = draw_world(SMALL.model_copy(update=settings), 0)
    topics = np.eye(4, dtype=np.float32)[[0] * 20 + [1] * 20]
    interests = np.tile(np.array([0.8, 0.6, 0, 0], np.float32), (3, 1))
    return replace(world, topics=topics, interests=interests)


def lists_of(*items: int) -> np.ndarray:
    return np.tile(np.array(items, np.int32), (3, 1))


def test_a_person_who_had_enough_of_a_topic_prefers_another():
    people = People(world_of_two_topics(choosiness=50, outside=-1, pull=0, boredom=0.5, churn=0))
    one_of_each = lists_of(5, 25)
    assert (people.affinity(one_of_each)[:, 0] > people.affinity(one_of_each)[:, 1]).all()
    people.visit(lists_of(0, 1), np.random.default_rng(0))
    assert (people.affinity(one_of_each)[:, 0] < people.affinity(one_of_each)[:, 1]).all()


def test_boredom_passes_by_the_share_that_is_remembered():
    people = People(world_of_two_topics(memory=0.5, boredom=1))
    people.satiation[:, 0] = 0.4
    people.visit(lists_of(39, 38), np.random.default_rng(0))
    assert people.satiation[:, 0] == pytest.approx([0.2] * 3)


def test_who_is_never_satisfied_leaves_and_who_always_is_stays():
    bored = People(world_of_two_topics(churn=0.5, outside=100))
    happy = People(world_of_two_topics(churn=0.5, outside=-100, boredom=0))
    happy.interests[:], happy.mood[:] = [1, 0, 0, 0], 1.0
    for number in range(40):
        bored.visit(lists_of(0, 1), np.random.default_rng(number))
        happy.visit(lists_of(0, 1), np.random.default_rng(number))
    assert not bored.active.any()
    assert happy.active.all()


def test_who_has_left_picks_nothing():
    people = People(world_of_two_topics(outside=-100))
    people.active[1] = False
    visit = people.visit(lists_of(0, 1), np.random.default_rng(0))
    assert visit.picked[1] == NO_PICK
    assert visit.satisfaction[1] == 0
    assert (visit.picked[[0, 2]] != NO_PICK).all()


def test_a_pick_and_its_satisfaction_are_two_things():
    world = world_of_two_topics(outside=-50, choosiness=1, position_bias=100)
    poor = replace(world, quality=np.where(np.arange(40) == 0, -5, 0).astype(np.float32))
    visit = People(poor).visit(lists_of(0, 25), np.random.default_rng(0))
    assert visit.picked.tolist() == [0, 0, 0]
    assert visit.satisfaction.tolist() == [0, 0, 0]


def test_what_satisfies_is_liked_more_afterwards():
    people = People(world_of_two_topics(outside=-100, pull=0.5))
    before = people.interests[:, 1].copy()
    people.visit(lists_of(25, 26), np.random.default_rng(0))
    assert (people.interests[:, 1] > before).all()


def test_choices_by_hand():
    settings = SMALL.model_copy(update={"choosiness": 1.0, "outside": 0.0, "position_bias": 1.0})
    probabilities = choice_probabilities(np.array([[np.log(2), np.log(3)]]), settings)
    second = 3 / np.log2(3)
    assert probabilities[0] == pytest.approx([2 / (3 + second), second / (3 + second)])


def test_places_are_drawn_as_often_as_their_probabilities_say():
    drawn = choose(np.tile([0.5, 0.2], (20_000, 1)), np.random.default_rng(0))
    shares = [(drawn == place).mean() for place in (0, 1, NO_PICK)]
    assert shares == pytest.approx([0.5, 0.2, 0.3], abs=0.02)


def test_equal_seeds_give_equal_worlds_and_others_do_not():
    first, again, other = draw_world(SMALL, 7), draw_world(SMALL, 7), draw_world(SMALL, 8)
    assert np.array_equal(first.first, again.first)
    assert np.array_equal(first.texts, again.texts)
    assert not np.array_equal(first.texts, other.texts)


def test_first_events_are_different_items_that_are_there_already():
    world = draw_world(SMALL.model_copy(update={"new_items": 0.5}), 1)
    assert all(len(set(row)) == len(row) for row in world.first.tolist())
    assert (world.arrives[world.first] == 0).all()


def test_texts_of_a_topic_are_nearer_to_each_other_than_to_others():
    world = draw_world(SMALL.model_copy(update={"items": 300, "item_focus": 0.01}), 2)
    topic = world.topics.argmax(axis=1)
    cosine, same = world.texts @ world.texts.T, topic[:, None] == topic
    assert cosine[same].mean() > cosine[~same].mean() + 0.3


@pytest.mark.parametrize("skew", [0.0, 0.7, 1.2])
def test_the_skew_of_a_log_is_found_again(skew):
    counts = np.round(1e7 * zipf(500, skew)).astype(np.int64)
    assert popularity_skew(counts) == pytest.approx(skew, abs=0.01)
