"""Picture of an explanation: what carried an item, and what would have been there without it."""
