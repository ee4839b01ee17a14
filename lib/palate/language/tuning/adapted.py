"""LoRA model (Hu et al., ICLR 2022): a language model with low-rank adapters, and the loss of its answers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from palate.config.tuning import ExplainerTuningConfig
from palate.language.tuning.batch import IGNORE_LABEL, TokenBatch
from palate.language.weights import model_path_or_id


def adapted_model(name: str, settings: ExplainerTuningConfig) -> Any:
    """The model in bfloat16, of which nothing but new adapters can be trained.

    Frozen weights in bfloat16 take half the memory and, where measured, less than half the time of float32.
    """
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(model_path_or_id(name), dtype=torch.bfloat16)
    adapters = LoraConfig(
        r=settings.lora_rank,
        lora_alpha=2 * settings.lora_rank,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    model = get_peft_model(base, adapters, autocast_adapter_dtype=False)
    # Where the weights lie differs between machines; the name does not.
    model.peft_config["default"].base_model_name_or_path = name
    return model.eval()  # no dropout: every number of workers learns the same


class AnswerLoss(nn.Module):
    """An adapted model as a module from a batch to a loss, which is what DDP can wrap."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: TokenBatch) -> Tensor:
        """Summed cross-entropy of the answers' tokens, in nats."""
        states = self._states(batch)
        # Scores over the vocabulary, [answers' tokens, vocabulary], only where a token is to be written.
        has_label = batch.labels != IGNORE_LABEL
        scores: Tensor = self.model.get_output_embeddings()(states[has_label])
        return nn.functional.cross_entropy(scores.float(), batch.labels[has_label], reduction="sum")

    def _states(self, batch: TokenBatch) -> Tensor:
        """Last hidden states, [examples, width, hidden]."""
        from transformers import DynamicCache

        decoder, cache = self.model.get_base_model().get_decoder(), DynamicCache()
        if batch.prefix.shape[1]:
            # No token depends on later ones, so one reading of the prefix serves all, gradients included.
            decoder(input_ids=batch.prefix, past_key_values=cache, use_cache=True)
            cache.batch_repeat_interleave(len(batch.tokens))
        states: Tensor = decoder(
            input_ids=batch.tokens, attention_mask=batch.mask, past_key_values=cache, use_cache=True
        ).last_hidden_state
        return states
