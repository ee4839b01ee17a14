"""From raw tables to clean events, histories, splits, and the text of an item."""
