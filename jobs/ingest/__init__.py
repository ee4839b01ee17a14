"""Ingestion: raw rows as streams of blocks, and shuffled events as shards."""
