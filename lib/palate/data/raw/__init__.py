"""Ingestion of raw tables: files cut into pieces, columns cast to types, a reason for each refused row."""
