"""Data preparation: from raw tables to clean events (interactions), histories, splits, and item texts."""
