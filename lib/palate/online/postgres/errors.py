"""PostgreSQL errors: what a person is told when it refuses or is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from palate.errors import PalateError

UNAVAILABLE = (
    OSError,  # and TimeoutError, which is one
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)


class StoreUnavailable(PalateError):
    """The store does not answer now: nothing is wrong with the request, and it may be sent again."""


@contextmanager
def plain_error(location: str) -> Iterator[None]:
    """Turn what goes wrong with the store at `location` into a `PalateError` that says what to do.

    Raises:
        StoreUnavailable: It may work later.
        PalateError: It never will.
    """
    try:
        yield
    except asyncpg.InsufficientPrivilegeError as error:
        raise PalateError(
            f"The user of the store may not make or use its tables in {location} ({error}); "
            "give it a database of its own"
        ) from error
    except UNAVAILABLE as error:
        reason = str(error) or type(error).__name__
        raise StoreUnavailable(
            f"The store at {location} does not answer ({reason}); see that PostgreSQL runs there and that "
            "the URL is right, then try again"
        ) from error
