"""Data inspection: what can be told of raw tables before anything is trained on them."""
