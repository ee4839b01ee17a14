"""User errors: what a person may see says what is wrong and what to do, and has no traceback."""


class PalateError(Exception):
    """A mistake that the user can mend; commands print its message and exit with status 2."""


class NotFound(PalateError):
    """A user, item or release that does not exist."""
