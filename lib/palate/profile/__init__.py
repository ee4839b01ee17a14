"""What a history says of somebody's taste: interests, a line about each, tags of items, what is struck.

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
