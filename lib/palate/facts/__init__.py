"""Item facts: what the catalogue says of an item beyond category and year, as spans of its own text."""

from palate.facts.finder import FactFinder
from palate.facts.spans import FactSpan, plain_lead

__all__ = ["FactFinder", "FactSpan", "plain_lead"]
