"""What can go wrong between a request and the store."""

from __future__ import annotations

from palate.errors import PalateError


class StoreUnavailable(PalateError):
    """The store does not answer now: nothing is wrong with the request, and it may be sent again."""
