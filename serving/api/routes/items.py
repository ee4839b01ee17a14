"""Items: the catalogue as it is now, shown and changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from serving.api.deps import api_of
from serving.api.json_body import json_body
from serving.api.openapi import NAMED, SENT, failures, takes
from serving.api.routes.respond import CATALOGUE, READ, in_time, json_answer
from serving.api.schemas.catalogue import ItemResponse
from serving.api.schemas.items import ItemPatch, ItemRemoved, ItemsRequest, ItemsResponse, RemovedState
from serving.api.schemas.parameters import QueryValues
from serving.api.schemas.types import ItemId

router = APIRouter()


@router.post(
    "/v1/items",
    operation_id="put_items",
    tags=["items"],
    summary="Put items into the catalogue",
    response_model=ItemsResponse,
    responses=failures(*SENT),
    openapi_extra=takes(ItemsRequest),
    dependencies=CATALOGUE,
)
async def put_items(
    request: Request, body: Annotated[ItemsRequest, Depends(json_body(ItemsRequest))]
) -> Response:
    """New items, or known ones described anew: what is not said of one is as the release has it.

    The items are stored when the answer arrives, and within 2 s lists hold them. When none arrives, send them
    again. Every 100 items count as a request against the rate limit.
    """
    api = api_of(request)
    api.access.charge(request, body)
    return json_answer(await in_time(api, api.services.items.put(body)))


@router.get(
    "/v1/items/{item_id:path}",
    operation_id="get_item",
    tags=["items"],
    summary="Show an item",
    response_model=ItemResponse,
    responses=failures(*NAMED),
    dependencies=READ,
)
async def get_item(request: Request, item_id: Annotated[ItemId, Path()]) -> Response:
    """An item's title and the catalogue's other columns, as they are now."""
    api = api_of(request)
    return json_answer(await in_time(api, api.services.items.item(item_id)))


@router.patch(
    "/v1/items/{item_id:path}",
    operation_id="patch_item",
    tags=["items"],
    summary="Change an item",
    response_model=ItemsResponse,
    responses=failures(*SENT),
    openapi_extra=takes(ItemPatch),
    dependencies=CATALOGUE,
)
async def patch_item(
    request: Request,
    item_id: Annotated[ItemId, Path()],
    body: Annotated[ItemPatch, Depends(json_body(ItemPatch))],
) -> Response:
    """Change what is named; the rest stays. `{"available": false}` takes the item off lists for a while."""
    api = api_of(request)
    return json_answer(await in_time(api, api.services.items.patch(item_id, body)))


@router.delete(
    "/v1/items/{item_id:path}",
    operation_id="remove_item",
    tags=["items"],
    summary="Take an item off lists",
    response_model=ItemRemoved,
    responses=failures(*NAMED),
    dependencies=CATALOGUE,
)
async def remove_item(
    request: Request,
    item_id: Annotated[ItemId, Path()],
    state: Annotated[
        RemovedState, Query(description=QueryValues.model_fields["state"].description)
    ] = "unavailable",
) -> Response:
    """No list holds the item after 2 s. With `state=gone` the next training leaves it out too."""
    api = api_of(request)
    return json_answer(await in_time(api, api.services.items.remove(item_id, state)))
