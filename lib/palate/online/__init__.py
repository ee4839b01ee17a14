"""Online store: what changes between two releases, that is events, what is known of users, and API keys."""

from palate.online.cache import UserCache
from palate.online.events import DismissedLine, LiveEvent, UserState
from palate.online.keys import Key, KeyRing, Role
from palate.online.postgres.embedded import embedded_store, store_at
from palate.online.postgres.errors import StoreUnavailable
from palate.online.rate_limit import RateLimiter
from palate.online.store import PostgresStore
from palate.online.text_store import KeptText, NewText, TextStore

__all__ = [
    "DismissedLine",
    "KeptText",
    "Key",
    "KeyRing",
    "LiveEvent",
    "NewText",
    "PostgresStore",
    "RateLimiter",
    "Role",
    "StoreUnavailable",
    "TextStore",
    "UserCache",
    "UserState",
    "embedded_store",
    "store_at",
]
