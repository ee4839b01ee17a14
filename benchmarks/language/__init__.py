"""The language side, measured: requests in words."""
