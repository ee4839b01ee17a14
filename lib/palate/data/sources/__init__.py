"""Data sources: where raw tables come from, a module a source.

A new source is a module here with a `SOURCE`, and its name in `palate.config.data.SourceName`: the source
`my-shop` is `my_shop.SOURCE`.
"""

from palate.data.sources.base import RawTables
from palate.data.sources.find import catalogue_columns, data_source, open_source, source_identity

__all__ = ["RawTables", "catalogue_columns", "data_source", "open_source", "source_identity"]
