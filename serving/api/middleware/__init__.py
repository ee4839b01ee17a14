"""Middleware: limits on bodies, security headers, access log and latency of every request."""
