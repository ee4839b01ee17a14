"""Simulation: people whose interests move, and what policies of recommending do to them in the long run."""
