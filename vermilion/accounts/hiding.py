"""What somebody does not want to be offered: notes, topics, and texts with their words; people are muted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, structs

from vermilion.accounts.rules import signed_in
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid
from vermilion.kernel.filters import Filter, folded
from vermilion.kernel.ids import Id
from vermilion.kernel.quiet import Quiet
from vermilion.kernel.record import Record
from vermilion.kernel.text import clean, fold_tag, is_blank
from vermilion.kernel.types import Tag
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db

MOST_NOTES, MOST_TOPICS, MOST_WORDS = 1_000, 200, 200
"""Of hidden notes the oldest give way."""

FilterPlace = Literal["reading", "comments"]
Manner = Literal["fold", "gone", "hold", "hide"]
MANNERS: dict[FilterPlace, tuple[Manner, Manner]] = {
    "reading": ("fold", "gone"),
    "comments": ("hold", "hide"),
}

HIDES = f"""ARRAY(SELECT h.note_id FROM hidden_note h WHERE h.account_id = $1
               ORDER BY h.created_at DESC, h.note_id DESC LIMIT {MOST_NOTES}) AS hidden_notes,
    ARRAY(SELECT unnest(h.names) FROM hidden_topic h WHERE h.account_id = $1) AS hidden_topics,
    (SELECT jsonb_agg(jsonb_build_object('word', f.word, 'written', f.written, 'is_whole', f.is_whole, 'manner', f.manner))
       FROM filter_word f WHERE f.account_id = $1 AND f.place = 'reading') AS filters,
    (SELECT jsonb_build_object('zone', q.zone, 'begins', q.begins, 'ends', q.ends) FROM quiet q WHERE q.account_id = $1) AS quiet"""
"""What a Viewer carries of it; $1 is the account."""


class HiddenTopic(Record, kw_only=True, frozen=True):
    """A topic that is hidden, and since when."""

    tag: Tag
    created_at: datetime


class NewFilter(Record, kw_only=True, frozen=True):
    """A word to be filtered: in what one reads (fold, gone), or in comments under one's notes (hold, hide)."""

    place: FilterPlace
    word: Annotated[str, Meta(min_length=1, max_length=50)]
    is_whole: bool = True
    manner: Manner


class PlacedFilter(Filter, kw_only=True, frozen=True):
    """A word that is filtered, and where."""

    place: FilterPlace


class _Hides(Record, kw_only=True, frozen=True):
    hidden_notes: tuple[int, ...]
    hidden_topics: tuple[str, ...]
    filters: tuple[Filter, ...] | None
    quiet: Quiet | None


async def with_hidden(db: Db, viewer: Viewer) -> Viewer:
    """A viewer who was made by a job, with what they hide."""
    found = await db.one(_Hides, f"SELECT {HIDES}", viewer.account_id)
    return structs.replace(
        viewer,
        hidden_notes=frozenset(found.hidden_notes),
        hidden_topics=frozenset(found.hidden_topics),
        filters=found.filters or (),
        quiet=found.quiet,
    )


async def put_note(db: Db, viewer: Viewer, note_id: Id, author_id: Id) -> None:
    """Hide one note; twice is once. The oldest hidden ones give way where there are too many."""
    me = signed_in(viewer)
    async with db.transaction():
        await db.run(
            """INSERT INTO hidden_note (account_id, note_id, author_id, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING""",
            me,
            note_id,
            author_id,
            now(),
        )
        await db.run(
            """DELETE FROM hidden_note WHERE account_id = $1 AND note_id IN (SELECT note_id FROM hidden_note
               WHERE account_id = $1 ORDER BY created_at DESC, note_id DESC OFFSET $2)""",
            me,
            MOST_NOTES,
        )


async def show_note(db: Db, viewer: Viewer, note_id: Id) -> None:
    """Hide a note no longer."""
    await db.run("DELETE FROM hidden_note WHERE account_id = $1 AND note_id = $2", signed_in(viewer), note_id)


async def forget_notes(db: Db, note_ids: Sequence[int]) -> None:
    """Drop notes that are gone for good from what people hide."""
    await db.run("DELETE FROM hidden_note WHERE note_id = ANY($1)", list(note_ids))


async def hide_topic(db: Db, viewer: Viewer, tag: str, same: Iterable[str] = ()) -> None:
    """Hide a topic with its names in other languages (`same`, folded); twice is once.

    Raises Invalid("wrong_form"), Conflict("too_many_hidden_topics").
    """
    me, key = signed_in(viewer), fold_tag(clean(tag, "tag", lines=False))
    if not 0 < len(key) <= 50 or is_blank(key):
        raise Invalid("wrong_form", field="tag")
    async with db.transaction():
        standing = await db.value(
            "SELECT count(*) FROM hidden_topic WHERE account_id = $1 AND tag <> $2", me, key
        )
        if standing >= MOST_TOPICS:
            raise Conflict("too_many_hidden_topics", most=MOST_TOPICS)
        await db.run(
            """INSERT INTO hidden_topic (account_id, tag, names, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (account_id, tag) DO UPDATE SET names = excluded.names""",
            me,
            key,
            list(dict.fromkeys([key, *same])),
            now(),
        )


async def show_topic(db: Db, viewer: Viewer, tag: str) -> None:
    """Hide a topic no longer."""
    await db.run(
        "DELETE FROM hidden_topic WHERE account_id = $1 AND tag = $2",
        signed_in(viewer),
        fold_tag(tag.replace("\0", "")),
    )


async def hidden_topics(db: Db, viewer: Viewer) -> list[HiddenTopic]:
    """The topics the viewer hides, the last first."""
    return await db.all(
        HiddenTopic,
        "SELECT tag, created_at FROM hidden_topic WHERE account_id = $1 ORDER BY created_at DESC, tag",
        signed_in(viewer),
    )


async def add_filter(db: Db, viewer: Viewer, new: NewFilter) -> None:
    """Filter a word, or change how it is; raises Invalid("filter_manner"), Invalid("empty_word"), Conflict("too_many_filters")."""
    me = signed_in(viewer)
    written = clean(new.word, "word", lines=False)
    word = folded(written)
    if not word or is_blank(word):
        raise Invalid("empty_word", field="word")
    if new.manner not in MANNERS[new.place]:
        raise Invalid("filter_manner", field="manner")
    async with db.transaction():
        standing = await db.value(
            "SELECT count(*) FROM filter_word WHERE account_id = $1 AND place = $2 AND word <> $3",
            me,
            new.place,
            word,
        )
        if standing >= MOST_WORDS:
            raise Conflict("too_many_filters", most=MOST_WORDS)
        await db.run(
            """INSERT INTO filter_word (account_id, place, word, written, is_whole, manner, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, place, word) DO UPDATE
               SET written = excluded.written, is_whole = excluded.is_whole, manner = excluded.manner""",
            me,
            new.place,
            word,
            written,
            new.is_whole,
            new.manner,
            now(),
        )


async def drop_filter(db: Db, viewer: Viewer, place: FilterPlace, word: str) -> None:
    """Filter a word no longer; twice is once."""
    await db.run(
        "DELETE FROM filter_word WHERE account_id = $1 AND place = $2 AND word = $3",
        signed_in(viewer),
        place,
        folded(word.replace("\0", "")),
    )


async def filters_of(db: Db, viewer: Viewer) -> list[PlacedFilter]:
    """The viewer's words, for what they read and for what is said under their notes; the last first."""
    return await db.all(
        PlacedFilter,
        """SELECT place, word, written, is_whole, manner FROM filter_word WHERE account_id = $1
           ORDER BY created_at DESC, word""",
        signed_in(viewer),
    )


async def filters_under(db: Db, author_id: Id) -> list[Filter]:
    """The words that somebody's comments under notes of this author are looked through for; not to be shown."""
    return await db.all(
        Filter,
        "SELECT word, written, is_whole, manner FROM filter_word WHERE account_id = $1 AND place = 'comments'",
        author_id,
    )
