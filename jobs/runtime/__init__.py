"""The runtime of a job: stages with manifests, the Ray session, stage inputs, progress, memory, summary."""
