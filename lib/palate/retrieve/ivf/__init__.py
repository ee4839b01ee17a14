"""Inverted lists: an index that is built once, stored in the release and memory-mapped when it opens."""

from palate.retrieve.ivf.build import StoredKind, build_inverted_lists
from palate.retrieve.ivf.files import SPACES, open_inverted_lists, write_inverted_lists
from palate.retrieve.ivf.search import InvertedLists

__all__ = [
    "SPACES",
    "InvertedLists",
    "StoredKind",
    "build_inverted_lists",
    "open_inverted_lists",
    "write_inverted_lists",
]
