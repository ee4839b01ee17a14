"""Text of any language: made safe, split into words, and read out of the language packs."""
