"""Records of series: notes of one author that follow one another."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from vermilion.accounts.schema import AccountCard
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import Count, Lang
from vermilion.notes.schema import NoteCard

MOST_PARTS = 100

SeriesTitle = Annotated[str, Meta(min_length=1, max_length=100)]


class NewSeries(Record, kw_only=True, frozen=True):
    """What somebody sends to begin a series. lang None: detected."""

    title: SeriesTitle
    lang: Lang | None = None


class EditSeries(Record, kw_only=True, frozen=True):
    """What is to change; None leaves it. note_ids: all its parts in another order."""

    title: SeriesTitle | None = None
    note_ids: Annotated[tuple[Id, ...], Meta(max_length=MOST_PARTS)] | None = None


class NewPart(Record, kw_only=True, frozen=True):
    """Of which series a note of one's own shall be a part, at its end; None: of none."""

    series_id: Id | None


class Series(Record, kw_only=True, frozen=True):
    """A stored series."""

    account_id: Id
    id: Id
    title: str
    lang: str
    note_ids: tuple[Id, ...]
    created_at: datetime
    deleted_at: datetime | None


class SeriesCard(Record, kw_only=True, frozen=True):
    """A series in a list. part_count: of what the viewer may see."""

    id: Id
    account_id: Id
    title: str
    lang: Lang
    part_count: Count
    created_at: datetime


class SeriesPage(SeriesCard, kw_only=True, frozen=True):
    """A series with those of its parts that the viewer may see, in order."""

    owner: AccountCard
    is_mine: bool
    parts: tuple[NoteCard, ...]


class SeriesPlace(Record, kw_only=True, frozen=True):
    """Which part of its series a note is, of those the viewer may see."""

    id: Id
    account_id: Id
    title: str
    lang: Lang
    part: Annotated[int, Meta(ge=1)]
    part_count: Annotated[int, Meta(ge=1)]
    previous: Id | None
    next: Id | None
