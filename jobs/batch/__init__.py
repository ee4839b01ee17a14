"""Batch inference for a whole release: lists of all users, neighbours of all items, vectors of texts."""
