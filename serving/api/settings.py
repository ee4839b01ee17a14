"""API settings: limits on size, time and rate."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from palate.config.section import Section

Origin = Annotated[str, Field(pattern=r"^(\*|https?://[^/\s?#]+)$")]
"""What a browser sends as `Origin`: scheme, host and port, without a path."""


class ApiSettings(Section):
    """What a client may do, and how long it may take."""

    max_body_bytes: PositiveInt = 1_000_000
    """Greatest body of a request, bytes."""
    timeout_s: PositiveFloat = 5.0
    """Seconds for a body to arrive, for a key to be checked and for the service to answer, each."""
    auth: bool = True
    """Whether keys are needed. Without, everybody may do everything: for a loopback address only."""
    allowed_hosts: tuple[str, ...] = ()
    """Names without `auth`, beside localhost, 127.0.0.1 and [::1], that requests may be sent to (their Host
    header); so that no page of another site reaches a local endpoint by a name that points to it."""
    requests_per_second: NonNegativeFloat = 100.0
    """Requests that a key (without `auth`: an address) may make in the long run; 0 for no limit. One that
    asks for much counts as several: 1 + (k - 1) // 25 + (history + exclude) // 250 + boosts // 5 +
    (events - 1) // 100, and so many items put into the catalogue like events."""
    burst: PositiveInt = 200
    """Requests that a key may make at once after a pause."""
    strangers_per_second: NonNegativeFloat = 10.0
    """Requests without a valid key that an address may make in the long run, wrong keys and health checks
    counted each by themselves; 0 for no limit."""
    strangers_burst: PositiveInt = 100
    """Requests without a valid key that an address may make at once after a pause."""
    cors_origins: tuple[Origin, ...] = ()
    """CORS: origins of web pages, such as `https://shop.example`, whose scripts may ask this endpoint from a
    browser; `*` for any. By default those of no other page may."""
