"""Regression replay: the same requests to two versions of the endpoint, and what their answers differ in."""
