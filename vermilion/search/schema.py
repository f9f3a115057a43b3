"""Records of search."""

from typing import Literal

from vermilion.kernel.record import Record
from vermilion.notes.schema import NoteCard
from vermilion.translation.schema import Kind

BEST, GOOD, REST = 0, 1, 2
"""Tiers: a common word is looked up in the best and freshest notes first."""


Sort = Literal["best", "newest", "liked", "commented", "saved"]
Within = Literal["day", "week", "half-year"]


class Filters(Record, kw_only=True, frozen=True):
    """How answers are narrowed and sorted."""

    sort: Sort = "best"
    within: Within | None = None
    seen: Literal["yes", "no"] | None = None
    is_followed: bool = False
    """Only notes of people the viewer follows."""
    langs: tuple[str, ...] = ()


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
    instead: str | None = None
    """What was asked for in place of what was typed, for which nothing was found."""


SuggestionKind = Literal["title", "tag", "place", "person"]


class Suggestion(Record, kw_only=True, frozen=True):
    """What somebody may mean who has typed its beginning. `target`: a note's id, a handle, or the name itself."""

    kind: SuggestionKind
    text: str
    target: str
