"""Every route of the API."""

from litestar import Response, Router, get
from litestar.types import ControllerRouterHandler

from vermilion.web.api import (
    accounts,
    alike,
    captions,
    comments,
    drafts,
    feeds,
    films,
    learning,
    notes,
    operate,
    passages,
    search,
    searches,
    sessions,
    uploads,
    watching,
)
from vermilion.web.openapi import document_of

PATH = "/api/v1"

RESOURCES: list[ControllerRouterHandler] = [
    *accounts.HANDLERS, *sessions.HANDLERS, *uploads.HANDLERS, *films.HANDLERS, *notes.HANDLERS, *comments.HANDLERS,
    *feeds.HANDLERS, *drafts.HANDLERS, *learning.HANDLERS, *passages.HANDLERS, *search.HANDLERS, *alike.HANDLERS, *searches.HANDLERS,
    *watching.HANDLERS,
    *operate.HANDLERS, *captions.HANDLERS,
]  # fmt: skip


@get("/openapi.json", opt={"open": True}, include_in_schema=False)
async def openapi() -> Response[bytes]:
    """The document that describes the API."""
    _, body = document_of(tuple(RESOURCES), PATH)
    return Response(body, media_type="application/json", headers={"cache-control": "public, max-age=300"})


HANDLERS: list[ControllerRouterHandler] = [
    Router(PATH, route_handlers=[*RESOURCES, openapi, films.film_options])
]
