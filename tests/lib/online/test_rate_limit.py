"""Token buckets, by a clock that stands still until it is told to go on."""

from __future__ import annotations

import pytest

from palate.online import RateLimiter, rate_limit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_burst_is_allowed_and_then_the_rate(clock: Clock) -> None:
    limiter = RateLimiter(per_second=2, burst=3, clock=clock)
    assert [limiter.allow("a") for _ in range(4)] == [0, 0, 0, 0.5]
    clock.now += 0.5
    assert limiter.allow("a") == 0
    assert limiter.allow("a") == 0.5


def test_a_refusal_costs_nothing(clock: Clock) -> None:
    limiter = RateLimiter(per_second=1, burst=1, clock=clock)
    assert [limiter.allow("a") for _ in range(5)] == [0, 1, 1, 1, 1]
    clock.now += 1
    assert limiter.allow("a") == 0


def test_keys_do_not_share_a_bucket(clock: Clock) -> None:
    limiter = RateLimiter(per_second=1, burst=1, clock=clock)
    assert [limiter.allow("a"), limiter.allow("b"), limiter.allow("a")] == [0, 0, 1]


def test_a_bucket_never_holds_more_than_the_burst(clock: Clock) -> None:
    limiter = RateLimiter(per_second=10, burst=2, clock=clock)
    limiter.allow("a")
    clock.now += 3600
    assert [limiter.allow("a") for _ in range(3)] == [0, 0, 0.1]


def test_what_costs_more_than_a_bucket_is_paid_for_afterwards(clock: Clock) -> None:
    limiter = RateLimiter(per_second=10, burst=20, clock=clock)
    assert limiter.allow("a", cost=100) == 0
    assert limiter.allow("a") == pytest.approx(8.1)
    clock.now += 10
    assert limiter.allow("a", cost=100) == 0


def test_full_buckets_are_dropped(clock: Clock) -> None:
    limiter = RateLimiter(per_second=1, burst=5, clock=clock)
    for number in range(1000):
        limiter.allow(f"k{number}")
    clock.now += 1
    limiter.allow("one more")
    assert len(limiter) == 1


def test_buckets_in_use_are_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "LARGEST", 10)
    limiter = RateLimiter(per_second=1, burst=1, clock=clock)
    for number in range(100):
        limiter.allow(f"k{number}")
    assert len(limiter) == 10
    assert limiter.allow("k99") == 1


def test_a_rate_of_nothing_is_an_error(clock: Clock) -> None:
    with pytest.raises(ValueError, match="positive"):
        RateLimiter(per_second=0, burst=1, clock=clock)
