import numpy as np
import pytest

from palate.encode import BUNDLED_ENCODER, load_encoder, require_encoder, to_int8
from palate.errors import PalateError


def test_the_bundled_encoder_puts_related_texts_together():
    vectors = load_encoder(BUNDLED_ENCODER).encode(
        ["a ghost ship in space", "haunted starship", "tomato soup recipe"]
    )
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_vectors_do_not_depend_on_the_company_of_other_texts(tiny_encoder):
    encoder = load_encoder(tiny_encoder)
    together = encoder.encode(["short", "a much longer text than the other one", "third"])
    assert np.allclose(together[0], encoder.encode(["short"])[0], atol=1e-5)


def test_weights_of_a_byte_give_nearly_the_same_vectors_and_leave_the_encoder_as_it_is():
    encoder, texts = (
        load_encoder(BUNDLED_ENCODER),
        ["a ghost ship in space", "tomato soup recipe", "garden chair"],
    )
    before = encoder.encode(texts)
    rounded = to_int8(encoder).encode(texts)
    assert ((before * rounded).sum(1) > 0.9).all()
    assert not np.allclose(before, rounded, atol=1e-4)
    assert np.array_equal(encoder.encode(texts), before)


def test_no_texts_give_no_vectors(tiny_encoder):
    assert load_encoder(tiny_encoder).encode([]).shape == (0, 32)


def test_a_missing_encoder_is_explained(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for opened in (load_encoder, require_encoder):
        with pytest.raises(PalateError, match="no-such-model"):
            opened(tmp_path / "no-such-model")


def test_the_bundled_encoder_is_there():
    require_encoder(BUNDLED_ENCODER)
