"""Commands of synthetic data."""
