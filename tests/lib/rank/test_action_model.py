"""The action model finds a known relation, says how far it can be trusted, and never looks ahead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from palate.config import ActionConfig, RerankConfig
from palate.data.histories import Feedback, Histories
from palate.errors import PalateError
from palate.rank.action import ActionModel, sigmoid
from palate.rank.calibration import calibration_report
from palate.rank.conditional_logit import fit_choice, log_shares
from palate.rank.examples import FOLDS, Examples, counts_as, example, validation_cases
from palate.rank.features import features_for
from palate.rank.logistic import fit_logistic
from palate.rank.order_selection import best_mode, order_ndcg
from palate.rank.statistics import learn_statistics
from palate.rank.store import RERANKER, load_reranker, save_reranker
from palate.rank.training import train_reranker, unseen_shares
from palate.retrieve.candidates import Candidates
from palate.storage import Folder

NAMES = ("first", "second", "constant")
TRUTH = np.array([1.0, -0.5, 0.0])
SHIFT = -2.0
NOTHING_LEARNED = learn_statistics([], 3)
ACTIONS = {"watch": ActionConfig(), "like": ActionConfig(min_value=4)}


def synthetic(users: int, size: int = 10, seed: int = 0) -> Examples:
    """Users who take a candidate or, one time in two, none, with chances that grow with the first feature and
    fall with the second, and who like what they take one time in two."""
    random = np.random.default_rng(seed)
    features = random.normal([0, 5, 1], [1, 2, 0], (users * size, 3)).astype(np.float32)
    chances = np.exp(log_shares(features @ TRUTH, np.full(users, size))).reshape(users, size) / 2
    draws, ends = random.random((users, 1)), np.cumsum(chances, axis=1)
    taken = (draws < ends) & (draws >= ends - chances)
    return Examples(
        folds=np.arange(users) % FOLDS,
        sizes=np.full(users, size),
        acted=np.stack([np.ones(users, bool), random.random(users) < 0.5], axis=1),
        features=features,
        relevance=random.normal(size=users * size).astype(np.float32),
        chosen=taken.ravel(),
        weights=np.ones(users),
    )


def probabilities(model: ActionModel, examples: Examples) -> NDArray[np.float32]:
    """What the model expects of each user's candidates."""
    ends = np.cumsum(examples.sizes)
    users = zip(ends - examples.sizes, ends, strict=True)
    return np.concatenate([model.probabilities(examples.features[start:end]) for start, end in users])


@pytest.fixture(scope="module")
def config() -> RerankConfig:
    return RerankConfig(actions=ACTIONS)


def test_regression_recovers_a_logistic_relation() -> None:
    random = np.random.default_rng(0)
    features = random.normal(size=(40_000, 3))
    answers = random.random(len(features)) < sigmoid(features @ TRUTH + SHIFT)
    line = fit_logistic(features, answers, l2=1.0)
    assert line.coefficients == pytest.approx(TRUTH, abs=0.05)
    assert line.intercept == pytest.approx(SHIFT, abs=0.05)


@pytest.mark.parametrize("answer", [True, False])
def test_an_answer_that_is_always_the_same_is_likely_but_not_certain(answer: bool) -> None:
    line = fit_logistic(np.ones((98, 2)), np.full(98, answer), l2=1.0)
    chance = sigmoid(line.logits(np.zeros((1, 2))))[0]
    assert chance == pytest.approx(0.99 if answer else 0.01)


def test_model_is_calibrated_on_users_it_has_not_seen(config: RerankConfig) -> None:
    model = train_reranker(synthetic(4000), NAMES, config).model
    fresh = synthetic(4000, seed=1)
    found = probabilities(model, fresh)
    assert found.dtype == np.float32
    for column in range(2):
        report = calibration_report(found[:, column].astype(float), fresh.answers()[:, column])
        assert report["ece"] < 0.2 * report["base_rate"]
        assert report["mean_probability"] == pytest.approx(report["base_rate"], rel=0.1)
    # Half of what is taken is liked.
    assert np.median(found[:, 1] / found[:, 0]) == pytest.approx(0.5, abs=0.05)


def test_learned_order_beats_a_relevance_that_knows_nothing(config: RerankConfig) -> None:
    found = train_reranker(synthetic(1000), NAMES, config)
    assert found.score == "learned"
    assert found.report["ndcg@10"]["learned"] > found.report["ndcg@10"]["relevance"] + 0.05
    assert (found.report["users"], found.report["candidates"]) == (1000, 10_000)
    fixed = train_reranker(synthetic(1000), NAMES, config.model_copy(update={"score": "product"}))
    assert fixed.score == "product"


def test_an_action_that_never_occurs_has_a_small_constant_probability() -> None:
    config = RerankConfig(actions=ACTIONS, target="like")
    examples = synthetic(50)
    examples = replace(examples, acted=examples.acted & [True, False])
    found = train_reranker(examples, NAMES, config)
    chances = probabilities(found.model, examples)[:, 1]
    assert chances == pytest.approx(1 / 502, rel=1e-4)
    assert found.score == "relevance"


def test_no_user_is_in_its_own_fold() -> None:
    """Features that give what each user took away teach nothing about users of other folds."""
    users, size = 50, 3
    examples = synthetic(users, size)
    taken = np.tile([True, False, False], users)
    features = np.repeat(np.eye(users), size, axis=0) * taken[:, None]
    found = unseen_shares(features.astype(np.float32), taken, examples, l2=1e-3)
    assert found == pytest.approx(np.log(1 / 3), abs=1e-6)
    told = fit_choice(features.astype(np.float32), taken, examples.sizes, l2=1e-3, weights=examples.weights)
    assert (log_shares(features @ told, examples.sizes)[taken] > np.log(0.9)).all()


def test_choice_recovers_what_the_chances_follow() -> None:
    examples = synthetic(20_000)
    found = fit_choice(examples.features, examples.chosen, examples.sizes, l2=1.0, weights=examples.weights)
    assert found == pytest.approx(TRUTH, abs=0.05)


def test_nobody_who_took_anything_teaches_nothing() -> None:
    examples = synthetic(20)
    everybody, nobody = {"l2": 1.0, "weights": np.ones(20)}, {"l2": 1.0, "weights": np.ones(0)}
    assert not fit_choice(examples.features, np.zeros(200, bool), examples.sizes, **everybody).any()
    assert not fit_choice(examples.features[:0], np.zeros(0, bool), examples.sizes[:0], **nobody).any()


def test_shares_of_each_user_add_up_to_one_and_a_user_without_candidates_has_none() -> None:
    sizes = np.array([2, 0, 3])
    shares = np.exp(log_shares(np.array([1000.0, 999, 5, 5, 5]), sizes))
    assert shares == pytest.approx([np.e / (1 + np.e), 1 / (1 + np.e), 1 / 3, 1 / 3, 1 / 3])
    assert log_shares(np.zeros(0), np.zeros(2, np.int64)).shape == (0,)


def test_ndcg_counts_the_target_action_alone_and_a_missing_item_as_nothing() -> None:
    examples = Examples(
        folds=np.zeros(3, np.int64),
        sizes=np.array([2, 0, 2]),
        acted=np.array([[True], [True], [False]]),
        features=np.zeros((4, 1), np.float32),
        relevance=np.array([1, 2, 2, 1], np.float32),
        chosen=np.array([True, False, True, False]),
        weights=np.ones(3),
    )
    nothing = np.array([[0.5], [0.1], [0.5], [0.5]])
    assert order_ndcg(examples, nothing, 0, "relevance") == pytest.approx(1 / np.log2(3) / 2)
    assert order_ndcg(examples, nothing, 0, "learned") == pytest.approx(1 / 2)


def test_relevance_is_preferred_unless_another_order_is_clearly_better() -> None:
    assert best_mode({"relevance": 0.1, "product": 0.1004, "learned": 0.05}) == "relevance"
    assert best_mode({"relevance": 0.1, "product": 0.1006, "learned": 0.05}) == "product"


def test_cases_are_drawn_and_folded_by_user_whatever_the_block() -> None:
    users = [f"u{number}" for number in range(40)]
    block = Histories(
        users=pa.array(users),
        offsets=np.arange(0, 121, 3),
        items=np.arange(120, dtype=np.int32),
        times=np.zeros(120, np.int64),
        train_end=np.full(40, 1, np.int32),
        validation_end=np.array([2] * 39 + [1], np.int32),
        values=np.arange(120, dtype=np.float32),
    )
    everybody = validation_cases(block, 100, seed=0)
    assert [case.target for case in everybody] == [3 * user + 1 for user in range(39)]
    assert all(case.history.items.tolist() == [case.target - 1] for case in everybody)
    assert everybody[2].feedback == Feedback("event", 7.0)
    assert {case.fold for case in everybody} == set(range(FOLDS))
    some = validation_cases(block, 10, seed=0)
    folds = {case.target: case.fold for case in everybody}
    assert len(some) == 10
    assert all(folds[case.target] == case.fold for case in some)
    assert [case.target for case in validation_cases(block, 10, seed=1)] != [case.target for case in some]


def test_an_example_marks_the_held_out_item_and_the_actions_it_counts_as() -> None:
    block = Histories(
        users=pa.array(["u"]),
        offsets=np.array([0, 3]),
        items=np.array([0, 2, 1], np.int32),
        times=np.zeros(3, np.int64),
        train_end=np.ones(1, np.int32),
        validation_end=np.array([2], np.int32),
        values=np.array([1, 3.5, 5], np.float32),
    )
    candidates = Candidates(
        ("sequence",), np.array([1, 2], np.int32), np.ones((2, 1), np.float32), np.ones((2, 1), bool)
    )
    (case,) = validation_cases(block, 10, seed=0)
    found = example(
        case,
        candidates,
        relevance=candidates.scores[:, 0],
        popularity=np.ones(3, np.float32),
        statistics=learn_statistics([block], 3),
        actions=ACTIONS,
    )
    assert found.chosen.tolist() == [False, True]
    assert found.answers().tolist() == [[False, False], [True, False]]
    assert found.features.shape == (2, len(features_for(candidates.sources)))


@pytest.mark.parametrize(
    ("action", "counts"),
    [
        (ActionConfig(), True),
        (ActionConfig(kinds=("order", "cart")), True),
        (ActionConfig(kinds=("click",)), False),
        (ActionConfig(min_value=3), True),
        (ActionConfig(kinds=("order",), min_value=3.5), False),
    ],
)
def test_an_event_counts_by_kind_and_value(action: ActionConfig, counts: bool) -> None:
    assert counts_as(action, Feedback("order", 3.0)) is counts


def test_reranker_survives_a_round_trip(config: RerankConfig, tmp_path: Path) -> None:
    folder, examples = Folder(str(tmp_path)), synthetic(100)
    assert load_reranker(folder) is None
    saved = train_reranker(examples, NAMES, config)
    save_reranker(folder, saved, NOTHING_LEARNED)
    found = load_reranker(folder)
    assert found is not None
    assert (found.score, found.target, found.report) == (saved.score, saved.target, saved.report)
    assert np.array_equal(probabilities(found.model, examples), probabilities(saved.model, examples))


@pytest.mark.parametrize("change", [{"model": {}}, {"score": "magic"}, {"target": "buy"}, {"report": None}])
def test_a_damaged_reranker_is_refused(
    config: RerankConfig, tmp_path: Path, change: dict[str, object]
) -> None:
    folder = Folder(str(tmp_path))
    save_reranker(folder, train_reranker(synthetic(20), NAMES, config), NOTHING_LEARNED)
    record = folder.read_json(RERANKER) | change
    folder.write_json(RERANKER, {name: value for name, value in record.items() if value is not None})
    with pytest.raises(PalateError, match="again"):
        load_reranker(folder)


def test_numbers_that_do_not_fit_the_features_are_refused(config: RerankConfig) -> None:
    state = train_reranker(synthetic(20), NAMES, config).model.state()
    with pytest.raises(PalateError, match="do not fit"):
        ActionModel.from_state(state | {"features": ["first"]})
