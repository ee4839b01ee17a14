"""Language models: where their weights are, and an engine that writes with one.

`palate.language.engine` brings vLLM, which takes seconds; nothing here does.
"""

from palate.language.bundled import BUNDLED
from palate.language.prompt import Prompt, Refusal
from palate.language.weights import model_place

__all__ = ["BUNDLED", "Prompt", "Refusal", "model_place"]
