"""Names of a catalogue in requests: titles by hashes, slips in spelling, names that items have together."""
