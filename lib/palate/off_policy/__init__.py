"""Off-policy evaluation: what other lists would have earned, and how much each place is looked at."""
