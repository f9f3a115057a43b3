"""Records of albums."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from vermilion.accounts.schema import AccountCard
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import Count
from vermilion.notes.schema import Cover

AlbumName = Annotated[str, Meta(min_length=1, max_length=80)]


class NewAlbum(Record, kw_only=True, frozen=True):
    """What somebody sends for a new album; one that is not public only its owner sees."""

    name: AlbumName
    is_public: bool = True


class EditAlbum(Record, kw_only=True, frozen=True):
    """What may be changed of an album; None leaves it as it is. `cover_id`: one of its notes, 0: the first."""

    name: AlbumName | None = None
    is_public: bool | None = None
    cover_id: Id | None = None


class Album(Record, kw_only=True, frozen=True):
    """A stored album."""

    account_id: Id
    id: Id
    name: str
    is_public: bool
    cover_id: Id | None
    note_count: int
    created_at: datetime
    deleted_at: datetime | None


class AlbumCard(Record, kw_only=True, frozen=True):
    """An album in a list."""

    id: Id
    account_id: Id
    name: str
    is_public: bool
    cover: Cover | None
    """Of the note chosen or of the first one the viewer may see; None: there is none."""
    created_at: datetime


class AlbumPage(AlbumCard, kw_only=True, frozen=True):
    """An album with whose it is."""

    owner: AccountCard
    is_mine: bool
    note_count: Count
    """Notes in it that the viewer may see, of the first of them that are counted."""
    is_longer: bool
    """Whether there are more than are counted."""


class AlbumChoice(Record, kw_only=True, frozen=True):
    """One of the viewer's albums, and whether a note is in it."""

    id: Id
    name: str
    is_public: bool
    is_in: bool


class Placing(Record, kw_only=True, frozen=True):
    """Where a note of an album shall stand: before or after another one of it, or `at` a place from 1 on; none: at the end."""

    before: Id | None = None
    after: Id | None = None
    at: Annotated[int, Meta(ge=1)] | None = None
