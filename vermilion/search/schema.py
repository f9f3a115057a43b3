"""Records of search."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from vermilion.accounts.schema import AccountCard
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import Count, Lang
from vermilion.notes.schema import NoteCard, Reason
from vermilion.translation.schema import Kind, Passage
from vermilion.work.events import Event

BEST, GOOD, REST = 0, 1, 2
"""Tiers: a common word is looked up in the best and freshest notes first."""


Sort = Literal["best", "newest", "liked", "commented", "saved"]
Within = Literal["day", "week", "half-year"]


class Spot(Record, kw_only=True, frozen=True):
    """Round about where: degrees, to some kilometre; and how far from there."""

    latitude: float
    longitude: float
    km: float = 25.0


class Filters(Record, kw_only=True, frozen=True):
    """How answers are narrowed and sorted."""

    sort: Sort = "best"
    within: Within | None = None
    seen: Literal["yes", "no"] | None = None
    is_followed: bool = False
    """Only notes of people the viewer follows."""
    langs: tuple[str, ...] = ()
    is_saved: bool = False
    """Only notes the viewer has saved."""
    near: Spot | None = None
    """Only notes that say in degrees where they are, around there."""
    is_film: bool = False
    """Only notes that are films."""


Marks = tuple[tuple[int, int], ...]
"""Where in a text what was asked for stands, as (start, end) in characters."""


class Snippet(Record, kw_only=True, frozen=True):
    """The passage of a note around what was asked for: in the reader's language, and as it was written.

    `kind` and `key` are those of the whole text, of which only this passage is shown.
    """

    text: str
    lang: str
    marks: Marks
    """In `text`."""
    original: str
    original_lang: str
    original_marks: Marks
    """In `original`."""
    kind: Kind
    key: str | None = None


class Candidate(Record, kw_only=True, frozen=True):
    """A note that has some of the words, or means what was meant."""

    note_id: Id
    author_id: Id
    lang: str
    tier: int
    terms: bytes
    length: float
    released_at: datetime
    like_count: int = 0
    """Counts are 0 of what was not looked at closer."""
    save_count: int = 0
    comment_count: int = 0
    likeness: float | None = None
    """How close its vector is to that of the question, 1 at the most; None where either has none."""


class Hit(Record, kw_only=True, frozen=True):
    """A note that answers."""

    note: NoteCard
    marks: Marks = ()
    """In `note.title.text`."""
    original_marks: Marks = ()
    """In `note.title.original`."""
    snippet: Snippet | None = None
    """None where the note has no text but its title."""


class Found(Record, kw_only=True, frozen=True):
    """A page of answers. is_truncated: there are more notes with these words than were looked at."""

    items: list[Hit]
    next: str | None = None
    is_truncated: bool = False
    is_by_meaning: bool = False
    """No note has any of the words: these only mean something alike."""
    instead: str | None = None
    """What was asked for in place of what was typed, for which nothing was found."""
    is_weak: bool = False
    """Nothing has what the question is about: these share no more than small words with it."""


class AlikeHit(Record, kw_only=True, frozen=True):
    """A note that is like another; `shared`: what both of them have, the most telling first."""

    note: NoteCard
    shared: tuple[str, ...]


class Alike(Record, kw_only=True, frozen=True):
    """The notes most like one; `terms`: what it was compared by."""

    items: list[AlikeHit]
    terms: tuple[str, ...]


class LookHit(Record, kw_only=True, frozen=True):
    """A note with a picture that looks alike, by how many of 256 bits it differs."""

    note: NoteCard
    distance: int


class Lookalikes(Record, kw_only=True, frozen=True):
    """Notes with the same picture (it may be shrunk, squeezed or have words on it), and with a similar one."""

    same: list[LookHit]
    similar: list[LookHit]
    is_plain: bool = False
    """There is nothing in the picture that it could be told by."""


AnswerKind = Literal["price", "hour", "duration", "number", "place", "way", "yes_no", "open"]
"""price: money; hour: a time of day; duration: how long; number: how many, how much of it; place: where; way: how it is
done; yes_no: whether; open: anything else."""

SuggestionKind = Literal["recent", "asked", "title", "tag", "place", "person"]
"""recent: one's own question; asked: one that many others ask."""


class Suggestion(Record, kw_only=True, frozen=True):
    """What somebody may mean who has typed its beginning. `target`: a note's id, a handle, or the name itself."""

    kind: SuggestionKind
    text: str
    target: str


class HotSearch(Record, kw_only=True, frozen=True):
    """A question that many ask, and how many different people did so in the last seven days."""

    question: str
    people: Count


class PastSearch(Record, kw_only=True, frozen=True):
    """A question of one's own."""

    id: Id
    question: str
    asked_at: datetime


class HistoryChoice(Record, kw_only=True, frozen=True):
    """Whether what one asks is kept and counted; `erase`: what is kept so far goes."""

    keeps_history: bool
    erase: bool = False


SearchName = Annotated[str, Meta(min_length=1, max_length=80)]


class NewSavedSearch(Record, kw_only=True, frozen=True):
    """A search to be told of; without a name it is called what it asks."""

    question: Annotated[str, Meta(max_length=2000)]
    name: Annotated[str, Meta(max_length=80)] = ""
    who: Literal["everybody", "followed"] = "everybody"
    lang: Lang | None = None


class EditSavedSearch(Record, kw_only=True, frozen=True):
    """A saved search called something else."""

    name: SearchName


class SavedSearch(Record, kw_only=True, frozen=True):
    """A saved search, understood when it was saved."""

    account_id: Id
    id: Id
    name: str
    question: str
    is_followed: bool
    lang: str
    words: str
    anchors: tuple[str, ...]
    phrases: tuple[str, ...]
    authors: tuple[Id, ...] | None
    langs: tuple[str, ...]
    created_at: datetime
    told_at: datetime | None
    dropped_at: datetime | None


class SavedSearchCard(Record, kw_only=True, frozen=True):
    """A saved search, and how many notes answer it that one has not looked at there; at most thirty are kept."""

    id: Id
    name: str
    question: str
    is_followed: bool
    """Only notes of people one follows."""
    lang: str | None
    new_count: Count
    created_at: datetime


class Finding(Record, kw_only=True, frozen=True):
    """A new note that answers somebody's saved search, and that they may see."""

    account_id: Id
    search_id: Id
    note_id: Id
    author_id: Id


class SavedSearchesAnswered(Event, kw_only=True, frozen=True):
    """There is something new for saved searches."""

    findings: tuple[Finding, ...]


class SavedSearchDropped(Event, kw_only=True, frozen=True):
    """Somebody deleted a saved search."""

    account_id: Id
    search_id: Id


class Quote(Record, kw_only=True, frozen=True):
    """A sentence that answers, out of a note."""

    note_id: Id
    title: Passage
    author: AccountCard
    place_name: str | None
    created_at: datetime
    said: Snippet
    at: int
    """Where in the note's text, as it was written, the sentence begins."""
    reason: Reason


class Claim(Record, kw_only=True, frozen=True):
    """What some of the notes say where others say something else."""

    says: str
    """An amount as it is written, or "yes" or "no"."""
    count: int
    """How many notes say so."""


class Answer(Record, kw_only=True, frozen=True):
    """What notes answer to a question, in their own sentences; none where nothing answers."""

    kind: AnswerKind
    """What kind of answer the question wants."""
    quotes: tuple[Quote, ...] = ()
    disagreement: tuple[Claim, ...] = ()
    """Empty where the notes do not contradict each other, as far as can be told."""
    instead: str | None = None
    """What was asked for in place of what was typed, for which nothing was found."""
