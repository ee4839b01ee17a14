"""Reranking: from candidates to a list, by features, action model, filters and rules."""
