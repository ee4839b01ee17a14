"""Explanation settings: the language model, what events mean, and how much is written at once."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from palate.config.section import Section

TextKind = Literal["explanation", "profile", "tags"]
InfluenceMethod = Literal["leave-one-out", "shapley", "lime"]


BUNDLED_LANGUAGE_MODEL = "SmolLM2-135M-Instruct"
"""The language model whose weights come with the installation, in a data package."""
QWEN_LANGUAGE_MODEL = "Qwen2.5-Coder-0.5B-Instruct"
"""A larger language model, whose weights come with the extra `qwen`."""


class EndpointConfig(Section):
    """A server with OpenAI's interface for chats, which holds the model: vLLM's, Ray Serve's or a provider's.

    The key that it asks for is taken from the environment variable `PALATE_LANGUAGE_MODEL_KEY`.
    """

    url: str
    """Base address, such as `http://gpu-1:8000/v1`."""
    timeout_s: float = Field(30.0, gt=0)
    """Seconds for one answer, or for its next piece where it is written piece by piece."""
    retries: int = Field(2, ge=0)
    """Further tries where the server is busy or away."""
    body: dict[str, Any] = Field(default_factory=dict)
    """Further fields of every request, such as `{reasoning_effort: low}`."""

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("begins with neither http:// nor https://")
        return url


class LanguageModelConfig(Section):
    """A language model and the memory it may take."""

    model: str = BUNDLED_LANGUAGE_MODEL
    """A causal language model with a chat template: a hub id, a local folder, `SmolLM2-135M-Instruct`, which
    comes with the installation, or `Qwen2.5-Coder-0.5B-Instruct`, which comes with `palate[qwen]`.
    With an `endpoint`, the name that its server knows."""
    endpoint: EndpointConfig | None = None
    """A server that holds the model; by default an engine of our own does, and what is said below of weights
    and memory counts."""
    adapter: str | None = None
    """Folder of a LoRA adapter, such as `jobs.train_explainer` makes; none by default."""
    grammar: bool | None = None
    """Let the model choose only among sentences that the evidence makes true. Small models need it; a large
    one writes better without, and what it writes is checked all the same. By default an engine of our own
    does and an endpoint does not: servers of vLLM can, others refuse it."""
    chat_template: dict[str, Any] = Field(default_factory=dict)
    """Arguments of the model's chat template, such as `{enable_thinking: false}` of a reasoning model. What
    one thinks aloud before its answer is cut off in any case, but takes its tokens."""
    temperature: float = Field(0.7, ge=0)
    """How freely the next word is drawn; 0 always takes the likeliest."""
    max_tokens: int = Field(96, ge=8)
    """Longest answer, in tokens."""
    context_tokens: int = Field(1024, ge=128)
    """Longest prompt and answer together, in tokens; a longer prompt is refused."""
    sequences: int = Field(64, ge=1)
    """Prompts in work at once."""
    dtype: Literal["auto", "bfloat16", "float32"] = "auto"
    """How numbers are held. `auto` is bfloat16, but float32 on a processor without AMX, which is quicker with
    it."""
    cache_bytes: int | None = Field(None, ge=2**24)
    """Memory for the attention cache of one engine; by default 768 MiB on a processor, and on a GPU what
    vLLM finds free."""
    tensor_parallel: int = Field(1, ge=1)
    """GPUs that one engine is spread over."""
    engine: dict[str, Any] = Field(default_factory=dict)
    """Further arguments of vLLM's engine by their own names, such as `{quantization: fp8}`."""

    @property
    def constrained(self) -> bool:
        """Whether the model writes within a grammar."""
        return self.endpoint is None if self.grammar is None else self.grammar

    @model_validator(mode="after")
    def _an_endpoint_has_weights_of_its_own(self) -> Self:
        if self.endpoint is not None and self.adapter is not None:
            raise ValueError("adapter is of an engine of our own: load it where the endpoint's server runs")
        return self


class ExplainConfig(Section):
    """What explanations may say, and of whom."""

    language_model: LanguageModelConfig = LanguageModelConfig()
    """Who writes."""
    liked_from: float | None = None
    """The value of an event, such as a rating, from which an item was liked; by default no value says so."""
    disliked_to: float | None = None
    """The value up to which an item was disliked; by default no value says so."""
    rated_kinds: tuple[str, ...] = ("event", "rate", "rating")
    """Kinds of events whose value is such a rating; a click's value says nothing of an opinion."""
    influence: InfluenceMethod = "leave-one-out"
    """How the influence of what a list is made of is worked out. Items that can stand in for each other share
    it by Shapley values, which take some sixty times as long, or by `lime`, a linear model fitted to 512
    lists, which takes some six times as long and tells how well it fits."""
    language: str = "auto"
    """The language that explanations and profiles are written in: `en`, `de`, `zh`, or `auto`, which is that
    of most of the catalogue's texts, and English where they tell none."""
    words: int = Field(40, ge=16)
    """Most words of a sentence, of which a title is one; where a script has no spaces two signs are a word. A
    language model is asked for five eighths of them, as it rarely keeps to what it is told."""
    tone: str = ""
    """A line that is added to the instructions of the prompt, such as "Be warm, but plain."; none by default.
    Templates and sentences out of a grammar have no tone."""
    verb: str = "took"
    """What is said of events of an unknown kind, such as "read" where everything is a book."""
    noun: str = "title"
    """What an item is called, such as "book"."""
    facts: tuple[str, ...] = ()
    """Further columns of the catalogue whose values may be said, such as an author or a brand. What stands
    before such a value in a sentence is `rerank.columns.leads`."""
    texts: tuple[str, ...] = ()
    """Columns with free text, such as a plot or a description, of which phrases may be quoted that tell an
    item from others; `title` is one where titles describe."""
    kinds: tuple[TextKind, ...] = Field(("explanation", "profile", "tags"), min_length=1)
    """What is written: why items are recommended, the lines of the users' profiles, tags of all items."""
    pairs: str | None = None
    """Parquet file or folder with the columns `user` and `item`: whom to explain what. By default the top of
    the lists of some users."""
    users: int = Field(100, ge=1)
    """Users whose lists are explained where no pairs are given; drawn by a hash."""
    items: int = Field(10, ge=1)
    """Items of each list that are explained."""
    block: int = Field(1024, ge=1)
    """Texts that an engine gets at once; a finished block is never written again."""
    engines: int = Field(1, ge=1)
    """Engines that write at the same time, each with its copy of the model."""
