"""Every page."""

from litestar.types import ControllerRouterHandler

from vermilion.web.pages import (
    about,
    comments,
    correcting,
    entry,
    feeds,
    inbox,
    manner,
    notes,
    people,
    publishing,
    settings,
    translating,
    uploads,
    writing,
)

HANDLERS: list[ControllerRouterHandler] = [
    *feeds.HANDLERS, *notes.HANDLERS, *comments.HANDLERS, *publishing.HANDLERS, *people.HANDLERS,
    *entry.HANDLERS, *inbox.HANDLERS, *settings.HANDLERS, *about.HANDLERS, *writing.HANDLERS,
    *translating.HANDLERS, *correcting.HANDLERS, *manner.HANDLERS,
    *uploads.HANDLERS,
]  # fmt: skip
