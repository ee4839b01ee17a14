"""Stated preferences: what people say of their taste, and lists with it, or without any part of it."""
