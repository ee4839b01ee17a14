"""Tiny encoders of the architectures that people use, with random weights and a vocabulary of their own."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertModel,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3Model,
    XLMRobertaConfig,
    XLMRobertaModel,
)

from palate.encode import bundled_encoder

WIDTH = 32
TEXTS = [
    "A comedy of the year 1990",
    "A serious drama of 1995",
    "A drama",
    "a romance",
    "query: passage: find ",
]
SHAPE = {"hidden_size": WIDTH, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
FIND = "Find what fits: "
"""Prompt of the decoder's queries, in its own files."""


class Architecture(NamedTuple):
    """How encoders of one family are built and read."""

    pooling: str
    padding: str
    query: str
    document: str
    settings: dict[str, object]
    """What a person has to set, for it stands on the model's card alone."""


ARCHITECTURES = {
    "qwen3": Architecture("lasttoken", "left", FIND, "", {}),
    "e5": Architecture(
        "mean", "right", "query: ", "passage: ", {"prompts": {"query": "query: ", "document": "passage: "}}
    ),
    "bge": Architecture("cls", "right", "", "", {}),
}


@cache
def narrow_bert() -> Path:
    """A BERT of one narrow layer with random weights and the bundled model's tokenizer, made once a process.

    Texts with words in common come to lie together, for the mean over their tokens is their vector.
    """
    folder = Path(tempfile.mkdtemp(prefix="palate-encoder-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shape = {
        "hidden_size": WIDTH,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": WIDTH,
    }
    torch.manual_seed(0)
    model = BertModel(BertConfig(**shape))
    model.embeddings.word_embeddings.weight.data *= 5  # words tell more than their positions
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(bundled_encoder()).save_pretrained(folder)
    return folder


def make_encoder(name: str, folder: Path, dtype: torch.dtype = torch.float32) -> Path:
    """Write the encoder in the sentence-transformers layout; the folder."""
    bare = make_checkpoint(name, folder / "bare", dtype)
    architecture = ARCHITECTURES[name]
    transformer = Transformer(str(bare))
    modules = [transformer, Pooling(WIDTH, architecture.pooling), Normalize()]
    prompts = {"query": FIND, "document": ""} if name == "qwen3" else None
    made = SentenceTransformer(modules=modules, prompts=prompts, device="cpu")
    made.save_pretrained(str(folder / name), create_model_card=False)
    return folder / name


def make_checkpoint(name: str, folder: Path, dtype: torch.dtype = torch.float32) -> Path:
    """Write a bare checkpoint and its tokenizer; the folder."""
    tokenizer = _tokenizer(ARCHITECTURES[name].padding)
    torch.manual_seed(0)
    _model(name, len(tokenizer)).to(dtype).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _model(name: str, words: int) -> PreTrainedModel:
    shape = {**SHAPE, "vocab_size": words, "pad_token_id": 0}
    if name == "qwen3":
        return Qwen3Model(Qwen3Config(**shape, num_key_value_heads=1, head_dim=16))
    if name == "e5":
        return XLMRobertaModel(XLMRobertaConfig(**shape, max_position_embeddings=130))
    return BertModel(BertConfig(**shape))


def _tokenizer(padding: str) -> PreTrainedTokenizerFast:
    """Bytes and what often stands together, with an end that the last token of a text always is."""
    made = Tokenizer(models.BPE(unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel()
    special = ["[PAD]", "[UNK]", "[CLS]", "[END]"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        TEXTS, trainers.BpeTrainer(vocab_size=320, special_tokens=special, initial_alphabet=alphabet)
    )
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [END]", special_tokens=[("[CLS]", 2), ("[END]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        eos_token="[END]",
        padding_side=padding,
        model_input_names=["input_ids", "attention_mask"],
    )
