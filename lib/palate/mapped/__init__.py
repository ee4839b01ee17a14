"""Mapped files: arrays and columns that are looked at where they lie; the rest of them takes no memory."""
