"""Quantities in requests: amounts with their units, and ranges of them."""
