"""Sentences that evidence makes true: trees of phrases for a model to choose from, and a template."""
