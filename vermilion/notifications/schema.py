"""Records of notices."""

from datetime import datetime
from typing import Literal

from vermilion.accounts.schema import AccountCard
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import Count
from vermilion.translation.schema import Kind as TextKind
from vermilion.translation.schema import Passage

Kind = Literal[
    "followed",
    "follow_requested",
    "follow_accepted",
    "liked",
    "commented",
    "replied",
    "mentioned",
    "corrected",
    "thanked",
    "translation_corrected",
    "found",
    "not_published",
    "webhook_off",
]


class NoticeCard(Record, kw_only=True, frozen=True):
    """What happened, gathered: the newest few who did it, and how many in all."""

    id: Id
    kind: Kind
    actors: tuple[AccountCard, ...]
    actor_count: Count
    note_id: Id | None
    comment_id: Id | None
    at: str = ""
    """Where the words stand whose translation it is about, as in the addresses of passages."""
    title: str
    """Of the note it is about."""
    title_lang: str
    title_kind: TextKind = "original"
    """How the title came into the reader's language."""
    excerpt: str
    """The comment's beginning."""
    excerpt_lang: str
    search_id: Id | None = None
    """The saved search it is about; the excerpt is its name."""
    draft_id: Id | None = None
    """The draft it is about, while there is one; the excerpt is its title."""
    said: Passage | None = None
    """The whole comment, where the excerpt is of one."""
    is_read: bool
    updated_at: datetime
