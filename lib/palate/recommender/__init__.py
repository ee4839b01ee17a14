"""The stages of a recommendation in a row, in one process."""

from palate.recommender.catalogue import Catalogue
from palate.recommender.recommender import FALLBACK, VECTOR_METHODS, Recommendation, Recommender

__all__ = ["FALLBACK", "VECTOR_METHODS", "Catalogue", "Recommendation", "Recommender"]
