"""Commands of capacity."""
