"""English for explanations: categories as words of a phrase, and the words that its checker can read."""
