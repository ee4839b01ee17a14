"""Which language model writes: the one of the settings, in this process or behind an endpoint."""

from __future__ import annotations

from palate.config.explain import LanguageModelConfig
from palate.language.model import LanguageModel


def load_language_model(settings: LanguageModelConfig, gpu: bool = False) -> LanguageModel:
    """What writes by these settings; `PalateError` where it cannot be had.

    Either import is slow, and only one is needed: vLLM takes seconds, and a client of an endpoint one.
    """
    if settings.endpoint is not None:
        from palate.language.endpoint import ChatEndpoint

        return ChatEndpoint(settings, settings.endpoint)
    from palate.language.engine import Engine

    return Engine(settings, gpu)
