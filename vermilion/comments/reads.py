"""Threads, as one viewer may see them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from vermilion.accounts.reads import find_id, people
from vermilion.accounts.schema import AccountCard, Person, Wishes
from vermilion.comments.rules import is_visible, may_allow, may_delete, may_pin
from vermilion.comments.schema import Comment, CommentCard, Order
from vermilion.kernel.errors import NotFound
from vermilion.kernel.filters import Filter, find_filter
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Key, Page, from_cursor, to_cursor
from vermilion.kernel.record import Record, columns
from vermilion.kernel.viewer import Viewer
from vermilion.media.reads import PICTURES, is_key, to_pictures, words_in
from vermilion.media.schema import SIZES, blob_key
from vermilion.media.texts import texts_of
from vermilion.notes.reads import SeenNote, find_row, get_note, get_own_note, to_page, words_of
from vermilion.notes.rules import has_public_words
from vermilion.notes.schema import NotePage
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.translation.reads import Renderings, passage, renderings
from vermilion.translation.schema import Words

FIRST_REPLIES = 3
"""How many replies a thread shows under a comment before it is opened."""
THREAD_SIZE = 50

Which = Literal["all", "held", "hidden"]


class _Row(Comment, kw_only=True, frozen=True):
    like_count: int
    reply_count: int
    is_liked: bool
    reply_to_author: Id | None
    version: str | None
    asks_in: str | None
    pictures: list[dict[str, Any]] | None


class PictureFile(Record, kw_only=True, frozen=True):
    """The bytes of a picture; public ones may be kept by every cache."""

    data: bytes
    is_public: bool
    wishes: Wishes
    """Of the note's author."""


# $1 note, $2 viewer, $3 the language read; the rest is the page's.
_COLUMNS = f"""{columns(Comment, "c")}, k.like_count, k.reply_count,
        EXISTS (SELECT 1 FROM note_like l WHERE l.note_id = $1 AND l.subject_id = c.id AND l.account_id = $2) AS is_liked,
        (SELECT r.author_id FROM comment r WHERE r.note_id = $1 AND r.id = c.reply_to_id) AS reply_to_author,
        (SELECT v.text FROM version v WHERE v.note_id = $1 AND v.subject_id = c.id AND v.part = 'comment'
            AND v.lang = $3) AS version,
        (SELECT m.lang FROM correct_me m WHERE m.note_id = $1 AND m.comment_id = c.id) AS asks_in,
        {PICTURES.format("c", "note_id")} AS pictures"""

_FIRST = """SELECT f.id, 0 AS place FROM comment f JOIN comment_count o ON o.note_id = f.note_id AND o.comment_id = f.id
        WHERE f.note_id = $1 AND f.parent_id IS NULL AND f.deleted_at IS NULL
          AND (f.state = 'public' OR f.author_id = $2 OR (f.state = 'held' AND f.held_for = $2))"""

_PAGE = {
    "newest": f"{_FIRST} AND NOT f.is_pinned AND f.id < $5 ORDER BY f.id DESC LIMIT $6",
    "liked": f"{_FIRST} AND NOT f.is_pinned AND (o.like_count, o.comment_id) < ($4, $5) AND o.note_id = $1 AND o.is_first"
    " ORDER BY o.like_count DESC, o.comment_id DESC LIMIT $6",
}

_THREAD = """WITH first AS MATERIALIZED (
        (SELECT f.id FROM comment f WHERE f.note_id = $1 AND f.is_pinned AND f.deleted_at IS NULL AND $7::boolean LIMIT 3)
        UNION ALL (SELECT id FROM ({page}) page)),
    shown AS MATERIALIZED (
        SELECT id FROM first
        UNION ALL SELECT r.id FROM first CROSS JOIN LATERAL (
            SELECT s.id FROM comment s WHERE s.note_id = $1 AND s.parent_id = first.id AND s.deleted_at IS NULL
              AND (s.state = 'public' OR s.author_id = $2 OR (s.state = 'held' AND s.held_for = $2)) ORDER BY s.id LIMIT {replies}) r)
    SELECT {columns} FROM comment c JOIN comment_count k ON k.note_id = c.note_id AND k.comment_id = c.id
    WHERE c.note_id = $1 AND c.id IN (SELECT id FROM shown) AND $4::bigint IS NOT NULL AND $5::bigint IS NOT NULL"""

_THREADS = {
    order: _THREAD.format(page=page, replies=FIRST_REPLIES, columns=_COLUMNS) for order, page in _PAGE.items()
}

_REPLIES = f"""SELECT {_COLUMNS} FROM comment c JOIN comment_count k ON k.note_id = c.note_id AND k.comment_id = c.id
    WHERE c.note_id = $1 AND c.deleted_at IS NULL AND (c.state = 'public' OR c.author_id = $2 OR (c.state = 'held' AND c.held_for = $2))
      AND (c.id = $4 OR c.parent_id = $4 AND c.id > $5) ORDER BY c.id <> $4, c.id LIMIT $6"""

# $4 which, $5 before, $6 how many, $7 by whom.
_TO_TEND = f"""SELECT {_COLUMNS} FROM comment c JOIN comment_count k ON k.note_id = c.note_id AND k.comment_id = c.id
    WHERE c.note_id = $1 AND c.deleted_at IS NULL AND c.id < $5 AND ($7::bigint IS NULL OR c.author_id = $7)
      AND CASE WHEN $4 = 'all' THEN c.state = 'public' OR c.author_id = $2 OR c.held_for = $2
               ELSE c.state = $4 AND c.held_for = $2 END
    ORDER BY c.id DESC LIMIT $6"""

_ONE = f"""SELECT {_COLUMNS} FROM comment c JOIN comment_count k ON k.note_id = c.note_id AND k.comment_id = c.id
    WHERE c.note_id = $1 AND (c.id = $4 OR c.id = (SELECT r.parent_id FROM comment r WHERE r.note_id = $1 AND r.id = $4))
    ORDER BY c.id <> $4"""


async def get_note_and_thread(
    db: Db, viewer: Viewer, note_id: int, order: Order = "newest"
) -> tuple[NotePage, Page[CommentCard]]:
    """A note's whole page in three statements, one more where words are foreign; raises NotFound("note_gone")."""
    note = await find_row(db, viewer, note_id)
    rows = await _thread_rows(db, viewer, note_id, order, None)
    found = await people(db, viewer, [note.author_id, *_authors(rows)])
    rendered = await renderings(db, viewer, [*words_of(note), *_texts(rows, note)])
    scene = Scene(viewer=viewer, note=note, found=found, rendered=rendered)
    return to_page(note, viewer, found, rendered), _page(rows, scene, order)


async def thread(
    db: Db, viewer: Viewer, note_id: int, order: Order = "newest", cursor: str | None = None
) -> Page[CommentCard]:
    """Comments of the first level with the beginning of their replies; pinned ones open the first page."""
    note = await get_note(db, viewer, note_id)
    rows = await _thread_rows(db, viewer, note_id, order, cursor)
    return _page(rows, await _scene(db, viewer, note, rows), order)


async def replies(
    db: Db, viewer: Viewer, note_id: int, comment_id: int, cursor: str | None = None
) -> Page[CommentCard]:
    """Every reply to a comment of the first level, the oldest first; none where that cannot be seen."""
    note = await get_note(db, viewer, note_id)
    after = from_cursor(cursor, tuple[Key])[0] if cursor else 0
    rows = await db.all(
        _Row, _REPLIES, note_id, viewer.account_id, viewer.reads[0], comment_id, after, PAGE_SIZE + 2
    )
    scene = await _scene(db, viewer, note, rows)
    if (
        not rows
        or rows[0].id != comment_id
        or not is_visible(rows[0], viewer, scene.found.get(rows[0].author_id))
    ):
        return Page(items=[])
    rows = rows[1:]
    items = _cards(rows[:PAGE_SIZE], scene)
    return Page(items=items, next=to_cursor(int(rows[PAGE_SIZE - 1].id)) if len(rows) > PAGE_SIZE else None)


async def comments_to_tend(
    db: Db,
    viewer: Viewer,
    note_id: int,
    which: Which = "all",
    handle: str | None = None,
    cursor: str | None = None,
) -> Page[CommentCard]:
    """Comments of both levels under a note of the viewer's, also those they hold or hide, the newest first.

    Raises NotFound note_gone or account_gone, Forbidden("not_your_note").
    """
    await get_own_note(db, viewer, note_id)
    note = await get_note(db, viewer, note_id)
    author_id = await find_id(db, viewer, handle) if handle else None
    if handle and author_id is None:
        raise NotFound("account_gone")
    last = from_cursor(cursor, tuple[Key])[0] if cursor else 2**63 - 1
    rows = await db.all(
        _Row, _TO_TEND, note_id, viewer.account_id, viewer.reads[0], which, last, THREAD_SIZE + 1, author_id
    )
    scene = await _scene(db, viewer, note, rows[:THREAD_SIZE])
    return Page(
        items=[_card(row, scene, (), None) for row in rows[:THREAD_SIZE] if row.author_id in scene.found],
        next=to_cursor(int(rows[THREAD_SIZE - 1].id)) if len(rows) > THREAD_SIZE else None,
    )


async def get_comment(db: Db, viewer: Viewer, note_id: int, comment_id: int) -> CommentCard:
    """One comment the viewer may see, and with it what it answers; raises NotFound("comment_gone")."""
    return await comment_under(db, viewer, await get_note(db, viewer, note_id), comment_id)


async def comment_under(db: Db, viewer: Viewer, note: SeenNote, comment_id: int) -> CommentCard:
    """The same under a note the viewer is known to see."""
    rows = await db.all(_Row, _ONE, note.id, viewer.account_id, viewer.reads[0], comment_id)
    shown = _cards(rows, await _scene(db, viewer, note, rows))
    if not shown or shown[0].id != comment_id or not (shown[0].is_mine or len(shown) == len(rows)):
        raise NotFound("comment_gone")
    return shown[0]


async def words_of_comment(db: Db, viewer: Viewer, note_id: int, comment_id: int) -> tuple[Words, Id]:
    """The words of a comment the viewer may see, and who said them; raises NotFound("comment_gone")."""
    note = await get_note(db, viewer, note_id)
    card = await comment_under(db, viewer, note, comment_id)
    rows = await db.all(_Row, _ONE, note.id, viewer.account_id, viewer.reads[0], comment_id)
    return _words(rows[0], note), card.author.id


async def lines_of_picture(db: Db, viewer: Viewer, note_id: int, picture_id: int) -> tuple[list[Words], Id]:
    """What is written in a picture of a note or of a comment under it, and whose it is.

    Raises NotFound where it may not be seen, or there is nothing written in it.
    """
    note = await get_note(db, viewer, note_id)
    rows = await db.rows("SELECT subject_id FROM media WHERE note_id = $1 AND id = $2", note_id, picture_id)
    if not rows:
        raise NotFound("not_found")
    subject_id, author_id, is_public = Id(rows[0][0]), note.author_id, has_public_words(note)
    if subject_id != note.id:
        card = await comment_under(db, viewer, note, subject_id)
        author_id, is_public = card.author.id, is_public and card.state == "public"
    lines = await texts_of(db, [note_id], [subject_id], frozenset({subject_id} if is_public else ()))
    found = [words for words in lines if words.subject_id == picture_id]
    if not found:
        raise NotFound("not_found")
    return found, author_id


async def find_comment(db: Db, viewer: Viewer, note_id: int, comment_id: int) -> tuple[Comment, Id]:
    """The stored comment and the note's author, for deeds; raises NotFound when the viewer may not see it."""
    note = await get_note(db, viewer, note_id)
    comment = await db.maybe(
        Comment, f"SELECT {columns(Comment)} FROM comment WHERE note_id = $1 AND id = $2", note_id, comment_id
    )
    if comment is None:
        raise NotFound("comment_gone")
    author = (await people(db, viewer, [comment.author_id])).get(comment.author_id)
    mine = may_delete(
        comment, viewer, note.author_id
    )  # also what is deleted or held, so that it can be undone
    if not mine and not is_visible(comment, viewer, author):
        raise NotFound("comment_gone")
    return comment, note.author_id


async def get_picture(
    db: Db, viewer: Viewer, blobs: Blobs, note_id: int, key: str, name: str, format_: str
) -> PictureFile:
    """A picture of a note or of a comment under it, for those who may see that; raises NotFound."""
    if name not in SIZES or format_ not in {"webp", "avif"} or not is_key(key):
        raise NotFound("not_found")
    note = await get_note(db, viewer, note_id)
    subject = await db.value("SELECT subject_id FROM media WHERE note_id = $1 AND key = $2", note_id, key)
    if subject is None:
        raise NotFound("not_found")
    state = "public" if subject == note_id else (await get_comment(db, viewer, note_id, subject)).state
    data = await blobs.get(blob_key(key, name, format_))
    return PictureFile(data=data, is_public=note.is_for_all and state == "public", wishes=note.wishes)


async def _thread_rows(db: Db, viewer: Viewer, note_id: int, order: Order, cursor: str | None) -> list[_Row]:
    likes, last = from_cursor(cursor, tuple[Key, Key]) if cursor else (2**62, 2**63 - 1)
    return await db.all(
        _Row,
        _THREADS[order],
        note_id,
        viewer.account_id,
        viewer.reads[0],
        likes,
        last,
        THREAD_SIZE + 1,
        cursor is None,
    )


class Scene(NamedTuple):
    """What a thread's cards are made with: who looks, under which note, the people and the renderings on the page."""

    viewer: Viewer
    note: SeenNote
    found: Mapping[Id, Person]
    rendered: Renderings


async def _scene(db: Db, viewer: Viewer, note: SeenNote, rows: Sequence[_Row]) -> Scene:
    found = await people(db, viewer, _authors(rows))
    return Scene(viewer, note, found, await renderings(db, viewer, _texts(rows, note)))


def _words(row: _Row, note: SeenNote) -> Words:
    return Words(
        text=row.body,
        lang=row.body_lang,
        subject_id=row.id,
        part="comment",
        is_public=has_public_words(note) and row.state == "public",
        version=row.version,
    )


def _texts(rows: Iterable[_Row], note: SeenNote) -> list[Words]:
    """What is said, and what is written in the pictures."""
    return [words for row in rows for words in (_words(row, note), *_in_pictures(row, note))]


def _in_pictures(row: _Row, note: SeenNote) -> list[Words]:
    if not row.pictures:  # as most have none, nothing is asked about them
        return []
    return words_in(row.pictures, is_public=has_public_words(note) and row.state == "public")


def _authors(rows: Sequence[_Row]) -> list[Id]:
    return [row.author_id for row in rows] + [row.reply_to_author for row in rows if row.reply_to_author]


def _page(rows: Sequence[_Row], scene: Scene, order: Order) -> Page[CommentCard]:
    def place(row: _Row) -> tuple[int, int]:
        return (row.like_count if order == "liked" else 0, row.id)

    first = sorted((row for row in rows if row.parent_id is None), key=place, reverse=True)
    pinned = [row for row in first if row.is_pinned]
    loose = [row for row in first if not row.is_pinned]
    by_parent: dict[Id, list[_Row]] = {}
    for row in sorted((row for row in rows if row.parent_id is not None), key=lambda row: row.id):
        by_parent.setdefault(row.parent_id or row.id, []).append(row)
    end = loose[THREAD_SIZE - 1] if len(loose) > THREAD_SIZE else None
    return Page(
        items=_cards([*pinned, *loose[:THREAD_SIZE]], scene, by_parent),
        next=to_cursor(end.like_count, int(end.id)) if end else None,
    )


def _cards(
    rows: Iterable[_Row], scene: Scene, by_parent: Mapping[Id, Sequence[_Row]] | None = None
) -> list[CommentCard]:
    shown = []
    for row in rows:
        if not is_visible(row, scene.viewer, scene.found.get(row.author_id)):
            continue
        found = _filter(row, scene)
        if found is None or found.manner != "gone":
            below = tuple(_cards((by_parent or {}).get(row.id, ()), scene))
            shown.append(_card(row, scene, below, found.written if found else None))
    return shown


def _filter(row: _Row, scene: Scene) -> Filter | None:
    """The word of the viewer's that a comment of somebody else's has, as it was written or as they read it."""
    viewer = scene.viewer
    if not viewer.filters or row.author_id == viewer.account_id:
        return None
    body = passage(viewer, _words(row, scene.note), scene.rendered)
    return find_filter(viewer.filters, (body.original, body.text))


def _card(row: _Row, scene: Scene, below: tuple[CommentCard, ...], filtered: str | None) -> CommentCard:
    viewer, note_author = scene.viewer, scene.note.author_id
    return CommentCard(
        id=row.id,
        note_id=row.note_id,
        parent_id=row.parent_id,
        reply_to=_answered(row, scene.found),
        author=scene.found[row.author_id].card,
        body=passage(viewer, _words(row, scene.note), scene.rendered),
        pictures=to_pictures(
            row.note_id,
            row.pictures,
            (passage(viewer, words, scene.rendered) for words in _in_pictures(row, scene.note)),
        )
        if row.pictures
        else (),
        like_count=row.like_count,
        reply_count=row.reply_count,
        is_liked=row.is_liked,
        is_pinned=row.is_pinned,
        is_mine=row.author_id == viewer.account_id,
        may_delete=may_delete(row, viewer, note_author),
        may_pin=row.state == "public" and may_pin(row, viewer, note_author),
        may_allow=may_allow(row, viewer),
        asks_in=row.asks_in,
        state=row.state,
        created_at=row.created_at,
        edited_at=row.edited_at,
        filtered=filtered,
        replies=below,
    )


def _answered(row: _Row, found: Mapping[Id, Person]) -> AccountCard | None:
    if row.reply_to_author is None or row.reply_to_id == row.parent_id:
        return None
    person = found.get(row.reply_to_author)
    return None if person is None or person.is_apart else person.card
