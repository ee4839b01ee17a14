"""Other people's recommenders, each from its own package, run on the same split as ours.

They live in an environment of their own (`make peers`), so nothing here imports palate or ray, and a module
that needs one of the packages imports it only when that peer is run.

`.venv-peers/bin/python -m benchmarks.quality.peers --help` says how to run one.
"""
