"""Continual learning: the loop that keeps a deployment fresh, and what it tells of drift."""
