"""Every stored Record equals its table: the same columns, and None where the column may be NULL."""

import types
import typing

import pytest

from vermilion.accounts.applications import Application
from vermilion.accounts.schema import Account
from vermilion.captions.schema import Caption
from vermilion.comments.schema import Comment
from vermilion.kernel.record import Record
from vermilion.learning.schema import Learner, SavedWord, Suggestion, WordReview
from vermilion.media.schema import Film, FilmPart, FilmSize, Line, Media, Rendition, Upload
from vermilion.moderation.schema import Label
from vermilion.notes.album_table import Album
from vermilion.notes.draft_schema import NoteDraft
from vermilion.notes.edition_schema import Edition
from vermilion.notes.schema import Note
from vermilion.notes.series_schema import Series
from vermilion.search.schema import SavedSearch
from vermilion.storage.db import Db
from vermilion.translation.schema import Correction, Rendering
from vermilion.webhooks.schema import Webhook

STORED: dict[str, type[Record]] = {
    "caption": Caption,
    "rendition": Rendition,
    "account": Account,
    "album": Album,
    "application": Application,
    "comment": Comment,
    "correction": Correction,
    "label": Label,
    "media": Media,
    "film": Film,
    "film_part": FilmPart,
    "film_size": FilmSize,
    "learner": Learner,
    "note": Note,
    "note_draft": NoteDraft,
    "series": Series,
    "edition": Edition,
    "picture_text": Line,
    "rendering": Rendering,
    "saved_word": SavedWord,
    "search_saved": SavedSearch,
    "suggestion": Suggestion,
    "upload": Upload,
    "webhook": Webhook,
    "word_review": WordReview,
}
# Keys that a Record leaves to the row it hangs on.
LEFT_OUT = {"rendition": {"note_id", "media_id"}, "learner": {"account_id"}, "webhook": {"account_id"}}
KINDS = {
    "bigint": int, "integer": int, "smallint": int, "text": str, "boolean": bool, "bytea": bytes, "ARRAY": tuple,
    "double precision": float, "timestamp with time zone": "datetime", "jsonb": (tuple, Record),
}  # fmt: skip


async def drift(db: Db, table: str, kind: type[Record]) -> list[str]:
    """In what a Record differs from its table; empty when in nothing."""
    rows = await db.rows(
        "SELECT column_name, is_nullable = 'YES', data_type FROM information_schema.columns WHERE table_name = $1",
        table,
    )
    hints = typing.get_type_hints(kind)
    stored = {row[0]: (row[1], row[2]) for row in rows if row[0] not in LEFT_OUT.get(table, ())}
    found = [f"{table} has no column {name}" for name in hints.keys() - stored.keys()]
    found += [f"{kind.__name__} has no field {name}" for name in stored.keys() - hints.keys()]
    for name in hints.keys() & stored.keys():
        may_be_null, column = stored[name]
        parts = _parts(hints[name])
        if may_be_null != (type(None) in parts):
            found.append(f"{table}.{name}: NULL and None differ")
        if not any(_fits(part, KINDS[column]) for part in parts):
            found.append(f"{table}.{name}: {column} does not fit {hints[name]}")
    return found


def _parts(hint: object) -> list[object]:
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        return [part for arg in typing.get_args(hint) for part in _parts(arg)]
    if origin is typing.Literal:
        return [type(value) for value in typing.get_args(hint)]
    return [origin or hint]


def _fits(part: object, wanted: object) -> bool:
    return isinstance(part, type) and (
        part.__name__ == wanted or (isinstance(wanted, type | tuple) and issubclass(part, wanted))
    )


@pytest.mark.parametrize("table", STORED)
async def test_a_stored_record_equals_its_table(table: str, db: Db) -> None:
    assert await drift(db, table, STORED[table]) == []


async def test_drift_between_table_and_record_is_found(db: Db) -> None:
    await db.run("ALTER TABLE label ADD COLUMN planted text")
    assert await drift(db, "label", Label) == ["Label has no field planted"]
    await db.run("ALTER TABLE label DROP COLUMN planted, DROP COLUMN reason")
    assert await drift(db, "label", Label) == ["label has no column reason"]
    await db.run("ALTER TABLE label ADD COLUMN reason text")
    assert await drift(db, "label", Label) == ["label.reason: NULL and None differ"]
    await db.run("ALTER TABLE label DROP COLUMN reason, ADD COLUMN reason bigint NOT NULL")
    assert await drift(db, "label", Label) == ["label.reason: bigint does not fit <class 'str'>"]
