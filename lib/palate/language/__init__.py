"""Language models (LLMs): where their weights are, and an engine that writes with one.

`palate.language.engine` brings vLLM, which takes seconds; nothing here does.
"""

from palate.config.explain import BUNDLED_LANGUAGE_MODEL
from palate.language.prompt import Prompt, Refusal
from palate.language.weights import model_path_or_id

__all__ = ["BUNDLED_LANGUAGE_MODEL", "Prompt", "Refusal", "model_path_or_id"]
