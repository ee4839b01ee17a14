"""Robustness of reading: small awkward inputs, each with the table that it means."""
