import numpy as np
import pytest
import torch

from palate.config import SequenceConfig
from palate.data.histories import History
from palate.sequence import MovingAverage, SequenceModel, load_sequence, save_sequence
from palate.sequence.scorer import Transformer
from palate.sequence.store import all_item_vectors
from palate.storage import Folder

SETTINGS = SequenceConfig(width=8, layers=2, max_events=6)
TEXT = torch.nn.functional.normalize(torch.randn(12, 6, generator=torch.Generator().manual_seed(0)), dim=-1)


def sequence_model() -> SequenceModel:
    torch.manual_seed(0)
    return SequenceModel(TEXT, torch.ones(12, dtype=torch.bool), SETTINGS)


def transformer() -> Transformer:
    model = sequence_model()
    return Transformer(model.users, all_item_vectors(model), SETTINGS.max_events)


def history(*items: int) -> History:
    return History(np.array(items, np.int32), np.arange(len(items), dtype=np.int64) * 60)


@pytest.fixture(params=["transformer", "average"])
def user_model(request):
    return transformer() if request.param == "transformer" else MovingAverage(TEXT.numpy(), 0.3)


def test_scores_are_products_of_user_and_item_vectors(user_model):
    histories = [history(1, 2, 3), history(), history(4)]
    users = user_model.user_vectors(histories)
    assert users.shape == (3, user_model.item_vectors.shape[1])
    assert users.dtype == user_model.scores(histories).dtype == np.float32
    assert np.allclose(user_model.scores(histories), users @ user_model.item_vectors.T, atol=1e-5)


def test_an_empty_history_has_no_vector(user_model):
    assert not user_model.user_vectors([history()]).any()


def test_no_histories_give_no_vectors(user_model):
    assert user_model.scores([]).shape == (0, 12)


def test_a_user_vector_does_not_depend_on_the_other_users(user_model):
    longer = [history(1, 2), history(*range(12)), history(7)]
    alone = np.concatenate([user_model.user_vectors([one]) for one in longer])
    assert np.allclose(user_model.user_vectors(longer), alone, atol=1e-5)


def test_the_order_of_events_matters(user_model):
    one, other = user_model.user_vectors([history(1, 2, 3), history(3, 2, 1)])
    assert not np.allclose(one, other, atol=1e-3)


def test_an_item_vector_has_unit_length(user_model):
    assert np.allclose(np.linalg.norm(user_model.item_vectors, axis=1), 1, atol=1e-5)


def test_the_average_moves_by_its_rate():
    vectors = np.eye(3, dtype=np.float32)
    average = MovingAverage(vectors, 0.25).user_vectors([history(0, 1, 2)])
    assert np.allclose(average, [[0.75 * 0.75, 0.25 * 0.75, 0.25]])


def test_later_events_do_not_change_earlier_user_vectors():
    tower = sequence_model().users.eval()
    events = torch.randn(1, 5, 8, generator=torch.Generator().manual_seed(1))
    changed = events.clone()
    changed[:, 3:] = events[:, :2]
    nothing = torch.zeros(1, 5, dtype=torch.long)
    with torch.inference_mode():
        before, after = tower(events, nothing, nothing), tower(changed, nothing, nothing)
    torch.testing.assert_close(before[:, :3], after[:, :3])
    assert not torch.allclose(before[:, 3:], after[:, 3:], atol=1e-3)


def test_only_the_latest_events_are_read():
    other_beginning = history(11, 10, 9, 8, 7, 6, *range(6))
    users = transformer().user_vectors([history(*range(6, 12), *range(6)), other_beginning])
    assert np.allclose(users[0], users[1])


def test_a_saved_model_scores_the_same(tmp_path):
    model, folder = sequence_model(), Folder(str(tmp_path))
    save_sequence(folder, model, SETTINGS, {"curve": [0.1, 0.2]})
    before = Transformer(model.users, all_item_vectors(model), SETTINGS.max_events)
    histories = [history(1, 2, 3), history(4)]
    assert np.array_equal(load_sequence(folder).scores(histories), before.scores(histories))
    assert folder.read_json("model.json")["curve"] == [0.1, 0.2]
