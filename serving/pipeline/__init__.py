"""The recommendation pipeline, in one process or as a graph of deployments, with dynamic batching."""
