"""Palate over HTTP: Ray Serve deployments, the API in front of them, and a page to try it on."""
