"""Meaning of what no rule is read from: vectors of texts, and whether they say something of the catalogue."""
