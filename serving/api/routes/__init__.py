"""All paths but the playground's."""

from fastapi import APIRouter

from serving.api.routes import (
    catalogue,
    explanations,
    items,
    lists,
    profiles,
    reports,
    sessions,
    shelves,
    users,
)

router = APIRouter()
# Explanations first: the id of a user may hold slashes, so the users' paths would take everything below them.
for part in (lists, sessions, shelves, explanations, profiles, users, items, reports, catalogue):
    router.include_router(part.router)

__all__ = ["router"]
