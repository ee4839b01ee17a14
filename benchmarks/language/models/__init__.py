"""What language models are worth as readers of requests and as writers of sentences."""
