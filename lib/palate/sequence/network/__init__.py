"""Two-tower network of the sequence model: item tower, time gaps, feedback, causal layers, user tower."""
