"""How true, how fast and how safe the written explanations are; `python -m benchmarks.explanations --help`."""
