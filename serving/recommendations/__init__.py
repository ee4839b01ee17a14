"""Recommendations over HTTP: from a request to a query of the pipeline, and from a ranking to a response."""
