"""The HTTP API: what may be asked, what is answered, and what is refused."""
