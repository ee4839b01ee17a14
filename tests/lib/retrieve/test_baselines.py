"""The contract that every stored method keeps, on a checkerboard whose right answer is known."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import scipy.sparse as sp

from palate.config import BaselinesConfig
from palate.config.baselines import RETRIEVERS as ENTRIES
from palate.data.histories import Histories, History
from palate.errors import PalateError
from palate.retrieve import (
    METHODS,
    RETRIEVERS,
    EaseRecent,
    StoredScorer,
    TrainingData,
    fit_ease,
    fit_implicit_als,
    fit_item_knn,
    fit_popularity,
    fit_recent_popularity,
    fit_user_knn,
    load_model,
    load_models,
    model_files,
    save_model,
    saved_methods,
)
from palate.retrieve.buy_again import OwnPopularity, fit_buy_again
from palate.retrieve.transitions import fit_transitions
from palate.storage import Folder

ITEMS = 12
COLLABORATIVE = ("item-knn", "user-knn", "ease", "ease-recent", "ials")
"""Methods that know no order; what comes after what says nothing of a checkerboard's missing field."""


def block_of(rows: Sequence[Sequence[int]], times: Sequence[Sequence[int]] | None = None) -> Histories:
    lengths = [len(row) for row in rows]
    times = times or [range(length) for length in lengths]
    return Histories(
        users=pa.array([f"u{number}" for number in range(len(rows))]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items=np.array([item for row in rows for item in row], np.int32),
        times=np.array([time for row in times for time in row], np.int64),
        train_end=np.array(lengths, np.int32),
        validation_end=np.array(lengths, np.int32),
    )


def history(*items: int) -> History:
    return History(np.array(items, np.int32), np.arange(len(items), dtype=np.int64))


def of_the_same_parity(user: int) -> list[int]:
    return [item for item in range(user % 2, ITEMS, 2) if item != user]


CHECKERBOARD = block_of([of_the_same_parity(user) for user in range(ITEMS)])
"""User u took all items of u's parity but item u, which is thus the one to recommend."""


def halves(block: Histories) -> list[sp.csr_matrix]:
    matrix = block.train_matrix(ITEMS)
    return [matrix[:5], matrix[5:]]


def fitted(name: str) -> StoredScorer:
    blocks = halves(CHECKERBOARD)
    if name == "popularity":
        return fit_popularity(blocks)
    if name == "recent-popularity":
        return fit_recent_popularity([CHECKERBOARD], ITEMS, 30)
    if name == "buy-again":
        return fit_buy_again([CHECKERBOARD], ITEMS)
    if name == "own-popularity":
        return OwnPopularity(fit_buy_again([CHECKERBOARD], ITEMS).popularity)
    if name == "transitions":
        return fit_transitions([CHECKERBOARD], ITEMS)
    if name == "item-knn":
        return fit_item_knn(blocks, neighbours=8, shrinkage=1)
    if name == "user-knn":
        return fit_user_knn(blocks, neighbours=8, shrinkage=1)
    if name == "ials":
        return fit_implicit_als(
            blocks, factors=4, regularisation=0.01, alpha=10, iterations=15, threads=1, seed=0
        )
    ease = fit_ease(blocks, l2=1)
    return ease if name == "ease" else EaseRecent(ease.weights, ease.popularity, 0.9)


every_method = pytest.mark.parametrize("name", METHODS)


@every_method
def test_scores_have_a_row_a_history_and_a_column_an_item(name: str) -> None:
    scores = fitted(name).scores([history(1), history(2, 4), history()])
    assert scores.shape == (3, ITEMS)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


@every_method
def test_no_histories_give_no_scores(name: str) -> None:
    assert fitted(name).scores([]).shape == (0, ITEMS)


@pytest.mark.parametrize("name", COLLABORATIVE)
def test_the_missing_field_of_the_checkerboard_is_recommended(name: str) -> None:
    histories = list(CHECKERBOARD.trains())
    scores = fitted(name).scores(histories)
    for user, known in enumerate(histories):
        scores[user, known.items] = -np.inf
    assert scores.argmax(axis=1).tolist() == list(range(ITEMS))


@pytest.mark.parametrize("name", COLLABORATIVE)
def test_an_empty_history_gets_the_order_of_popularity(name: str) -> None:
    counts = np.asarray(fitted("popularity").scores([history()]))
    np.testing.assert_array_equal(fitted(name).scores([history(2), history()])[1], counts[0])


@every_method
def test_fitting_twice_gives_the_same_scores(name: str) -> None:
    histories = [history(0, 2), history(3)]
    np.testing.assert_array_equal(fitted(name).scores(histories), fitted(name).scores(histories))


@every_method
def test_a_saved_model_scores_as_before(name: str, tmp_path: Path) -> None:
    model, histories = fitted(name), [history(0, 2), history(3), history()]
    save_model(Folder(str(tmp_path)), name, model)
    loaded = load_model(Folder(str(tmp_path)), name)
    assert type(loaded) is type(model)
    np.testing.assert_array_equal(loaded.scores(histories), model.scores(histories))


@every_method
def test_scores_of_a_history_do_not_depend_on_its_neighbours(name: str) -> None:
    model = fitted(name)
    together = model.scores([history(0, 2), history(5, 7, 9)])[1]
    np.testing.assert_allclose(model.scores([history(5, 7, 9)])[0], together, rtol=1e-5, atol=1e-7)


@every_method
def test_a_slice_of_the_catalogue_has_its_part_of_the_scores(name: str) -> None:
    model, histories = fitted(name), [history(0, 2), history(3, 9), history()]
    part = model.sliced(slice(4, 9)).scores(histories)
    np.testing.assert_allclose(part, model.scores(histories)[:, 4:9], rtol=1e-6)


@every_method
def test_only_a_personal_method_answers_two_histories_differently(name: str) -> None:
    model = fitted(name)
    one, other = model.scores([history(0, 2), history(3)])
    assert model.is_personal != np.array_equal(one, other)


def test_every_entry_of_the_registry_has_a_retriever_whose_model_is_its_partner() -> None:
    for name, entry in ENTRIES.items():
        methods = [model.method for model in RETRIEVERS[name].models]
        assert methods[0] == name
        assert entry.partner is None or entry.partner in methods


def test_a_fit_leaves_models_of_the_retriever_in_the_order_of_tables() -> None:
    data = TrainingData(BaselinesConfig(als_factors=4), ITEMS, lambda: [CHECKERBOARD], threads=1, seed=0)
    for retriever in RETRIEVERS.values():
        assert tuple(type(model) for model, _ in retriever.fit(data)) == retriever.models


def test_two_models_share_one_file_of_arrays(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    save_model(folder, "ease", fitted("ease"))
    save_model(folder, "ease-recent", fitted("ease-recent"), arrays_of="ease")
    models = load_models(folder, saved_methods(folder))
    assert list(models) == ["ease", "ease-recent"]
    assert np.shares_memory(models["ease"].state()["weights"], models["ease-recent"].state()["weights"])
    assert model_files(folder, "ease-recent") == ["ease-recent.json", "ease.safetensors"]


def test_ials_warns_of_no_threads_in_a_process_that_has_more_than_one() -> None:
    program = (
        "import warnings; warnings.simplefilter('error', RuntimeWarning)\n"
        "import numpy as np\n"
        "from palate.data.histories import History\n"
        "from palate.retrieve.als import ImplicitAls\n"
        "model = ImplicitAls(np.eye(4, 2, dtype=np.float32), np.ones(4, np.float32), 10.0, 0.01)\n"
        "print(model.scores([History(np.zeros(1, np.int32), np.zeros(1, np.int64))]).shape)"
    )
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("(1, 4)", 0), done.stderr


def test_a_missing_or_damaged_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    with pytest.raises(PalateError, match=r"no model 'ease'.*train_baselines"):
        load_model(folder, "ease")
    save_model(folder, "popularity", fitted("popularity"))
    folder.write_bytes("popularity.safetensors", b"not tensors")
    with pytest.raises(PalateError, match="train it again"):
        load_model(folder, "popularity")
    folder.write_json("popularity.json", {"method": "astrology", "settings": {}, "arrays": "popularity"})
    with pytest.raises(PalateError, match="no known method"):
        load_model(folder, "popularity")
