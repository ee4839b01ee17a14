"""Texts written ahead of time: requests, evidence actors, writer actors, export, report, tuning data."""
