"""Records of drafts: notes on their way."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import Count
from vermilion.media.schema import UploadCard
from vermilion.notes.schema import NewNote
from vermilion.work.events import Event

Version = Annotated[int, Meta(ge=1)]


class NewNoteDraft(Record, kw_only=True, frozen=True):
    """What somebody is writing, to be kept; pictures are uploads of one's own."""

    note: NewNote


class EditNoteDraft(NewNoteDraft, kw_only=True, frozen=True):
    """The whole draft as it shall stand. version: the one it was written from."""

    version: Version


class NoteDraft(Record, kw_only=True, frozen=True):
    """A stored draft."""

    account_id: Id
    id: Id
    version: int
    note: NewNote
    parted_from: Id | None
    created_at: datetime
    changed_at: datetime
    deleted_at: datetime | None
    due_at: datetime | None = None
    zone: str = "UTC"
    failed: str | None = None


class NoteDraftCard(Record, kw_only=True, frozen=True):
    """A draft as its owner sees it. pictures: those of its note that are still there."""

    id: Id
    version: Version
    note: NewNote
    pictures: tuple[UploadCard, ...]
    gone_count: Count
    """Pictures that are no longer there."""
    parted_from: Id | None
    """The draft it was to change: somebody, or oneself elsewhere, had changed that meanwhile, so both are kept."""
    created_at: datetime
    changed_at: datetime
    due_at: datetime | None
    """When it publishes itself, None: when it is published."""
    zone: str
    """In which its writer told that time."""
    failed: str | None
    """Why it was not published at its time: the code of a problem."""


class Schedule(Record, kw_only=True, frozen=True):
    """When a draft shall publish itself: between one hour and 60 days from now."""

    at: Annotated[datetime, Meta(tz=True)]
    zone: Annotated[
        str, Meta(min_length=1, max_length=64, description="a time zone of the IANA database")
    ] = "UTC"


class DraftNotPublished(Event, kw_only=True, frozen=True):
    """A draft could not be published at its time."""

    account_id: Id
    draft_id: Id
