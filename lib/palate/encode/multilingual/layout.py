"""Layout of sentence-transformers for a packed E5: BERT, XLM-R's tokenizer, mean pooling, prompts."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from palate.encode.multilingual.packed import PackedEncoder, Shape

_PROMPTS = {"query": "query: ", "document": "passage: "}
"""Of the model's card."""
_DROPPED = r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
_SPACES = r"[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
"""Signs that SentencePiece's `nmt_nfkc` drops, and those that it takes for a space."""
_IN_A_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}


def write_layout(packed: PackedEncoder, target: Path) -> None:
    """Write the encoder to a folder, its weights in 16 bits."""
    with tempfile.TemporaryDirectory() as bare:
        _network(packed).half().save_pretrained(bare)
        _tokenizer(packed).save_pretrained(bare)
        model = SentenceTransformer(bare, device="cpu", prompts=dict(_PROMPTS))
        model.save_pretrained(str(target), create_model_card=False)


def _network(packed: PackedEncoder) -> BertModel:
    shape = packed.shape
    settings = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner_width,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=packed.special["pad"],
    )
    network = BertModel(settings)
    # The pooler that BERT brings is not used: zeros, so that the files are the same each time.
    state = {name: torch.zeros_like(weights) for name, weights in network.state_dict().items()}
    for name, weights in _named(packed.tensors, shape).items():
        state[name] = torch.from_numpy(weights.copy()).reshape(state[name].shape)
    network.load_state_dict(state)
    return network


def _named(tensors: Mapping[str, NDArray[np.float32]], shape: Shape) -> dict[str, NDArray[np.float32]]:
    """The tensors by the names that transformers gives them."""
    named = {f"embeddings.{name}": tensors[packed] for packed, name in _EMBEDDINGS.items()}
    for layer in range(shape.layers):
        for packed, name in _IN_A_LAYER.items():
            for end, part in (("w", "weight"), ("b", "bias")):
                named[f"encoder.layer.{layer}.{name}.{part}"] = tensors[f"l{layer}.{packed}.{end}"]
    return named


def _tokenizer(packed: PackedEncoder) -> PreTrainedTokenizerFast:
    names = {role: packed.pieces[number][0] for role, number in packed.special.items()}
    tokenizer = Tokenizer(Unigram(packed.pieces, unk_id=packed.special["unk"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_DROPPED), ""),
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    begin, end = (names["bos"], packed.special["bos"]), (names["eos"], packed.special["eos"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin[0]} $A {end[0]}",
        pair=f"{begin[0]} $A {end[0]} {end[0]} $B {end[0]}",
        special_tokens=[begin, end],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=names["bos"],
        cls_token=names["bos"],
        eos_token=names["eos"],
        sep_token=names["eos"],
        pad_token=names["pad"],
        unk_token=names["unk"],
        model_max_length=packed.shape.positions,
    )
