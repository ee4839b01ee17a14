"""The packed multilingual encoder becomes a folder that every part of Palate reads as any other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from palate.encode import load_encoder
from palate.encode.multilingual.layout import write_layout
from palate.encode.multilingual.packed import read_packed
from palate.encode.tokenizer_files import require_publishable
from palate.errors import PalateError
from tests.support.packed_encoder import LAYERS, PIECES, WIDTH, write_packed_encoder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("packed")
    write_packed_encoder(place / "packed.bin")
    write_layout(read_packed(place / "packed.bin"), place / "encoder")
    return place / "encoder"


def test_weights_and_pieces_are_read_as_they_were_packed(tmp_path: Path) -> None:
    tensors = write_packed_encoder(tmp_path / "packed.bin")
    packed = read_packed(tmp_path / "packed.bin")
    assert (packed.shape.width, packed.shape.layers) == (WIDTH, LAYERS)
    assert [piece for piece, _ in packed.pieces] == list(PIECES)
    assert packed.tensors.keys() == tensors.keys()
    assert all(np.array_equal(packed.tensors[name], tensors[name]) for name in tensors)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(PalateError, match="is no packed E5 encoder"):
        read_packed(tmp_path / "other.bin")


def test_folder_is_an_encoder_with_the_prompts_of_its_card(folder: Path) -> None:
    encoder = load_encoder(folder)
    assert encoder.prompts == ("query: ", "passage: ")
    vectors = encoder.encode(["red cat", "星际"])
    assert vectors.shape == (2, WIDTH)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert not np.allclose(vectors, encoder.encode_queries(["red cat", "星际"]))


def test_tokenizer_normalises_and_splits_as_sentencepiece_does(folder: Path) -> None:
    tokenizer = load_encoder(folder).model.tokenizer
    assert tokenizer.tokenize("red  \uff43\uff41\uff54") == ["▁red", "▁cat"]
    assert tokenizer.tokenize("red\u200bcat\x01") == ["▁red", "▁cat"]
    assert tokenizer.tokenize("星际") == ["▁", "星", "际"]
    ids = tokenizer("cat")["input_ids"]
    assert tokenizer.convert_ids_to_tokens(ids) == ["<s>", "▁cat", "</s>"]


def test_folder_may_enter_a_release(folder: Path) -> None:
    require_publishable(folder)
