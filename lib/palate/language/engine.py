"""LLM engine (vLLM) inside this process, with continuous batching: many prompts, whole or piece by piece.

The environment of vLLM is set here, before it is imported: one process, so that an engine cannot outlive
its worker, and no messages but errors.
"""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from palate.config.explain import LanguageModelConfig
from palate.errors import PalateError
from palate.language.merging import merge_adapter, require_adapter
from palate.language.model import GeneratedPiece, LanguageModel
from palate.language.prompt import Prompt, Refusal
from palate.language.thinking import without_thinking
from palate.language.weights import model_path_or_id

if TYPE_CHECKING:
    from vllm import LLMEngine, RequestOutput, SamplingParams

_ENVIRONMENT = {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "VLLM_LOGGING_LEVEL": "ERROR"}
_CACHE_BLOCK = 32
"""Tokens in a block of the attention cache; only whole blocks are shared between prompts."""

CPU_CACHE_BYTES = 768 * 2**20
"""Memory for the attention cache where nothing is set."""

_TOKENS_A_STEP = 4096
"""Tokens of prompts and answers that a step works on at most."""


class Engine(LanguageModel):
    """One copy of a model, which works on `sequences` prompts at once; see `LanguageModel`."""

    def __init__(self, settings: LanguageModelConfig, gpu: bool = False) -> None:
        """Load the model; `PalateError` for one that cannot be loaded."""
        super().__init__()
        self._settings = settings
        # On a CPU vLLM copies the adapter for every token of a prompt: there the weights take it in.
        merges = settings.adapter is not None and not gpu
        self._engine = _merged(settings) if merges else _loaded(settings, gpu)
        self._tokenizer: Any = self._engine.get_tokenizer()
        self._adapter = None if merges else _adapter(settings)

    def start(self, id_: str, prompt: Prompt, seed: int, whole: bool = False) -> Refusal | None:
        """Let a prompt in; see `LanguageModel`. Refused are long prompts and broken grammars."""
        from vllm.exceptions import VLLMValidationError

        try:
            parameters = _parameters(self._settings, prompt.grammar, seed, whole)
            self._engine.add_request(id_, self._chat(prompt.text), parameters, lora_request=self._adapter)
        except (
            ValueError,
            VLLMValidationError,
        ) as error:  # a prompt that is too long, or a grammar that cannot be read
            return Refusal(str(error))
        return None

    def step(self) -> list[GeneratedPiece]:
        """Write one more token of every answer in work."""
        return [_piece(output) for output in cast("list[RequestOutput]", self._engine.step())]

    def stop(self, id_: str) -> None:
        """Give up an answer that nobody waits for."""
        self._engine.abort_request([id_])

    @property
    def is_busy(self) -> bool:
        """Whether an answer is in work."""
        return bool(self._engine.has_unfinished_requests())

    def _chat(self, text: str) -> Any:
        messages = [{"role": "user", "content": text}]
        # The chat format has all special signs already.
        chat = self._tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, **self._settings.chat_template
        )
        return {"prompt_token_ids": self._tokenizer.encode(chat, add_special_tokens=False)}


def _merged(settings: LanguageModelConfig) -> LLMEngine:
    """An engine whose model has the adapter in its weights; they are on the disk only until it is up."""
    with tempfile.TemporaryDirectory() as folder:
        merge_adapter(settings.model, str(settings.adapter), Path(folder))
        return _loaded(settings.model_copy(update={"model": folder, "adapter": None}), gpu=False)


def _loaded(settings: LanguageModelConfig, gpu: bool) -> LLMEngine:
    os.environ.update(_ENVIRONMENT)
    logging.getLogger("vllm").setLevel(logging.ERROR)  # what it says on import comes before its own settings
    try:
        from vllm import EngineArgs, LLMEngine
    except ImportError as error:
        raise PalateError(
            "Explanations are written with vLLM, which is not installed; install palate[cpu] or palate[gpu]"
        ) from error
    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            return LLMEngine.from_engine_args(EngineArgs(**_arguments(settings, gpu)))
    except (OSError, TypeError, ValueError) as error:
        raise PalateError(f"The language model {settings.model} cannot be loaded: {error}") from error


def _arguments(settings: LanguageModelConfig, gpu: bool) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "model": model_path_or_id(settings.model),
        "dtype": dtype_of(settings, gpu),
        "max_model_len": settings.context_tokens,
        "max_num_seqs": settings.sequences,
        "tensor_parallel_size": settings.tensor_parallel,
        "enable_prefix_caching": True,
        "disable_log_stats": True,
        "use_tqdm_on_load": False,
    }
    if settings.cache_bytes is not None or not gpu:
        # Of a processor's memory vLLM would take a share, whatever else runs there.
        arguments["kv_cache_memory_bytes"] = settings.cache_bytes or CPU_CACHE_BYTES
    if not gpu:
        # Compiling pays only for many more tokens than explanations have.
        arguments |= {"enforce_eager": True, "block_size": _CACHE_BLOCK}
        # On a CPU a prompt that is read in two steps cannot have a seed of its own.
        tokens = max(_TOKENS_A_STEP, settings.context_tokens)
        arguments |= {"enable_chunked_prefill": False, "max_num_batched_tokens": tokens}
    if settings.adapter is not None:
        arguments |= {"enable_lora": True, "max_loras": 1, "max_lora_rank": 64}
    return arguments | settings.engine


def dtype_of(settings: LanguageModelConfig, gpu: bool) -> str:
    """The format that the settings ask for, or the quicker one of this machine."""
    if settings.dtype != "auto":
        return settings.dtype
    return "bfloat16" if gpu or "amx_bf16" in _processor() else "float32"


def _processor() -> str:
    """What Linux says of the processor; nothing elsewhere."""
    file = Path("/proc/cpuinfo")
    return file.read_text() if file.exists() else ""


def _adapter(settings: LanguageModelConfig) -> Any:
    if settings.adapter is None:
        return None
    from vllm.lora.request import LoRARequest

    require_adapter(settings.adapter)
    return LoRARequest("explainer", 1, settings.adapter)


def _parameters(settings: LanguageModelConfig, grammar: str | None, seed: int, whole: bool) -> SamplingParams:
    from vllm import SamplingParams
    from vllm.sampling_params import RequestOutputKind, StructuredOutputsParams

    return SamplingParams(
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        seed=seed,
        output_kind=RequestOutputKind.FINAL_ONLY if whole else RequestOutputKind.CUMULATIVE,
        structured_outputs=StructuredOutputsParams(grammar=grammar) if grammar else None,
    )


def _piece(output: RequestOutput) -> GeneratedPiece:
    return GeneratedPiece(output.request_id, without_thinking(output.outputs[0].text), output.finished)
