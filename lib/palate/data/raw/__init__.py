"""Ingestion of raw tables: columns found and cast to types, a reason for each refused row."""
