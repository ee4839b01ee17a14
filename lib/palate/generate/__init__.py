"""Synthetic data: catalogues and logs of any size with known structure, for tests of scale."""

from palate.generate.shape import DataShape
from palate.generate.tables import generate_tables

__all__ = ["DataShape", "generate_tables"]
