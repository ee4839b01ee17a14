"""An encoder that a release would not take is found out before anything is trained."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from palate.encode.tokenizer_files import require_publishable
from palate.errors import PalateError


def test_an_encoder_with_a_chat_template_may_be_published(tiny_encoder: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny_encoder, tmp_path / "encoder")
    tokenizer = AutoTokenizer.from_pretrained(copied)
    tokenizer.chat_template = "{{ messages }}"
    tokenizer.save_pretrained(copied)
    assert (copied / "chat_template.jinja").exists()
    require_publishable(copied)


def test_a_tokenizer_that_leaves_a_pickle_is_refused(
    tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(tokenizer: PreTrainedTokenizerBase, folder: str, **options: object) -> None:
        (Path(folder) / "vocabulary.pkl").write_bytes(b"\x80\x04")

    monkeypatch.setattr(PreTrainedTokenizerBase, "save_pretrained", save)
    with pytest.raises(PalateError, match=r"could not be published: vocabulary\.pkl may not enter a release"):
        require_publishable(tiny_encoder)
