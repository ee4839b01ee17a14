"""Language model as reranker: the beginning of a list in the order that its items continue the history."""
