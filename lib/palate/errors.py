"""User errors: what a person may see says what is wrong and what to do, and has no traceback."""


class PalateError(Exception):
    """A mistake that the user can mend; commands print its message and exit with status 2."""


class NotFound(PalateError):
    """A user, item or release that does not exist."""


def printable(text: str) -> str:
    """The text with each control character, which could command a terminal, written out as Python does."""
    return "".join(sign if sign.isprintable() or sign == "\n" else ascii(sign)[1:-1] for sign in text)
