"""Records and events of notes."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from vermilion.accounts.schema import AccountCard, Wishes
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import (
    Alt,
    Audience,
    Body,
    Count,
    Lang,
    Latitude,
    Longitude,
    NoteState,
    PlaceName,
    Title,
)
from vermilion.media.schema import Picture
from vermilion.places.schema import TownCard
from vermilion.translation.schema import Passage
from vermilion.work.events import Event

MOST_PICTURES = 18


class NewPicture(Record, kw_only=True, frozen=True):
    """An upload to stand in a note, or (when editing) a picture that stands in it already."""

    id: Id
    alt: Alt = ""


class NewVersion(Record, kw_only=True, frozen=True):
    """The author's own words in another language."""

    lang: Lang
    title: Title = ""
    body: Body = ""


class NewNote(Record, kw_only=True, frozen=True):
    """What an author sends: a title, a body or a picture at least. lang None: detected."""

    title: Title = ""
    body: Body = ""
    lang: Lang | None = None
    audience: Audience = "everyone"
    made_with_ai: bool = False
    place_name: PlaceName | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    place_id: Id | None = None
    """A town of the gazetteer; left out, the one that `place_name` means, if it is certain."""
    pictures: Annotated[tuple[NewPicture, ...], Meta(max_length=MOST_PICTURES)] = ()
    versions: Annotated[tuple[NewVersion, ...], Meta(max_length=20)] = ()


class EditNote(NewNote, kw_only=True, frozen=True):
    """The whole note as it shall stand; pictures name uploads or the note's own."""


class Note(Record, kw_only=True, frozen=True):
    """A stored note."""

    id: Id
    author_id: Id
    uri: str | None
    state: NoteState
    state_reason: str | None
    audience: Audience
    title: str
    title_lang: str
    title_hash: bytes
    body: str
    body_lang: str
    body_hash: bytes
    tags: tuple[str, ...]
    place_name: str | None
    latitude: float | None
    longitude: float | None
    place_id: Id | None
    made_with_ai: bool
    motif: str
    picture_count: int
    created_at: datetime
    released_at: datetime | None
    edited_at: datetime | None
    deleted_at: datetime | None
    series_id: Id | None = None
    """The series it is a part of."""


class Cover(Record, kw_only=True, frozen=True):
    """What a card shows: the first picture, or a drawn cover (drawn is its address, picture None)."""

    width: int
    height: int
    mean_color: str
    picture: Picture | None
    drawn: str | None


class Reason(Record, kw_only=True, frozen=True):
    """Why a note stands where it stands: the source that offered it and the terms of its rank."""

    source: str
    terms: dict[str, float]


class NoteCard(Record, kw_only=True, frozen=True):
    """A note in a list."""

    id: Id
    author: AccountCard
    title: Passage
    """The title, or the beginning of the body where there is none."""
    cover: Cover
    picture_count: int
    like_count: Count
    is_liked: bool
    state: NoteState
    audience: Audience
    made_with_ai: bool
    created_at: datetime
    reason: Reason | None = None
    filtered: str | None = None
    """One of the words the viewer does not want to read, where the note has it: it is shown folded."""


class NoteText(Record, kw_only=True, frozen=True):
    """The words of a note for one reader, and what is named beside them where they are quoted."""

    id: Id
    author: AccountCard
    title: Passage
    body: Passage
    tags: tuple[str, ...]
    place_name: str | None
    created_at: datetime


class NotePage(Record, kw_only=True, frozen=True):
    """A note with everything its own page shows except the thread."""

    id: Id
    author: AccountCard
    title: Passage
    body: Passage
    tags: tuple[str, ...]
    cover: Cover
    pictures: tuple[Picture, ...]
    place_name: str | None
    latitude: float | None
    longitude: float | None
    place: TownCard | None
    """The town it was written in, as the reader calls it."""
    audience: Audience
    state: NoteState
    state_reason: str | None
    made_with_ai: bool
    like_count: Count
    save_count: Count
    comment_count: Count
    is_liked: bool
    is_saved: bool
    is_mine: bool
    is_for_everybody: bool
    """Whether everybody everywhere may see it, so that other sites may show it."""
    wishes: Wishes
    """What its author lets programs do with it."""
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    series_id: Id | None = None
    """The series it is a part of."""


class Liked(Record, kw_only=True, frozen=True):
    """The answer to a like or save: as it stands now, counted with one's own."""

    is_on: bool
    count: Count


class NoteWritten(Event, kw_only=True, frozen=True):
    """A note is stored and pending."""

    is_urgent: ClassVar[bool] = True

    note_id: Id
    author_id: Id


class NoteReleased(Event, kw_only=True, frozen=True):
    """A note has become public within its audience."""

    note_id: Id
    author_id: Id


class NoteEdited(Event, kw_only=True, frozen=True):
    """A note was replaced by its author."""

    note_id: Id
    author_id: Id


class NoteHidden(Event, kw_only=True, frozen=True):
    """A note is no longer shown: deleted, held or hidden."""

    note_id: Id
    author_id: Id
    why: Literal["deleted", "held", "hidden"]


class NoteRestored(Event, kw_only=True, frozen=True):
    """A deletion was undone."""

    note_id: Id
    author_id: Id


class NotesPurged(Event, kw_only=True, frozen=True):
    """These notes are about to be removed with everything under them."""

    note_ids: tuple[Id, ...]


class NotesPlaced(Event, kw_only=True, frozen=True):
    """It became known in which towns some of these notes were written."""

    note_ids: tuple[Id, ...]


class Tally(Record, kw_only=True, frozen=True):
    """One like in a roll-up."""

    note_id: Id
    subject_id: Id
    owner_id: Id
    actor_id: Id


class CommentSum(Record, kw_only=True, frozen=True):
    """By how much the counts of one comment changed."""

    note_id: Id
    comment_id: Id
    likes: int
    replies: int


class CountsRolledUp(Event, kw_only=True, frozen=True):
    """Counts of these notes changed; `likes` are the new ones, by others than the owner."""

    note_ids: tuple[Id, ...]
    comments: tuple[CommentSum, ...]
    likes: tuple[Tally, ...]


class NoteSource(NewNote, kw_only=True, frozen=True):
    """A note as its edit form needs it: what was sent, and the pictures as shown."""

    id: Id
    shown: tuple[Picture, ...] = ()
