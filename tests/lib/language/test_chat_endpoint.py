"""A model behind an endpoint: a server that a test tells what to say, and vLLM's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from palate.config import LanguageModelConfig
from palate.config.explain import EndpointConfig
from palate.config.load import checked
from palate.errors import PalateError
from palate.explain.sentences.phrase_tree import grammar, one_of, row
from palate.language import Prompt, Refusal
from palate.language.endpoint import KEY_VARIABLE, ChatEndpoint
from palate.language.load import load_language_model
from tests.support.processes.vllm_server import NAME, vllm_server

KEY = "a key of the test's own"
FRUIT = {"an apple.", "a pear.", "a plum."}
Answer = tuple[int, list[str]]
"""Status of an answer, and its pieces."""


class ScriptedServer(ThreadingHTTPServer):
    """Answers each request by what a test says of its body, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, answer: Callable[[dict[str, Any]], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(body)
        self.server.keys.append(self.headers["Authorization"])
        status, pieces = self.server.answer(body)
        self.send_response(status)
        self.send_header("Content-Type", "text/event-stream" if status == 200 else "application/json")
        self.end_headers()
        if status == 200:
            for piece in pieces:
                self._event(json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]}))
            self._event(json.dumps({"choices": [], "usage": {"total_tokens": 1}}))
            self._event("[DONE]")
        else:
            self.wfile.write(json.dumps({"error": {"message": "".join(pieces)}}).encode())

    def _event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def scripted(request: pytest.FixtureRequest) -> Iterator[ScriptedServer]:
    server = ScriptedServer(request.param)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def endpoint_of(url: str, **more: Any) -> ChatEndpoint:
    endpoint = EndpointConfig(url=url, retries=0)
    settings = LanguageModelConfig(model=NAME, endpoint=endpoint, sequences=2, max_tokens=16, **more)
    return ChatEndpoint(settings, endpoint)


def echo(body: dict[str, Any]) -> Answer:
    return 200, list(body["messages"][0]["content"])


def too_long(body: dict[str, Any]) -> Answer:
    text = body["messages"][0]["content"]
    return (400, ["is too long"]) if text == "long" else (200, [text])


def thinks(body: dict[str, Any]) -> Answer:
    return 200, ["<th", "ink>", "hm", "</think>", " yes", "."]


@pytest.mark.parametrize("scripted", [echo], indirect=True)
def test_more_prompts_than_threads_are_answered_in_their_order(scripted: ScriptedServer) -> None:
    prompts = [Prompt(f"number {number}") for number in range(9)]
    assert endpoint_of(scripted.url).write(prompts) == [prompt.text for prompt in prompts]


@pytest.mark.parametrize("scripted", [too_long], indirect=True)
def test_what_the_server_refuses_is_a_refusal_and_the_others_are_answered(scripted: ScriptedServer) -> None:
    long, short = endpoint_of(scripted.url).write([Prompt("long"), Prompt("short")])
    assert isinstance(long, Refusal)
    assert "is too long" in long.reason
    assert short == "short"


@pytest.mark.parametrize("scripted", [thinks], indirect=True)
def test_thinking_is_cut_off_also_from_pieces(scripted: ScriptedServer) -> None:
    model = endpoint_of(scripted.url)
    assert model.start("one", Prompt("?"), seed=0) is None
    texts: list[str] = []
    while model.is_busy:
        texts += [piece.text for piece in model.step()]
    assert texts[-1] == "yes."
    assert not any("think" in text for text in texts)


@pytest.mark.parametrize("scripted", [echo], indirect=True)
def test_what_only_some_servers_know_is_sent_where_it_says_something(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    endpoint_of(scripted.url).write([Prompt("plain")], seed=7)
    endpoint_of(scripted.url, chat_template={"enable_thinking": False}).write([Prompt("a", "root ::= x")])
    plain, special = scripted.bodies
    assert (plain["model"], plain["seed"], plain["max_tokens"]) == (NAME, 7, 16)
    assert not {"structured_outputs", "chat_template_kwargs"} & set(plain)
    assert special["chat_template_kwargs"] == {"enable_thinking": False}
    assert special["structured_outputs"] == {"grammar": "root ::= x"}
    assert set(scripted.keys) == {f"Bearer {KEY}"}


@pytest.mark.parametrize("scripted", [echo], indirect=True)
def test_an_answer_that_nobody_waits_for_is_given_up(scripted: ScriptedServer) -> None:
    model = endpoint_of(scripted.url)
    model.start("given-up", Prompt("x" * 10), seed=0)
    model.stop("given-up")
    assert not model.is_busy
    assert model.write([Prompt("next")]) == ["next"]


def test_a_server_that_is_away_is_a_refusal_that_names_it() -> None:
    (answer,) = endpoint_of("http://127.0.0.1:9/v1").write([Prompt("?")])
    assert isinstance(answer, Refusal)
    assert "http://127.0.0.1:9/v1" in answer.reason


def test_an_endpoint_writes_freely_unless_it_is_said_to_know_grammars() -> None:
    endpoint = EndpointConfig(url="http://gpu-1/v1")
    assert LanguageModelConfig().constrained
    assert not LanguageModelConfig(endpoint=endpoint).constrained
    assert LanguageModelConfig(endpoint=endpoint, grammar=True).constrained


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"endpoint": {"url": "gpu-1:8000"}}, "begins with neither http"),
        ({"endpoint": {"url": "http://gpu-1/v1"}, "adapter": "runs/adapter"}, "adapter is of an engine"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(PalateError, match=said):
        checked(LanguageModelConfig, settings, "The settings do not fit")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with vllm_server(tmp_path_factory.mktemp("vllm"), KEY) as url:
        yield url


def test_servers_of_vllm_write_within_a_grammar_and_ask_for_the_key(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = LanguageModelConfig(model=NAME, endpoint=EndpointConfig(url=engine, retries=0), max_tokens=16)
    choice = Prompt("Name a fruit.", grammar(row(one_of(*sorted(FRUIT)))))
    (refused,) = load_language_model(settings).write([choice])
    assert isinstance(refused, Refusal)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    model = load_language_model(settings)
    first, second, long, free = model.write([choice, choice, Prompt("film " * 500), Prompt("Say yes.")])
    assert {first, second} <= FRUIT
    assert isinstance(long, Refusal)
    assert isinstance(free, str)
    assert free
