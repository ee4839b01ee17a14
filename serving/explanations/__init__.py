"""Explanations over HTTP: cached texts, text generation with a language model, and profiles."""
