"""The endpoint against what a person would write instead; `python -m benchmarks.serving` runs all of it."""
