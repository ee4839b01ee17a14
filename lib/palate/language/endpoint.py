"""OpenAI-compatible endpoint: a language model that another server holds, such as vLLM's or a provider's.

Every answer in work has a thread, which waits for the server; there are `sequences` of them. The key, where
the server asks for one, is in the environment variable `PALATE_LANGUAGE_MODEL_KEY`: settings travel with a
release, and one that could name a variable could have any secret sent anywhere.
"""

from __future__ import annotations

import os
import queue
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from palate.config.explain import EndpointConfig, LanguageModelConfig
from palate.language.model import GeneratedPiece, LanguageModel
from palate.language.prompt import Prompt, Refusal
from palate.language.thinking import without_thinking

if TYPE_CHECKING:
    from openai import OpenAI, Stream
    from openai.types.chat import ChatCompletionChunk

KEY_VARIABLE = "PALATE_LANGUAGE_MODEL_KEY"
_NO_KEY = "none"
"""What a server that asks for no key is sent, as the client insists on one."""
_WAIT_S = 0.05
"""How long a step waits for a piece, so that whoever steps also hears of new prompts."""


class _Order(NamedTuple):
    """What a thread works on."""

    id: str
    prompt: Prompt
    seed: int
    whole: bool


class ChatEndpoint(LanguageModel):
    """A model behind `endpoint.url` of the settings; see `LanguageModel`.

    What the server refuses, or does not answer in time after `retries` more tries, is a `Refusal`.
    """

    def __init__(self, settings: LanguageModelConfig, endpoint: EndpointConfig) -> None:
        """Connect to nothing yet."""
        super().__init__()
        self._settings, self._endpoint = settings, endpoint
        self._client = _client(endpoint)
        self._orders: queue.SimpleQueue[_Order] = queue.SimpleQueue()
        self._pieces: queue.SimpleQueue[GeneratedPiece] = queue.SimpleQueue()
        self._in_work: set[str] = set()
        for _ in range(settings.sequences):  # daemons, so that nobody who leaves waits for the server
            threading.Thread(target=self._work, name="endpoint", daemon=True).start()

    def start(self, id_: str, prompt: Prompt, seed: int, whole: bool = False) -> Refusal | None:
        """Let a prompt in; what is wrong with it shows in its last piece, as only the server knows."""
        self._in_work.add(id_)
        self._orders.put(_Order(id_, prompt, seed, whole))
        return None

    def step(self) -> list[GeneratedPiece]:
        """All pieces that have come, of answers that somebody waits for."""
        pieces: list[GeneratedPiece] = []
        try:
            pieces.append(self._pieces.get(timeout=_WAIT_S))
            while True:
                pieces.append(self._pieces.get_nowait())
        except queue.Empty:
            wanted = [piece for piece in pieces if piece.id in self._in_work]
            self._in_work -= {piece.id for piece in wanted if piece.finished}
            return wanted

    def stop(self, id_: str) -> None:
        """Give up an answer: its thread leaves the server's stream at the next piece."""
        self._in_work.discard(id_)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is in work."""
        return bool(self._in_work)

    def _work(self) -> None:
        while True:
            order = self._orders.get()
            if order.id in self._in_work:
                self._pieces.put(self._last_piece(order))

    def _last_piece(self, order: _Order) -> GeneratedPiece:
        """One answer, from the request to its end."""
        from openai import OpenAIError

        refusal, text = None, ""
        try:
            with self._client.chat.completions.create(**self._body(order)) as stream:
                text = self._text(order, stream)
        except OpenAIError as error:
            refusal = Refusal(f"{self._endpoint.url}: {error}")
        return GeneratedPiece(order.id, without_thinking(text), finished=True, refusal=refusal)

    def _text(self, order: _Order, stream: Stream[ChatCompletionChunk]) -> str:
        """The answer as the server writes it, until it ends or nobody waits for it."""
        text = ""
        for chunk in stream:
            if order.id not in self._in_work:
                break
            # The last chunk of some servers has figures of use and no choice.
            text += "".join(choice.delta.content or "" for choice in chunk.choices)
            if not order.whole:
                self._pieces.put(GeneratedPiece(order.id, without_thinking(text), finished=False))
        return text

    def _body(self, order: _Order) -> dict[str, Any]:
        settings = self._settings
        # Fields that only some servers know, such as vLLM's, are sent where they say something.
        more: dict[str, Any] = dict(self._endpoint.body)
        if settings.chat_template:
            more["chat_template_kwargs"] = settings.chat_template
        if order.prompt.grammar is not None:
            more["structured_outputs"] = {"grammar": order.prompt.grammar}
        return {
            "model": settings.model,
            "messages": [{"role": "user", "content": order.prompt.text}],
            "temperature": settings.temperature,
            "max_tokens": settings.max_tokens,
            "seed": order.seed,
            "stream": True,
            "extra_body": more,
        }


def _client(endpoint: EndpointConfig) -> OpenAI:
    from openai import OpenAI

    return OpenAI(
        base_url=endpoint.url,
        api_key=os.environ.get(KEY_VARIABLE) or _NO_KEY,
        timeout=endpoint.timeout_s,
        max_retries=endpoint.retries,
    )
