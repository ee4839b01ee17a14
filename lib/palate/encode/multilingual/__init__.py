"""Multilingual encoder: multilingual-e5-small, unpacked from a data package into the usual layout."""

from palate.encode.multilingual.package import multilingual_encoder

__all__ = ["multilingual_encoder"]
