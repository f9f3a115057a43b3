"""Records and events of learning a language from what one reads."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from vermilion.accounts.schema import AccountCard
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import CommentBody, Count, Lang
from vermilion.translation.schema import Passage
from vermilion.work.events import Event

LEARNT = ("en", "zh")
"""Languages that can be learnt here."""
MOST_WORDS = 5_000
MOST_TEXTS = 300
MOST_CHARACTERS = 20_000
"""Read at once, over all texts."""
MOST_SUGGESTIONS = 5
"""Corrections of one comment."""

Learnt = Literal["en", "zh"]
WordText = Annotated[str, Meta(min_length=1, max_length=64)]
Reading = Annotated[str, Meta(max_length=128)]
Level = Annotated[int, Meta(ge=0, le=4)]
"""How well a word is known: 0 never met, 1 saved, 2 and 3 remembered for weeks and months, 4 known."""
Rating = Annotated[int, Meta(ge=1, le=4)]
"""1 again, 2 hard, 3 good, 4 easy."""
Source = Literal["glossary", "cc-cedict", "machine"]
Show = Literal["all", "learning", "known"]


class Learner(Record, kw_only=True, frozen=True):
    """How somebody learns: where their day begins, and how many new words it brings."""

    zone: Annotated[
        str, Meta(min_length=1, max_length=64, description="a time zone of the IANA database")
    ] = "UTC"
    day_start: Annotated[int, Meta(ge=0, le=23)] = 4
    new_a_day: Annotated[int, Meta(ge=0, le=200)] = 20


class Place(Record, kw_only=True, frozen=True):
    """Where a word stands: in a note, or in a comment under it."""

    note_id: Id
    comment_id: Id | None = None


class NewWord(Record, kw_only=True, frozen=True):
    """A word to be saved, and where it stood. known: it is known already and shall not be asked for."""

    word: WordText
    lang: Learnt
    form: WordText | None = None
    reading: Reading = ""
    note_id: Id | None = None
    comment_id: Id | None = None
    known: bool = False


class SavedWord(Record, kw_only=True, frozen=True):
    """A stored word with its place in the review."""

    account_id: Id
    id: Id
    lang: str
    word: str
    form: str
    reading: str
    is_known: bool
    note_id: Id | None
    comment_id: Id | None
    state: int
    step: int | None
    stability: float | None
    difficulty: float | None
    due_at: datetime
    reviewed_at: datetime | None
    review_count: int
    lapse_count: int
    created_at: datetime


class WordReview(Record, kw_only=True, frozen=True):
    """A stored answer, with how the word stood before it."""

    account_id: Id
    id: Id
    word_id: Id
    rating: int
    state: int
    step: int | None
    stability: float | None
    difficulty: float | None
    due_at: datetime
    reviewed_at: datetime | None
    lapse_count: int
    created_at: datetime


class Sentence(Record, kw_only=True, frozen=True):
    """A sentence of a note or comment the viewer may see; the word stands from `start` to `end` in it."""

    note_id: Id
    comment_id: Id | None
    text: str
    start: Count
    end: Count


class WordCard(Record, kw_only=True, frozen=True):
    """A saved word in a list."""

    id: Id
    lang: str
    word: str
    reading: str
    is_known: bool
    level: Level
    sentence: Sentence | None
    """None where the note is gone or cannot be seen any more."""
    review_count: Count
    due_at: datetime
    created_at: datetime


class Token(Record, kw_only=True, frozen=True):
    """A piece of a text: a word with its reading and how well it is known, or (key "") what stands between words."""

    text: str
    key: str = ""
    reading: str = ""
    level: Level = 0


class NewReadings(Record, kw_only=True, frozen=True):
    """Texts in a language that is learnt; 20,000 characters in all."""

    lang: Learnt
    texts: Annotated[tuple[Annotated[str, Meta(max_length=5000)], ...], Meta(max_length=MOST_TEXTS)]


class Readings(Record, kw_only=True, frozen=True):
    """The texts asked for, each in pieces."""

    texts: tuple[tuple[Token, ...], ...]


class Sense(Record, kw_only=True, frozen=True):
    """One meaning, told to this reader. `said`: how one says it, of the glossary."""

    meaning: Passage
    example: str = ""
    example_meaning: str = ""
    source: Source


class Meaning(Record, kw_only=True, frozen=True):
    """A word as a dictionary has it."""

    word: str
    other_spelling: str
    reading: str
    measure: str
    senses: tuple[Sense, ...]


class Explanation(Record, kw_only=True, frozen=True):
    """All that is said of a word: what it means, the glossary first; the viewer's own entry, the sentence it stood in."""

    word: str
    form: str
    lang: str
    reading: str
    meanings: tuple[Meaning, ...]
    saved: WordCard | None
    sentence: Sentence | None

    @property
    def passages(self) -> list[Passage]:
        return [sense.meaning for meaning in self.meanings for sense in meaning.senses]


class Suggested(Record, kw_only=True, frozen=True):
    """A word one met often lately and has not saved."""

    word: str
    reading: str
    count: Count
    sentence: Sentence


class Day(Record, kw_only=True, frozen=True):
    """A day of review: what is done, what is left, and the next word with its answers' intervals in seconds."""

    lang: str
    done: Count
    due: Count
    new: Count
    word: WordCard | None
    intervals: tuple[Count, ...]
    """For the ratings 1 to 4; empty when nothing is left."""
    next_at: datetime | None
    """When something is due again."""
    may_undo: bool


class NewAnswer(Record, kw_only=True, frozen=True):
    """How well a word was remembered."""

    rating: Rating


class NewSuggestion(Record, kw_only=True, frozen=True):
    """A comment as somebody who speaks its language would say it."""

    text: CommentBody


class Suggestion(Record, kw_only=True, frozen=True):
    """A stored correction of a comment."""

    note_id: Id
    id: Id
    comment_id: Id
    account_id: Id
    text: str
    state: Literal["open", "thanked", "hidden"]
    created_at: datetime
    decided_at: datetime | None


class SuggestionCard(Record, kw_only=True, frozen=True):
    """A correction as readers see it."""

    id: Id
    author: AccountCard
    text: str
    is_thanked: bool
    is_mine: bool
    created_at: datetime


class Help(Record, kw_only=True, frozen=True):
    """What stands under a comment whose author asks to be corrected."""

    comment_id: Id
    lang: Lang
    is_mine: bool
    may_suggest: bool
    original: str
    suggestions: tuple[SuggestionCard, ...]


class CorrectionSuggested(Event, kw_only=True, frozen=True):
    """Somebody has corrected a comment."""

    note_id: Id
    comment_id: Id
    author_id: Id
    """Who wrote the comment."""
    account_id: Id


class CorrectionThanked(Event, kw_only=True, frozen=True):
    """The comment's author thanks for a correction."""

    note_id: Id
    comment_id: Id
    author_id: Id
    account_id: Id
    """Who had corrected it."""
