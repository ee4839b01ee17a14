"""Where raw tables come from, a file a source."""

from palate.data.sources.base import RawTables
from palate.data.sources.find import open_source, source_identity

__all__ = ["RawTables", "open_source", "source_identity"]
