"""How true and how fast explanations are; `python -m benchmarks.explanations --help`."""
