"""Albums, as one viewer may see them."""

from collections.abc import Sequence

from vermilion.accounts.reads import get_person
from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import Person
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Key, Page, from_cursor, to_cursor
from vermilion.kernel.record import Record, columns
from vermilion.kernel.viewer import Viewer
from vermilion.notes.album_table import Album, AlbumCard, AlbumChoice, AlbumPage
from vermilion.notes.reads import Offer, cards, visible
from vermilion.notes.schema import Cover, NoteCard
from vermilion.storage.db import Db

COUNTED = 200
"""Notes of an album that are counted: what can be seen of them depends on who looks."""
TRIED = 4
"""Notes of an album that are tried as its cover, beside the one chosen."""

PLACES = """SELECT note_id, author_id, place FROM album_note
    WHERE account_id = $1 AND album_id = $2 AND (place, note_id) > ($3, $4) ORDER BY place, note_id LIMIT $5"""

# Of each album the note chosen and the first few.
_COVERS = """SELECT a.id AS album_id, t.note_id, t.author_id FROM album a CROSS JOIN LATERAL (
        (SELECT c.note_id, c.author_id, -1 AS place FROM album_note c
           WHERE c.account_id = $1 AND c.album_id = a.id AND c.note_id = a.cover_id)
        UNION ALL (SELECT f.note_id, f.author_id, f.place FROM album_note f WHERE f.account_id = $1 AND f.album_id = a.id
           ORDER BY f.place, f.note_id LIMIT $3)) t
    WHERE a.account_id = $1 AND a.id = ANY($2) ORDER BY a.id, t.place, t.note_id"""


class _Place(Offer, kw_only=True, frozen=True):
    place: int


class _OfAlbum(Offer, kw_only=True, frozen=True):
    album_id: Id


class Arranged(Record, kw_only=True, frozen=True):
    """A page of an album for who orders it, with the notes that stand right before and after it."""

    items: list[NoteCard]
    before: Id | None
    after: Id | None
    next: str | None


async def albums_of(
    db: Db, viewer: Viewer, account_id: Id, cursor: str | None = None, most: int = PAGE_SIZE
) -> Page[AlbumCard]:
    """The albums of one person that the viewer may see, the newest first; raises NotFound("account_gone")."""
    person = await get_person(db, viewer, account_id)
    rows = await db.all(
        Album,
        f"""SELECT {columns(Album)} FROM album
            WHERE account_id = $1 AND deleted_at IS NULL AND (is_public OR $2) AND id < $3 ORDER BY id DESC LIMIT $4""",
        account_id,
        account_id == viewer.account_id,
        from_cursor(cursor, tuple[Key])[0] if cursor else 2**63 - 1,
        most + 1,
    )
    rows = [] if person.is_apart else rows
    return Page(
        items=await _cards(db, viewer, rows[:most]),
        next=to_cursor(int(rows[most - 1].id)) if len(rows) > most else None,
    )


async def get_album(db: Db, viewer: Viewer, account_id: Id, album_id: int) -> AlbumPage:
    """One album, without its notes; raises NotFound("account_gone"), NotFound("album_gone")."""
    album, person = await _find(db, viewer, account_id, album_id)
    (card,) = await _cards(db, viewer, [album])
    first = await db.all(_Place, PLACES, account_id, album_id, 0, 0, COUNTED + 1)
    return AlbumPage(
        **{name: getattr(card, name) for name in AlbumCard.__struct_fields__},
        owner=person.card,
        is_mine=account_id == viewer.account_id,
        note_count=len(await visible(db, viewer, first[:COUNTED])),
        is_longer=len(first) > COUNTED,
    )


async def album_notes(
    db: Db, viewer: Viewer, account_id: Id, album_id: int, cursor: str | None = None
) -> Page[NoteCard]:
    """The notes of an album that the viewer may see, in its order; raises NotFound("album_gone")."""
    await _find(db, viewer, account_id, album_id)
    page = await _page(db, viewer, account_id, album_id, cursor)
    return Page(items=page.items, next=page.next)


async def arranged(db: Db, viewer: Viewer, album_id: int, cursor: str | None = None) -> Arranged:
    """A page of one of the viewer's albums, to be put into order; raises NotFound("album_gone")."""
    me = signed_in(viewer)
    await _find(db, viewer, me, album_id)
    return await _page(db, viewer, me, album_id, cursor)


async def choices(db: Db, viewer: Viewer, note_id: int) -> list[AlbumChoice]:
    """All albums of the viewer, and in which a note is; the newest first."""
    return await db.all(
        AlbumChoice,
        """SELECT a.id, a.name, a.is_public, n.note_id IS NOT NULL AS is_in FROM album a
           LEFT JOIN album_note n ON n.account_id = $1 AND n.album_id = a.id AND n.note_id = $2
           WHERE a.account_id = $1 AND a.deleted_at IS NULL ORDER BY a.id DESC""",
        signed_in(viewer),
        note_id,
    )


async def _find(db: Db, viewer: Viewer, account_id: Id, album_id: int) -> tuple[Album, Person]:
    person = await get_person(db, viewer, account_id)
    album = await db.maybe(
        Album,
        f"SELECT {columns(Album)} FROM album WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
        account_id,
        album_id,
    )
    mine = account_id == viewer.account_id
    if album is None or not (mine or album.is_public) or person.is_apart:
        raise NotFound("album_gone")
    return album, person


async def _page(db: Db, viewer: Viewer, account_id: Id, album_id: int, cursor: str | None) -> Arranged:
    place, last = from_cursor(cursor, tuple[Key, Key]) if cursor else (0, 0)
    rows = await db.all(_Place, PLACES, account_id, album_id, place, last, PAGE_SIZE + 1)
    page = rows[:PAGE_SIZE]
    more = len(rows) > PAGE_SIZE
    return Arranged(
        items=await cards(db, viewer, page),
        before=Id(last) if last else None,
        after=rows[PAGE_SIZE].note_id if more else None,
        next=to_cursor(page[-1].place, int(page[-1].note_id)) if more else None,
    )


async def _cards(db: Db, viewer: Viewer, albums: Sequence[Album]) -> list[AlbumCard]:
    covers = await _covers(db, viewer, albums)
    return [
        AlbumCard(
            id=album.id,
            account_id=album.account_id,
            name=album.name,
            is_public=album.is_public,
            cover=covers.get(album.id),
            created_at=album.created_at,
        )
        for album in albums
    ]


async def _covers(db: Db, viewer: Viewer, albums: Sequence[Album]) -> dict[Id, Cover]:
    if not albums:
        return {}
    tried = await db.all(_OfAlbum, _COVERS, albums[0].account_id, [album.id for album in albums], TRIED)
    shown = {card.id: card.cover for card in await cards(db, viewer, tried)}
    covers: dict[Id, Cover] = {}
    for one in tried:
        if one.note_id in shown:
            covers.setdefault(one.album_id, shown[one.note_id])
    return covers
