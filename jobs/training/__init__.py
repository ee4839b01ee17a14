"""Distributed training: DDP workers by Ray Train, and what more than one stage trains with."""
