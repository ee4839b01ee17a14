import numpy as np
import torch

from palate.config import SequenceConfig
from palate.data.histories import History
from palate.retrieve.item_vectors import load_item_vectors, member_files
from palate.sequence import SequenceModel, load_sequence, save_sequence
from palate.storage import Folder

ITEMS = 12
HISTORIES = [
    History(np.array(items, np.int32), np.arange(len(items), dtype=np.int64))
    for items in ([1, 2, 3], [4], [])
]


def saved(folder: Folder, members: int) -> list[Folder]:
    """An ensemble in `folder`, and each of its members by itself in a folder of its own."""
    settings = SequenceConfig(width=8, layers=1, max_events=6, members=members)
    alone = settings.model_copy(update={"members": 1})
    text = torch.nn.functional.normalize(torch.randn(ITEMS, 4), dim=-1)
    for member in range(members):
        torch.manual_seed(member)
        model = SequenceModel(text, torch.ones(ITEMS, dtype=torch.bool), settings)
        save_sequence(folder, model, settings, {"curve": [0.1]}, member)
        save_sequence(folder / f"alone-{member}", model, alone, {"curve": [0.1]})
    return [folder / f"alone-{member}" for member in range(members)]


def test_an_ensemble_scores_the_mean_of_its_members(tmp_path):
    folder = Folder(str(tmp_path))
    alone = [load_sequence(one).scores(HISTORIES) for one in saved(folder, 3)]
    np.testing.assert_allclose(load_sequence(folder).scores(HISTORIES), np.mean(alone, axis=0), rtol=1e-4)


def test_item_vectors_of_an_ensemble_have_unit_length_and_are_read_without_the_model(tmp_path):
    folder = Folder(str(tmp_path))
    saved(folder, 2)
    vectors = load_item_vectors(folder)
    assert vectors.shape == (ITEMS, 16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(vectors, load_sequence(folder).item_vectors, rtol=1e-5)


def test_all_files_of_all_members_are_named(tmp_path):
    folder = Folder(str(tmp_path))
    saved(folder, 2)
    assert sorted(member_files(folder)) == sorted(folder.files(""))
