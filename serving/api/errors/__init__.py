"""Errors: what each exception becomes in HTTP, validation messages, handlers."""
