"""Another peer of the pool: `ray.data.llm` on the very prompts, in a process of its own.

`python -m benchmarks.explanations.ray_data_llm TEXTS RELEASES` prints how long its engine takes to answer all
prompts, as JSON: from when the first was given to it to when the last answer is out, as far as its rows tell,
which have the seconds of each answer. The engine has the settings of the pool's: grammar, seeds, prefix
caching. Nothing is checked or written.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from benchmarks.explanations.plain import prompts_of
from palate.config import LanguageModelConfig
from palate.language.bundled import bundled_folder
from palate.language.engine import CPU_CACHE_BYTES, dtype_of
from palate.language.prompt import Prompt


def main(texts: str, releases: str, most: int | None = None) -> dict[str, Any]:
    """Seconds and texts, of the first prompts or of all."""
    os.environ |= {"VLLM_LOGGING_LEVEL": "ERROR", "RAY_BACKEND_LOG_LEVEL": "fatal"}
    import ray
    from ray.data.llm import build_processor

    settings, prompts = LanguageModelConfig(), prompts_of(texts, releases)[:most]
    ray.init(address="local", include_dashboard=False, logging_level="error", log_to_driver=False)
    rows = [_row(prompt, seed, settings) for seed, prompt in enumerate(prompts)]
    processor = build_processor(_config(settings), postprocess=_moments)
    moments = processor(ray.data.from_items(rows)).materialize().to_pandas()
    seconds = moments["ended"].max() - moments["began"].min()
    return {"texts": len(moments), "seconds": round(float(seconds), 2)}


def _config(settings: LanguageModelConfig) -> Any:
    from ray.data.llm import vLLMEngineProcessorConfig

    return vLLMEngineProcessorConfig(
        model_source=str(bundled_folder()),
        batch_size=settings.sequences,
        concurrency=1,
        log_engine_metrics=False,
        placement_group_config={"bundle_per_worker": {"CPU": 1}},
        engine_kwargs={
            "distributed_executor_backend": "mp",
            "dtype": dtype_of(settings, gpu=False),
            "max_model_len": settings.context_tokens,
            "max_num_seqs": settings.sequences,
            "kv_cache_memory_bytes": CPU_CACHE_BYTES,
            "enable_prefix_caching": True,
            "enforce_eager": True,
            "block_size": 32,
            "enable_chunked_prefill": False,
            "max_num_batched_tokens": 4096,
        },
    )


def _row(prompt: Prompt, seed: int, settings: LanguageModelConfig) -> dict[str, Any]:
    """A chat and how it is answered."""
    return {
        "messages": [{"role": "user", "content": prompt.text}],
        "sampling_params": {
            "temperature": settings.temperature,
            "max_tokens": settings.max_tokens,
            "seed": seed,
            "structured_outputs": {"grammar": prompt.grammar},
        },
    }


def _moments(row: dict[str, Any]) -> dict[str, Any]:
    """When the engine was given a prompt, and when its answer was out."""
    ended = time.time()
    return {"began": ended - row["time_taken_llm"], "ended": ended}


if __name__ == "__main__":
    given = sys.argv[1:]
    print(json.dumps(main(given[0], given[1], int(given[2]) if len(given) > 2 else None)))
