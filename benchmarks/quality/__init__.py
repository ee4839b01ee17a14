"""Ranking quality on published splits: every method of Palate, and other people's, in one harness."""
