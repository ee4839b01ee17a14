"""API keys: of a secret only the hash is stored, and a revoked key is refused within ten seconds."""

from __future__ import annotations

import hashlib

import pytest

from palate.errors import PalateError
from palate.online import KeyRing, PostgresStore, Role, StoreUnavailable
from tests.support.online_helpers import fetch, run_with_store


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_key_is_known_by_its_secret(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        ring = KeyRing(store)
        secret = await ring.create_key("website", Role.WRITE)
        assert secret.startswith("palate_")
        assert len(secret) == len("palate_") + 43
        key = await ring.verify(secret)
        assert key is not None
        assert (key.name, key.role) == ("website", Role.WRITE)
        for wrong in ("", "palate_", secret[:-1], secret + "x", "\ud800", "\0", "é"):
            assert await ring.verify(wrong) is None

    run_with_store(url, body)


def test_a_copy_of_the_store_holds_no_secret(url: str) -> None:
    secret = run_with_store(url, lambda store: KeyRing(store).create_key("website", Role.READ))
    (stored,) = fetch(url, "SELECT k::text, digest FROM palate_keys AS k")
    assert secret not in stored[0]
    assert secret.removeprefix("palate_") not in stored[0]
    assert stored[1] == hashlib.sha256(secret.encode()).digest()


def test_keys_are_listed_by_name_without_their_secrets(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        ring = KeyRing(store)
        for name, role in (("b", Role.READ), ("a", Role.ADMIN)):
            await ring.create_key(name, role)
        assert [(key.name, key.role) for key in await ring.list()] == [("a", Role.ADMIN), ("b", Role.READ)]

    run_with_store(embedded_url, body)


def test_a_key_revoked_elsewhere_is_refused_after_ten_seconds(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        clock = Clock()
        here, elsewhere = KeyRing(store, clock), KeyRing(store)
        secret = await elsewhere.create_key("website", Role.READ)
        assert await here.verify(secret) is not None
        await elsewhere.revoke("website")
        assert await elsewhere.verify(secret) is None
        clock.now = 9.9
        assert await here.verify(secret) is not None
        clock.now = 10.0
        assert await here.verify(secret) is None

    run_with_store(embedded_url, body)


def test_known_keys_are_valid_for_five_minutes_while_the_store_is_away(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        clock = Clock()
        ring = KeyRing(store, clock)
        secret = await ring.create_key("website", Role.READ)
        assert await ring.verify(secret) is not None
        await store.close()
        clock.now = 309.9
        assert await ring.verify(secret) is not None
        assert await ring.verify("palate_other") is None
        clock.now = 311.0
        with pytest.raises(StoreUnavailable):
            await ring.verify(secret)

    run_with_store(embedded_url, body)


def test_names_are_checked(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        ring = KeyRing(store)
        await ring.create_key("website", Role.READ)
        with pytest.raises(PalateError, match="already"):
            await ring.create_key("website", Role.ADMIN)
        with pytest.raises(PalateError, match="no key 'other'"):
            await ring.revoke("other")
        for bad in ("", "-x", "a b", "x" * 65, "a\n"):
            with pytest.raises(PalateError, match="cannot be the name"):
                await ring.create_key(bad, Role.READ)

    run_with_store(embedded_url, body)


@pytest.mark.parametrize(
    ("role", "included"),
    [
        (Role.READ, {Role.READ}),
        (Role.WRITE, {Role.READ, Role.WRITE}),
        (Role.CATALOGUE, {Role.READ, Role.CATALOGUE}),
        (Role.ADMIN, set(Role)),
        (Role.METRICS, {Role.METRICS}),
    ],
)
def test_a_role_includes_reading_and_admin_everything(role: Role, included: set[Role]) -> None:
    assert {needed for needed in Role if role.includes(needed)} == included
