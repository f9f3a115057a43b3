"""Notes, as one viewer may see them."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from msgspec.structs import replace

from vermilion.accounts.reads import get_person, people
from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import AccountCard, Person, Wishes
from vermilion.kernel.errors import Forbidden, NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Key, Page, from_cursor, to_cursor
from vermilion.kernel.record import Record, columns
from vermilion.kernel.viewer import Viewer
from vermilion.media.covers import size, tone
from vermilion.media.reads import FILM_COLUMNS, PICTURES, to_picture, to_pictures, words_in
from vermilion.notes.filtering import filtered
from vermilion.notes.rules import VISIBLE, has_public_words, is_hidden, is_visible, may_edit, sight
from vermilion.notes.schema import (
    Cover,
    NewPicture,
    NewVersion,
    Note,
    NoteCard,
    NotePage,
    NoteSource,
    Reason,
)
from vermilion.places.reads import TOWN, card_of
from vermilion.storage.db import Db, Row
from vermilion.translation.reads import Renderings, passage, renderings
from vermilion.translation.schema import Part, Passage, Words

EXCERPT = 120
VARIANTS = 499
"""Drawn covers of one motif: few enough to be kept in memory, many enough that neighbours differ."""


class Offer(Record, kw_only=True, frozen=True):
    """A note to be shown in a list, by whom, and why it is there."""

    note_id: Id
    author_id: Id
    reason: Reason | None = None


class SeenNote(Note, kw_only=True, frozen=True):
    """A note with what decides who may see it."""

    withheld_in: list[str | None]
    wishes: Wishes = Wishes()
    """Of its author, where somebody else looks."""

    @property
    def is_for_all(self) -> bool:
        """Whether everybody everywhere may see it, so that every cache may keep it."""
        return has_public_words(self) and not self.withheld_in


class NoteRow(SeenNote, kw_only=True, frozen=True):
    """A note with its counts, pictures, versions and labels, and what the viewer has done to it."""

    like_count: int
    save_count: int
    comment_count: int
    is_liked: bool
    is_saved: bool
    pictures: list[dict[str, Any]] | None
    versions: list[dict[str, Any]] | None
    town: dict[str, Any] | None


_CARDS = f"""SELECT n.id, n.author_id, n.state, n.audience, n.title, n.title_lang,
        CASE WHEN n.title = '' THEN left(n.body, {EXCERPT}) ELSE '' END AS excerpt, n.body_lang, n.motif, n.picture_count,
        n.made_with_ai, n.created_at, n.tags, CASE WHEN $8 THEN n.body ELSE '' END AS body,
        CASE WHEN $8 THEN (SELECT b.text FROM version b WHERE b.note_id = n.id AND b.subject_id = n.id AND b.lang = $7
                           AND b.part = 'body') END AS body_version,
        c.like_count, l.account_id IS NOT NULL AS is_liked, v.text AS version,
        m.id AS media_id, m.key, m.width, m.height, encode(m.thumbhash, 'base64') AS thumbhash, m.mean_color,
        m.avif_sizes, m.alt, m.alt_lang, {", ".join(f"m.{name}" for name in FILM_COLUMNS)}
    FROM note n JOIN note_count c ON c.note_id = n.id
    LEFT JOIN note_like l ON l.note_id = n.id AND l.subject_id = n.id AND l.account_id = $2
    LEFT JOIN version v ON v.note_id = n.id AND v.subject_id = n.id AND v.lang = $7
         AND v.part = CASE WHEN n.title = '' THEN 'body' ELSE 'title' END
    LEFT JOIN media m ON m.note_id = n.id AND m.subject_id = n.id AND m.position = 0
    WHERE n.id = ANY($1) AND {VISIBLE}"""

_WITHHELD = """ARRAY(SELECT w.region FROM label w WHERE w.shard_id = n.id AND w.subject_id = n.id AND w.name = 'withheld'
              AND w.lifted_at IS NULL) AS withheld_in"""

SEEN = f"SELECT {columns(Note, 'n')}, {_WITHHELD} FROM note n WHERE n.id = $1"

_NOTE = f"""SELECT {columns(Note, "n")}, c.like_count, c.save_count, c.comment_count,
        EXISTS (SELECT 1 FROM note_like l WHERE l.note_id = $1 AND l.subject_id = $1 AND l.account_id = $2) AS is_liked,
        EXISTS (SELECT 1 FROM save s WHERE s.account_id = $2 AND s.note_id = $1) AS is_saved,
        {PICTURES.format("n", "id")} AS pictures,
        (SELECT jsonb_agg(jsonb_build_object('subject_id', v.subject_id, 'part', v.part, 'lang', v.lang, 'text', v.text))
           FROM version v WHERE v.note_id = n.id AND v.part <> 'comment' AND ($3::text IS NULL OR v.lang = $3)) AS versions,
        {TOWN} AS town, {_WITHHELD}
    FROM note n JOIN note_count c ON c.note_id = n.id WHERE n.id = $1"""


async def get_note(db: Db, viewer: Viewer, note_id: int) -> SeenNote:
    """A note the viewer may see; raises NotFound("note_gone")."""
    row = await db.maybe(SeenNote, SEEN, note_id)
    if row is None:
        raise NotFound("note_gone")
    author = (
        None
        if row.author_id == viewer.account_id
        else (await people(db, viewer, [row.author_id])).get(row.author_id)
    )
    if not is_visible(row, viewer, author, row.withheld_in):
        raise NotFound("note_gone")
    return replace(row, wishes=author.wishes) if author else row


async def get_own_note(db: Db, viewer: Viewer, note_id: int) -> Note:
    """A note to be changed, also one that is deleted; raises NotFound, or Forbidden("not_your_note")."""
    signed_in(viewer)
    row = await db.maybe(Note, f"SELECT {columns(Note)} FROM note WHERE id = $1", note_id)
    if row is None:
        raise NotFound("note_gone")
    if not may_edit(row, viewer):
        await get_note(db, viewer, note_id)
        raise Forbidden("not_your_note")
    return row


async def get_note_page(db: Db, viewer: Viewer, note_id: int) -> NotePage:
    """A note with everything on its page but the thread; raises NotFound("note_gone")."""
    row = await find_row(db, viewer, note_id)
    found = await people(db, viewer, [row.author_id])
    return to_page(row, viewer, found, await renderings(db, viewer, words_of(row)))


async def find_row(db: Db, viewer: Viewer, note_id: int) -> NoteRow:
    """The row of a note page, not yet asked whether it may be seen: `to_page` does."""
    return await _find(db, viewer, note_id, viewer.reads[0])


def words_of(row: NoteRow) -> list[Words]:
    """The texts of a note's page: title, body, what its pictures are said to show, what is written in them."""
    versions = {(version["subject_id"], version["part"]): version["text"] for version in row.versions or ()}

    def words(subject_id: Id, part: Part, text: str, lang: str) -> Words:
        version = versions.get((subject_id, part))
        return Words(
            text=text,
            lang=lang,
            subject_id=subject_id,
            part=part,
            is_public=has_public_words(row),
            version=version,
        )

    return [
        words(row.id, "title", row.title, row.title_lang),
        words(row.id, "body", row.body, row.body_lang),
        *(words(Id(one["id"]), "alt", one["alt"], one["alt_lang"]) for one in row.pictures or ()),
        *words_in(row.pictures, is_public=has_public_words(row)),
    ]


def beginning(title: Words, row: NoteRow) -> Words:
    """What a list shows of a note without a title."""
    body = words_of(row)[1]
    version = body.version and body.version[:EXCERPT]
    return replace(title, text=body.text[:EXCERPT], lang=body.lang, version=version)


def to_page(row: NoteRow, viewer: Viewer, found: Mapping[Id, Person], rendered: Renderings) -> NotePage:
    """The page from its row and the people on it; raises NotFound("note_gone") when the viewer may not see it."""
    author = found.get(row.author_id)
    mine = row.author_id == viewer.account_id
    if author is None or not (is_visible(row, viewer, author, row.withheld_in) or (mine and row.deleted_at)):
        raise NotFound("note_gone")
    title, body, *others = (passage(viewer, words, rendered) for words in words_of(row))
    count = len(row.pictures or ())
    pictures = to_pictures(row.id, row.pictures, others[count:], others[:count])
    return NotePage(
        id=row.id,
        author=author.card,
        title=title,
        body=body,
        tags=row.tags,
        pictures=pictures,
        cover=_drawn(row.motif, row.id)
        if not pictures
        else Cover(
            width=pictures[0].width,
            height=pictures[0].height,
            mean_color=pictures[0].mean_color,
            picture=pictures[0],
            drawn=None,
        ),
        place_name=row.place_name,
        latitude=row.latitude,
        longitude=row.longitude,
        place=card_of(row.town, viewer),
        audience=row.audience,
        state=row.state,
        state_reason=row.state_reason if mine else None,
        made_with_ai=row.made_with_ai,
        like_count=row.like_count,
        save_count=row.save_count,
        comment_count=row.comment_count,
        is_liked=row.is_liked,
        is_saved=row.is_saved,
        is_mine=mine,
        is_for_everybody=row.is_for_all,
        wishes=author.wishes,
        created_at=row.created_at,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        series_id=row.series_id,
    )


async def get_source(db: Db, viewer: Viewer, note_id: int) -> NoteSource:
    """A note of the viewer's as its edit form needs it; raises Forbidden("not_your_note")."""
    note = await get_own_note(db, viewer, note_id)
    row = await _find(db, viewer, note_id, None)
    texts: dict[str, dict[str, str]] = {}
    for version in row.versions or ():
        if version["part"] != "alt":
            texts.setdefault(version["lang"], {})[version["part"]] = version["text"]
    return NoteSource(
        id=note.id,
        title=note.title,
        body=note.body,
        lang=note.body_lang if note.body else note.title_lang,
        audience=note.audience,
        made_with_ai=note.made_with_ai,
        place_name=note.place_name,
        latitude=note.latitude,
        longitude=note.longitude,
        place_id=note.place_id,
        pictures=tuple(NewPicture(id=Id(found["id"]), alt=found["alt"]) for found in row.pictures or ()),
        versions=tuple(NewVersion(lang=lang, **text) for lang, text in texts.items()),
        shown=tuple(to_picture(note.id, found) for found in row.pictures or ()),
    )


async def cards(
    db: Db,
    viewer: Viewer,
    offers: Sequence[Offer],
    *,
    found: Mapping[Id, Person] | None = None,
    hidden: bool = True,
    is_named: bool = False,
    is_shared: bool = False,
) -> list[NoteCard]:
    """The cards of those offers the viewer may see, in their order; hidden=False leaves out what they hide.

    `is_named`: a muted author was asked for by name. Two statements, one more where titles are foreign; `is_shared`: many
    read the same list, which spares that one. Where words are filtered, the texts of notes are looked through as they are read.
    """
    if not offers:
        return []
    if found is None:
        found = await people(db, viewer, [offer.author_id for offer in offers])
    ids = [offer.note_id for offer in offers]
    rows = await db.rows(_CARDS, ids, *sight(viewer, found.values()), viewer.reads[0], bool(viewer.filters))
    by_id = {row["id"]: row for row in rows}
    shown = [
        (offer, row)
        for offer in offers
        if (row := by_id.get(offer.note_id)) is not None
        and (
            hidden or not is_hidden(viewer, row["id"], row["tags"], found[offer.author_id], is_named=is_named)
        )
    ]
    titles = [_title(row) for _, row in shown]
    bodies = [_body(row) for _, row in shown] if viewer.filters else []
    rendered = await renderings(db, viewer, [*titles, *bodies], is_shared=is_shared)
    made = [
        _card(row, passage(viewer, title, rendered), found[offer.author_id].card, offer.reason)
        for (offer, row), title in zip(shown, titles, strict=True)
    ]
    return filtered(viewer, made, [passage(viewer, body, rendered) for body in bodies])


async def visible(db: Db, viewer: Viewer, offers: Sequence[Offer], *, hidden: bool = True) -> set[Id]:
    """Which of these notes the viewer may see, where nothing more is to be known of them; two statements.

    hidden=False: and wants to be offered.
    """
    if not offers:
        return set()
    found = await people(db, viewer, [offer.author_id for offer in offers])
    rows = await db.rows(
        f"SELECT n.id, n.author_id, n.tags FROM note n WHERE n.id = ANY($1) AND {VISIBLE}",
        [offer.note_id for offer in offers],
        *sight(viewer, found.values()),
    )
    return {Id(row[0]) for row in rows if hidden or not is_hidden(viewer, row[0], row[2], found[Id(row[1])])}


async def notes_by(db: Db, viewer: Viewer, account_id: Id, cursor: str | None = None) -> Page[NoteCard]:
    """The notes of one person, the newest first; raises NotFound("account_gone")."""
    await get_person(db, viewer, account_id)
    places = await db.all(
        Offer,
        """SELECT note_id, account_id AS author_id FROM author_note WHERE account_id = $1 AND note_id < $2
           ORDER BY note_id DESC LIMIT $3""",
        account_id,
        from_cursor(cursor, tuple[Key])[0] if cursor else 2**63 - 1,
        PAGE_SIZE + 1,
    )
    items = await cards(db, viewer, places[:PAGE_SIZE])
    return Page(
        items=items, next=to_cursor(int(places[PAGE_SIZE - 1].note_id)) if len(places) > PAGE_SIZE else None
    )


async def _find(db: Db, viewer: Viewer, note_id: int, lang: str | None) -> NoteRow:
    row = await db.maybe(NoteRow, _NOTE, note_id, viewer.account_id, lang)
    if row is None:
        raise NotFound("note_gone")
    return row


def _title(row: Row) -> Words:
    text, lang = (row["title"], row["title_lang"]) if row["title"] else (row["excerpt"], row["body_lang"])
    return Words(
        text=text,
        lang=lang,
        subject_id=Id(row["id"]),
        part="title",
        is_public=row["audience"] == "everyone" and row["state"] == "public",
        version=row["version"] and row["version"][:EXCERPT],
    )


def _body(row: Row) -> Words:
    return Words(
        text=row["body"],
        lang=row["body_lang"],
        subject_id=Id(row["id"]),
        part="body",
        is_public=row["audience"] == "everyone" and row["state"] == "public",
        version=row["body_version"],
    )


def _card(row: Row, title: Passage, author: AccountCard, reason: Reason | None) -> NoteCard:
    return NoteCard(
        id=Id(row["id"]),
        author=author,
        title=title,
        cover=_cover(row),
        picture_count=row["picture_count"],
        like_count=row["like_count"],
        is_liked=row["is_liked"],
        state=row["state"],
        audience=row["audience"],
        made_with_ai=row["made_with_ai"],
        created_at=row["created_at"],
        reason=reason,
    )


def _cover(row: Row) -> Cover:
    if row["media_id"] is None:
        return _drawn(row["motif"], row["id"])
    picture = to_picture(row["id"], {**row, "id": row["media_id"]})
    return Cover(
        width=picture.width, height=picture.height, mean_color=picture.mean_color, picture=picture, drawn=None
    )


def _drawn(motif: str, note_id: int) -> Cover:
    return _drawing(motif, note_id % VARIANTS)


@cache
def _drawing(motif: str, seed: int) -> Cover:
    width, height = size(motif, seed)
    return Cover(
        width=width,
        height=height,
        mean_color=tone(motif, seed),
        picture=None,
        drawn=f"/cover/{motif}-{seed}.svg",
    )
