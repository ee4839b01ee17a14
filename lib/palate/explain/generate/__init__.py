"""Text generation: prompts, requests, first and second tries, and training pairs for a language model."""
