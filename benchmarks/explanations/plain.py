"""The peer of the pool: plain `vllm.LLM.generate` on the very prompts, in a process of its own.

`python -m benchmarks.explanations.plain TEXTS RELEASES` reads the evidence in a folder of texts, and prints
how long one engine takes to answer all prompts at once, and then 64 of them, as JSON. The engine has the
settings of the pool's: grammar, seeds, prefix caching. Nothing is checked or written.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import pyarrow.parquet as pq

from palate.config import LanguageModelConfig
from palate.explain import Vocabulary, explanation_request
from palate.explain.evidence.serialisation import evidence_of
from palate.language import Prompt
from palate.language.bundled import bundled_folder
from palate.language.engine import CPU_CACHE_BYTES, dtype_of
from palate.recommender.artefacts import Artefacts
from palate.release import verified_release
from palate.storage import Folder

BATCH = 64


def main(texts: str, releases: str) -> dict[str, Any]:
    """Seconds and tokens."""
    os.environ |= {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "VLLM_LOGGING_LEVEL": "ERROR"}
    from vllm import LLM

    settings, prompts = LanguageModelConfig(), prompts_of(texts, releases)
    began = time.monotonic()
    llm = LLM(
        model=str(bundled_folder()),
        dtype=dtype_of(settings, gpu=False),
        max_model_len=settings.context_tokens,
        max_num_seqs=settings.sequences,
        kv_cache_memory_bytes=CPU_CACHE_BYTES,
        enable_prefix_caching=True,
        enforce_eager=True,
        block_size=32,
        enable_chunked_prefill=False,
        max_num_batched_tokens=4096,
    )
    up = time.monotonic() - began
    _timed(llm, prompts[:1], settings)  # the first answer is slow; the pool's engine has had one, too
    whole = _timed(llm, prompts, settings)
    return {"up_seconds": round(up, 2), **whole, "batch": _timed(llm, prompts[:BATCH], settings)}


def _timed(llm: Any, prompts: list[Prompt], settings: LanguageModelConfig) -> dict[str, Any]:
    tokenizer = llm.get_tokenizer()
    chats = [
        tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt.text}], tokenize=False, add_generation_prompt=True
        )
        for prompt in prompts
    ]
    parameters = [_parameters(prompt, seed, settings) for seed, prompt in enumerate(prompts)]
    began = time.monotonic()
    answers = llm.generate(chats, parameters, use_tqdm=False)
    seconds = time.monotonic() - began
    tokens = sum(len(answer.outputs[0].token_ids) for answer in answers)
    return {"texts": len(answers), "seconds": round(seconds, 2), "tokens": tokens}


def _parameters(prompt: Prompt, seed: int, settings: LanguageModelConfig) -> Any:
    from vllm import SamplingParams
    from vllm.sampling_params import StructuredOutputsParams

    return SamplingParams(
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        seed=seed,
        structured_outputs=StructuredOutputsParams(grammar=prompt.grammar),
    )


def prompts_of(texts: str, releases: str) -> list[Prompt]:
    """The prompts of the texts in a folder, with their grammars."""
    artefacts = Artefacts.of(verified_release(Folder(releases)))
    vocabulary = Vocabulary.of(artefacts.catalogue, artefacts.rerank.columns, artefacts.steering.nouns)
    rows = pq.read_table(texts, columns=["item", "evidence"]).to_pylist()
    return [
        explanation_request(row["item"], evidence_of(row["evidence"]), vocabulary).to_prompt(constrained=True)
        for row in rows
    ]


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
