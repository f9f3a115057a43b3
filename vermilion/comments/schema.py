"""Records and events of threads."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from vermilion.accounts.schema import AccountCard
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import CommentBody, Count, Lang
from vermilion.media.schema import Picture
from vermilion.notes.schema import NewPicture
from vermilion.translation.schema import Passage
from vermilion.work.events import Event

MOST_PICTURES = 3

Order = Literal["newest", "liked"]


class CommentVersion(Record, kw_only=True, frozen=True):
    """The author's own words in another language."""

    lang: Lang
    body: CommentBody


class NewComment(Record, kw_only=True, frozen=True):
    """What somebody says under a note: words or a picture at least. reply_to: the comment answered."""

    body: CommentBody = ""
    lang: Lang | None = None
    reply_to: Id | None = None
    pictures: Annotated[tuple[NewPicture, ...], Meta(max_length=MOST_PICTURES)] = ()
    versions: Annotated[tuple[CommentVersion, ...], Meta(max_length=20)] = ()


class EditComment(Record, kw_only=True, frozen=True):
    """A comment's words as they shall stand; its pictures and what it answers stay."""

    body: CommentBody = ""
    lang: Lang | None = None
    versions: Annotated[tuple[CommentVersion, ...], Meta(max_length=20)] = ()


class CommentSource(EditComment, kw_only=True, frozen=True):
    """A comment of one's own as its edit form needs it."""

    id: Id
    note_id: Id


class Comment(Record, kw_only=True, frozen=True):
    """A stored comment."""

    note_id: Id
    id: Id
    parent_id: Id | None
    reply_to_id: Id | None
    author_id: Id
    state: str
    body: str
    body_lang: str
    body_hash: bytes
    is_pinned: bool
    created_at: datetime
    deleted_at: datetime | None
    deleted_by: Id | None
    edited_at: datetime | None
    held_for: Id | None
    """The note's author, where it is theirs to decide whether others see it."""
    state_before: str | None
    decided_at: datetime | None
    is_counted: bool
    """False while its author's account is closed."""


class CommentCard(Record, kw_only=True, frozen=True):
    """A comment in a thread; first-level ones carry the beginning of their replies."""

    id: Id
    note_id: Id
    parent_id: Id | None
    reply_to: AccountCard | None
    """Whom a reply of the second level answers, when that is not the first-level comment."""
    author: AccountCard
    body: Passage
    pictures: tuple[Picture, ...]
    like_count: Count
    reply_count: Count
    is_liked: bool
    is_pinned: bool
    is_mine: bool
    may_delete: bool
    may_pin: bool
    may_allow: bool = False
    """Whether it waits for the viewer, who may let others see it."""
    asks_in: Lang | None
    """The language in which its author asks to be corrected, None: in none."""
    state: str
    created_at: datetime
    edited_at: datetime | None
    filtered: str | None = None
    """One of the words the viewer does not want to read, where the comment has it: it is shown folded."""
    replies: tuple["CommentCard", ...] = ()


class CommentWritten(Event, kw_only=True, frozen=True):
    """A comment stands in its thread."""

    note_id: Id
    comment_id: Id
    author_id: Id


class CommentEdited(Event, kw_only=True, frozen=True):
    """The words of a comment were changed by its author."""

    note_id: Id
    comment_id: Id


class CommentDeleted(Event, kw_only=True, frozen=True):
    """A comment was taken out of its thread."""

    note_id: Id
    comment_id: Id


class CommentHeld(Event, kw_only=True, frozen=True):
    """A comment waits for the author of its note."""

    note_id: Id
    comment_id: Id


class CommentsAllowed(Event, kw_only=True, frozen=True):
    """The author of a note has let these comments be seen that waited."""

    note_id: Id
    comment_ids: tuple[Id, ...]


Deed = Literal["hide", "allow", "remove", "unpin"]


class Tending(Record, kw_only=True, frozen=True):
    """What the author of a note does to many comments under it."""

    deed: Deed
    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=200)]


class Tended(Record, kw_only=True, frozen=True):
    """How many comments were changed, and when: by the moment it is undone, within ten minutes."""

    count: Count
    at: datetime
