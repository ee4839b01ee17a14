"""vLLM's own OpenAI-compatible server with the bundled model, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from palate.language.bundled import bundled_folder
from tests.support.processes.wait import wait_until

NAME = "writer"
"""What the server calls its model."""
OPTIONS = (
    "--max-model-len=256",
    "--enforce-eager",
    "--dtype=float32",
    f"--kv-cache-memory-bytes={64 * 2**20}",
    "--block-size=32",
    "--no-enable-chunked-prefill",
    "--max-num-batched-tokens=512",
)


@contextmanager
def vllm_server(place: Path, key: str) -> Iterator[str]:
    """The base address of a server that asks for this key; its processes are ended afterwards."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(bundled_folder())]
    command += ["--served-model-name", NAME, "--host", "127.0.0.1", "--port", str(port), *OPTIONS]
    with (place / "vllm.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "VLLM_API_KEY": key}
        )
        try:
            wait_until(lambda: _answers(process, port, place / "vllm.log"), "vLLM's server is ready")
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            _end(process)


def _answers(process: subprocess.Popen[bytes], port: int, log: Path) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"vLLM's server ended: {log.read_text()[-2000:]}")
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).is_success
    except httpx.TransportError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """The server, and the engine that it started."""
    everyone = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    process.terminate()
    _, alive = psutil.wait_procs(everyone, timeout=20)
    for left in alive:
        left.kill()
