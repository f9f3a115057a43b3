"""Every page."""

from litestar.types import ControllerRouterHandler

from vermilion.web import atom
from vermilion.web.pages import (
    about,
    alike,
    answering,
    captions,
    comments,
    correct_me,
    correcting,
    entry,
    feeds,
    inbox,
    learning,
    manner,
    notes,
    operate,
    people,
    publishing,
    searches,
    searching,
    settings,
    translating,
    uploads,
    watching,
    writing,
)

HANDLERS: list[ControllerRouterHandler] = [
    *feeds.HANDLERS, *notes.HANDLERS, *comments.HANDLERS, *publishing.HANDLERS, *people.HANDLERS,
    *entry.HANDLERS, *inbox.HANDLERS, *settings.HANDLERS, *about.HANDLERS, *writing.HANDLERS,
    *translating.HANDLERS, *correcting.HANDLERS, *manner.HANDLERS, *uploads.HANDLERS,
    *learning.HANDLERS, *correct_me.HANDLERS, *searching.HANDLERS, *answering.HANDLERS, *alike.HANDLERS, *searches.HANDLERS,
    *atom.HANDLERS, *watching.HANDLERS,
    *operate.HANDLERS, *captions.HANDLERS,
]  # fmt: skip
