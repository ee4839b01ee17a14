"""Checks on a sentence: only what the evidence and the catalogue support may be shown."""
