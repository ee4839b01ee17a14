"""What changes between two releases: events as they come, what is known of users, and who may ask."""

from palate.online.cache import UserCache
from palate.online.embedded import embedded_store, store_at
from palate.online.errors import StoreUnavailable
from palate.online.events import LiveEvent, UserState
from palate.online.keys import Key, KeyRing, Role
from palate.online.rate import RateLimiter
from palate.online.store import PostgresStore

__all__ = [
    "Key",
    "KeyRing",
    "LiveEvent",
    "PostgresStore",
    "RateLimiter",
    "Role",
    "StoreUnavailable",
    "UserCache",
    "UserState",
    "embedded_store",
    "store_at",
]
