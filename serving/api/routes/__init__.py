"""All paths but the playground's."""

from fastapi import APIRouter

from serving.api.routes import known, lists, users

router = APIRouter()
for part in (lists, users, known):
    router.include_router(part.router)

__all__ = ["router"]
