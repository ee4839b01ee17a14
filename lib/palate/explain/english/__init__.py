"""English for explanations: tokens, categories as words, adjectives, and the words a checker must know."""
