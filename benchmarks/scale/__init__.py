"""What grows with the catalogue; `python -m benchmarks.scale` measures it."""
