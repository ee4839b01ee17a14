"""Live items over a release: a small, immutable overlay of rows that came or changed since the training."""
