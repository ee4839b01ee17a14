"""The sample of users that stands for all."""

import numpy as np

from palate.data.user_sample import EVERYBODY, UserSample

USERS = [f"user {number}" for number in range(5000)]


def test_a_user_is_drawn_whatever_block_they_come_in():
    sample = UserSample(0.3)
    whole = {USERS[row] for row in sample.rows(USERS)}
    blocks = [USERS[start::7] for start in range(7)]
    assert {block[row] for block in blocks for row in sample.rows(block)} == whole


def test_about_the_wanted_share_is_drawn_and_a_greater_one_holds_a_smaller_one():
    few, many = (set(UserSample(share).rows(USERS)) for share in (0.1, 0.4))
    assert few < many
    assert abs(len(many) / len(USERS) - 0.4) < 0.03


def test_everybody_is_drawn_where_there_are_few_enough():
    assert UserSample.of_at_most(5000, len(USERS)) == EVERYBODY
    assert np.array_equal(EVERYBODY.rows(USERS), np.arange(5000))
    assert UserSample.of_at_most(50, len(USERS)).share == 0.01


def test_nobody_is_drawn_of_no_users():
    assert UserSample(0.5).rows([]).tolist() == []
