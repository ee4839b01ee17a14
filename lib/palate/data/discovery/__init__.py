"""Schema discovery: how tables that nobody described are written, and what their columns are."""
