"""Recommendation pipeline: encode, retrieve, rank; and all of them in a row, in one process.

Import from the modules: a process that runs one stage then loads the libraries of that stage alone.
"""
