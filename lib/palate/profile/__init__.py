"""User profile: interests that a history shows, a line about each, tags of items, what was dismissed.

Every text passes through the checker of `palate.explain`; nothing here loads a model.
"""

from palate.profile.dismissal import CategoryNames
from palate.profile.interests import Interest, interests_of
from palate.profile.requests import interest_request
from palate.profile.tagging import tags_of, tags_request

__all__ = [
    "CategoryNames",
    "Interest",
    "interest_request",
    "interests_of",
    "tags_of",
    "tags_request",
]
