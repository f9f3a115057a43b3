"""Albums: a person's, one with its notes, the same to be put into order, and into which a note goes."""

from typing import Any

from litestar import get, post
from markupsafe import Markup

from vermilion.accounts.reads import get_profile
from vermilion.kernel.errors import NotFound, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes import album_actions, albums
from vermilion.notes.album_table import AlbumPage, EditAlbum, NewAlbum, Placing
from vermilion.notes.reads import get_note_page
from vermilion.notes.schema import NoteCard
from vermilion.storage.db import Db
from vermilion.web.cards import cards_html
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.heads import album_path, head_of_list
from vermilion.web.pages.answers import Html, fragment, go, inside, said, to_door, whole
from vermilion.web.pages.feeds import Cursor, after, cards_manner, empty, more_cards, wants_cards
from vermilion.web.pages.forms import Form, read_form
from vermilion.web.pages.people import handle_in
from vermilion.web.received import from_fields
from vermilion.web.render import preloads, safe
from vermilion.web.robots import rules_of
from vermilion.web.wording import wording


@get("/{name:str}/albums", include_in_schema=False)
async def show_albums(
    db: Db, viewer: Viewer, locale: str, parts: State, name: str, cursor: Cursor = None, deleted: str = ""
) -> Html:
    """The albums of a person."""
    profile = await get_profile(db, viewer, handle_in(name))
    found = await albums.albums_of(db, viewer, profile.id, cursor)
    undo = None
    if deleted.isascii() and deleted.isdigit() and profile.is_viewer:
        undo = {"action": f"/albums/{deleted}/restore", "sentence": wording(locale).gettext("Album deleted")}
    onward = f"/@{profile.handle}/albums?cursor={found.next}" if found.next else ""
    return await whole(
        db, viewer, locale, "albums.html",
        here="me" if profile.is_viewer else "profile", profile=profile, albums=found.items, next=onward, undo=undo,
        headers=rules_of(parts.settings, profile.wishes).headers,
    )  # fmt: skip


@get("/{name:str}/albums/{album_id:str}", include_in_schema=False)
async def show_album(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, name: str, album_id: Id,
    cursor: Cursor = None,
) -> Html:  # fmt: skip
    """An album and its notes."""
    profile = await get_profile(db, viewer, handle_in(name))
    path = f"/@{profile.handle}/albums/{album_id}"
    if wants_cards(request):
        found = await albums.album_notes(db, viewer, profile.id, album_id, cursor)
        manner = await cards_manner(viewer, parts, found)
        return more_cards(
            locale, viewer, cards_html(locale, found.items, manner, later=True), after(path, found)
        )
    rules = rules_of(parts.settings, profile.wishes)
    return await _album(
        db, viewer, locale, parts, profile.id, album_id, cursor, headers=rules.headers, robots=rules.metas
    )


async def _album(
    db: Db, viewer: Viewer, locale: str, parts: State, account_id: Id, album_id: Id, cursor: str | None,
    status: int = 200, **context: Any,  # noqa: ANN401 - whatever the template names
) -> Html:  # fmt: skip
    album = await albums.get_album(db, viewer, account_id, album_id)
    found = await albums.album_notes(db, viewer, account_id, album_id, cursor)
    manner = await cards_manner(viewer, parts, found)
    words = wording(locale)
    hint = words.gettext("Put a note in from its menu.") if album.is_mine else ""
    return await whole(
        db, viewer, locale, "album.html", status=status,
        here="me" if album.is_mine else "profile", album=album, surface="album",
        cards=safe(cards_html(locale, found.items, manner)), next=after(f"/@{album.owner.handle}/albums/{album_id}", found),
        preloads=preloads(found.items), head=context.pop("robots", "") + _head(parts, viewer, album, found.items),
        empty=empty(words.gettext("Nothing in this album"), hint), **context,
    )  # fmt: skip


def _head(parts: State, viewer: Viewer, album: AlbumPage, cards: list[NoteCard]) -> Markup:
    """What the page says to other sites; nothing where it is for its owner alone."""
    if not album.is_public:
        return Markup("")
    path = album_path(album.owner.handle, album.id)
    return head_of_list(
        parts.settings.origin, viewer, path, f"{album.name} · {album.owner.display_name}", cards
    )


@get("/albums/{album_id:str}/arrange", include_in_schema=False)
async def show_arranging(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, album_id: Id, cursor: Cursor = None
) -> Html:
    """One's own album as a list to be put into order."""
    if viewer.is_guest:
        return to_door(request)
    album = await albums.get_album(db, viewer, viewer.account_id, album_id)
    page = await albums.arranged(db, viewer, album_id, cursor)
    ids = [page.before, *(card.id for card in page.items), page.after]
    rows = [{"card": card, "before": ids[at], "after": ids[at + 2]} for at, card in enumerate(page.items)]
    here = f"/albums/{album_id}/arrange"
    return await whole(
        db, viewer, locale, "arrange.html",
        here="me", album=album, rows=rows, address=f"{here}?cursor={cursor}" if cursor else here,
        next=f"{here}?cursor={page.next}" if page.next else "",
    )  # fmt: skip


@post("/albums", include_in_schema=False)
async def open_album(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> Html:
    """Begin an album."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    try:
        album = await album_actions.open_album(db, viewer, _new(form))
    except Problem as problem:
        profile = await get_profile(db, viewer, viewer.handle or "")
        found = await albums.albums_of(db, viewer, profile.id)
        return await whole(
            db, viewer, locale, "albums.html",
            here="me", profile=profile, albums=found.items, next="", typed=form.text("name"),
            is_private=form.is_on("private"), **said(request, problem),
        )  # fmt: skip
    return go(f"/@{viewer.handle}/albums/{album.id}")


def _new(form: Form) -> NewAlbum:
    return from_fields({"name": form.text("name"), "is_public": not form.is_on("private")}, NewAlbum)


@post("/albums/{album_id:str}/{deed:str}", include_in_schema=False)
async def change_album(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, album_id: Id, deed: str
) -> Html:
    """Name an album and say who sees it, delete it, or have it back."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    if deed == "delete":
        await album_actions.delete_album(db, viewer, album_id)
        return go(f"/@{viewer.handle}/albums?deleted={album_id}")
    if deed == "restore":
        await album_actions.restore_album(db, viewer, album_id)
        if wants_fragment(request):
            return fragment(locale, "parts/nothing.html", viewer)
    elif deed == "edit":
        sent = {"name": form.text("name"), "is_public": not form.is_on("private")}
        try:
            await album_actions.edit_album(db, viewer, album_id, from_fields(sent, EditAlbum))
        except Problem as problem:
            if isinstance(problem, NotFound):
                raise
            told = said(request, problem)
            return await _album(
                db, viewer, locale, parts, viewer.account_id, album_id, None, typed=form.text("name"), **told
            )
    else:
        raise NotFound("not_found")
    return go(f"/@{viewer.handle}/albums/{album_id}")


@post("/albums/{album_id:str}/notes/{note_id:str}/{deed:str}", include_in_schema=False)
async def change_note(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, album_id: Id, note_id: Id, deed: str
) -> Html:
    """Put a note of an album elsewhere in it, make it the cover, or take it out."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    if deed == "place":
        text = form.text("at").strip()
        at = max(1, int(text)) if text.isdecimal() and len(text) < 7 else None
        placing = Placing(before=form.maybe_id("before"), after=form.maybe_id("after"), at=at)
        await album_actions.place(db, viewer, album_id, note_id, placing)
    elif deed == "cover":
        await album_actions.edit_album(db, viewer, album_id, EditAlbum(cover_id=note_id))
    elif deed == "out":
        await album_actions.take_out(db, viewer, album_id, note_id)
    else:
        raise NotFound("not_found")
    if wants_fragment(request):
        return fragment(locale, "parts/nothing.html", viewer)
    return go(f"{inside(form.text('next') or f'/albums/{album_id}/arrange')}#a{note_id}")


@get("/n/{note_id:str}/albums", include_in_schema=False)
async def show_choices(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id) -> Html:
    """In which of one's albums a note is."""
    if viewer.is_guest:
        return to_door(request)
    return await _choices(db, viewer, locale, note_id)


async def _choices(db: Db, viewer: Viewer, locale: str, note_id: Id, **context: Any) -> Html:  # noqa: ANN401 - whatever the template names
    note = await get_note_page(db, viewer, note_id)
    found = await albums.choices(db, viewer, note_id)
    return await whole(
        db, viewer, locale, "note_albums.html", here="note", note=note, choices=found, **context
    )


@post("/n/{note_id:str}/albums", include_in_schema=False)
async def choose_albums(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id) -> Html:
    """Put a note into the albums chosen, and out of the others; into a new one too where one is named."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    try:
        chosen = form.ids("album")
        async with db.transaction():
            if form.maybe("name"):
                chosen.append((await album_actions.open_album(db, viewer, _new(form))).id)
            await album_actions.put_into(db, viewer, note_id, chosen)
    except NotFound:
        raise
    except Problem as problem:
        kept = {
            "typed": form.text("name"),
            "is_private": form.is_on("private"),
            "chosen": form.texts("album"),
        }
        return await _choices(db, viewer, locale, note_id, **kept, **said(request, problem))
    return go(f"/n/{note_id}")


HANDLERS = [
    show_albums, show_album, show_arranging, open_album, change_album, change_note, show_choices, choose_albums,
]  # fmt: skip
