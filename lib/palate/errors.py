"""The one error that a person may see: it says what is wrong and what to do, and has no traceback."""


class PalateError(Exception):
    """A mistake that the user can mend; commands print its message and exit with status 2."""
