"""Without keys no replica starts behind a port that other machines reach, whoever started Ray Serve."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
import ray

from palate.errors import PalateError
from serving.deployments.exposure import require_keys_or_loopback


@pytest.fixture
def serve_on(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A controller of Ray Serve, whose `host` can be set."""
    config = SimpleNamespace(host="0.0.0.0")

    async def http_config() -> SimpleNamespace:
        return config

    controller = SimpleNamespace(get_http_config=SimpleNamespace(remote=http_config))
    monkeypatch.setattr(ray, "is_initialized", lambda: True)
    monkeypatch.setattr(ray, "get_actor", lambda *_, **__: controller)
    return config


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", None])
def test_an_open_port_without_keys_is_refused(serve_on: SimpleNamespace, host: str | None) -> None:
    serve_on.host = host
    with pytest.raises(PalateError, match=r"api\.auth=true"):
        asyncio.run(require_keys_or_loopback(auth=False))
    asyncio.run(require_keys_or_loopback(auth=True))


def test_the_loopback_needs_no_keys(serve_on: SimpleNamespace) -> None:
    serve_on.host = "127.0.0.1"
    asyncio.run(require_keys_or_loopback(auth=False))
