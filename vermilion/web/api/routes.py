"""Every route of the API."""

from litestar import Response, Router, get
from litestar.types import ControllerRouterHandler

from vermilion.web.api import (
    accounts,
    albums,
    alike,
    applications,
    captions,
    comments,
    drafts,
    feeds,
    films,
    hiding,
    learning,
    note_drafts,
    notes,
    operate,
    passages,
    pictures,
    places,
    search,
    searches,
    series,
    sessions,
    uploads,
    watching,
    webhooks,
)
from vermilion.web.openapi import document_of

PATH = "/api/v1"

RESOURCES: list[ControllerRouterHandler] = [
    *places.HANDLERS, *pictures.HANDLERS,
    *accounts.HANDLERS, *sessions.HANDLERS, *uploads.HANDLERS, *films.HANDLERS, *notes.HANDLERS, *albums.HANDLERS, *hiding.HANDLERS,
    *comments.HANDLERS,
    *webhooks.HANDLERS,
    *feeds.HANDLERS, *drafts.HANDLERS, *learning.HANDLERS, *passages.HANDLERS, *search.HANDLERS, *alike.HANDLERS, *searches.HANDLERS,
    *watching.HANDLERS,
    *operate.HANDLERS, *captions.HANDLERS, *note_drafts.HANDLERS, *series.HANDLERS,
    *applications.HANDLERS,
]  # fmt: skip


@get("/openapi.json", opt={"open": True}, include_in_schema=False)
async def openapi() -> Response[bytes]:
    """The document that describes the API."""
    _, body = document_of(tuple(RESOURCES), PATH)
    return Response(body, media_type="application/json", headers={"cache-control": "public, max-age=300"})


# What answers OPTIONS comes first, or the framework answers it by itself.
HANDLERS: list[ControllerRouterHandler] = [
    Router(PATH, route_handlers=[films.film_options, pictures.picture_options, *RESOURCES, openapi])
]
