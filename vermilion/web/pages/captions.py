"""Captions: the tracks players load, and the page on which an author corrects what was heard."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from vermilion.captions import actions
from vermilion.captions.reads import address, films_in, get_captions, hearing_of, tracks_of
from vermilion.captions.schema import SILENT, Caption
from vermilion.captions.timed import clock, decoded, write
from vermilion.kernel.errors import Invalid, NotFound, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.types import LANGS
from vermilion.kernel.viewer import Viewer
from vermilion.media.schema import film_address
from vermilion.notes.reads import get_own_note
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, TheDb, TheParts, TheViewer
from vermilion.web.idempotency import Answer, fingerprint, once
from vermilion.web.limits import CAPTIONS
from vermilion.web.pages.answers import Html, go, said, to_door, whole
from vermilion.web.pages.forms import Form, new_key, read_form

VTT = "text/vtt"


@get("/captions/{note_id:str}/{media_id:str}/{file:str}", include_in_schema=False)
async def show_track(
    note_id: FromPath[Id],
    media_id: FromPath[Id],
    file: FromPath[str],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    save: str = "",
) -> Response[bytes]:
    """A track such as `pt.vtt`, for those who may see the note; what of it is not translated yet is asked for."""
    lang, _, form = file.partition(".")
    if form != "vtt":
        raise NotFound("not_found")
    found = await get_captions(db, viewer, note_id, media_id, lang)
    parts.asking.add(found.missing)
    is_settled = found.is_for_all and not found.missing
    headers = {"cache-control": "public, max-age=60" if is_settled else "private, no-cache"}
    if save:
        headers["content-disposition"] = f'attachment; filename="{int(media_id)}-{lang}.vtt"'
    return Response(write(found.page.cues).encode(), media_type=VTT, headers=headers)


@get("/n/{note_id:str}/captions", include_in_schema=False)
async def show_editor(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id, film: str = "", lang: str = "",
) -> Html:  # fmt: skip
    """The film with its captions, to be corrected."""
    if viewer.is_guest:
        return to_door(request)
    return await _page(db, viewer, locale, note_id, film, lang, listens=_listens(parts))


@post("/n/{note_id:str}/captions", include_in_schema=False, opt={"limit": CAPTIONS})
async def save_captions(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id
) -> Html:
    """Keep what the author wrote, or a file of theirs."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    film, lang = form.text("film"), form.text("lang")
    try:
        text, is_file = await _text(form, lang)
        await _keep(request, db, viewer, note_id, form, text, is_file=is_file)
    except Problem as problem:
        wrong = _wrong_row(form, problem)
        if wrong is not None:
            problem.facts["line"] = wrong
        shown = {**said(request, problem), "typed": form.text("text") or None, "wrong": wrong}
        return await _page(db, viewer, locale, note_id, film, lang, listens=_listens(parts), **shown)
    return go(f"/n/{note_id}/captions?film={film}&lang={lang}&kept=1")


def _wrong_row(form: Form, problem: Problem) -> int | None:
    """Which line of the list is wrong, for those who saw the text as a list."""
    line = problem.facts.get("line")
    if form.text("counted") != "rows" or not isinstance(line, int):
        return None
    return sum("-->" in one for one in form.text("text").split("\n")[:line])


async def _text(form: Form, lang: str) -> tuple[str, bool]:
    files = await form.files("file")
    return (decoded(files[0], lang), True) if files else (form.text("text"), False)


async def _keep(
    request: AnyRequest, db: Db, viewer: Viewer, note_id: Id, form: Form, text: str, *, is_file: bool
) -> None:
    film, lang = _film_id(form), form.text("lang")

    async def deed() -> Answer:
        await actions.write_captions(db, viewer, note_id, film, lang, text, is_file=is_file)
        return Answer(value="", status=200)

    content = f"{int(film)}\n{lang}\n{text}".encode()
    await once(db, viewer, form.key, fingerprint(request, content), deed)


def _film_id(form: Form) -> Id:
    ids = form.ids("film")
    if not ids:
        raise Invalid("missing", field="film")
    return ids[0]


@post("/n/{note_id:str}/captions/{deed:str}", include_in_schema=False, opt={"limit": CAPTIONS})
async def change_captions(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id, deed: str
) -> Html:
    """Take the last change back, or delete a track."""
    if deed not in {"undo", "delete"}:
        raise NotFound("not_found")
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    film, lang = _film_id(form), form.text("lang")
    try:
        if deed == "undo":
            await actions.take_back(db, viewer, note_id, film, lang)
        else:
            await actions.drop_captions(db, viewer, note_id, film, lang)
    except Problem as problem:
        told = said(request, problem)
        return await _page(db, viewer, locale, note_id, str(int(film)), lang, listens=_listens(parts), **told)
    return go(f"/n/{note_id}/captions?film={int(film)}" + (f"&lang={lang}" if deed == "undo" else ""))


def _listens(parts: State) -> bool:
    """Whether a machine hears what is said in films."""
    return parts.settings.models is not None


async def _page(
    db: Db, viewer: Viewer, locale: str, note_id: Id, film: str, lang: str,
    status: int = 200, typed: str | None = None, **context: Any,  # noqa: ANN401 - whatever the template names
) -> Html:  # fmt: skip
    note = await get_own_note(db, viewer, note_id)
    films = await films_in(db, note.id)
    chosen = next((one for one in films if str(int(one.id)) == film), films[0] if films else None)
    if chosen is None:
        raise NotFound("film_gone")
    tracks = [track for track in await tracks_of(db, note.id, chosen.id) if track.lang != SILENT]
    track = next((one for one in tracks if one.lang == lang), None)
    if track is None and not lang and tracks:
        track = tracks[0]
    hearing = await hearing_of(db, chosen.id)
    return await whole(
        db, viewer, locale, "captions.html", status=status, note=note, film=chosen, films=films,
        poster=None, file=film_address(note.id, chosen.film_key, "film.mp4"), tracks=tracks, track=track,
        track_url=address(note.id, chosen.id, track.lang) if track is not None else None,
        track_at=round(track.updated_at.timestamp() * 1000) if track is not None else 0,
        text=typed if typed is not None else write(track.cues) if track is not None else "",
        rows=_rows(track) if typed is None else [], is_unsaved=typed is not None,
        lang=lang or (track.lang if track is not None else viewer.reads[0]), langs=LANGS,
        hearing=hearing, share=hearing.heard_ms * 100 // max(1, hearing.total_ms), form_key=new_key(), **context,
    )  # fmt: skip


def _rows(track: Caption | None) -> list[dict[str, Any]]:
    return [
        {
            "start": clock(cue.start_ms),
            "end": clock(cue.end_ms),
            "text": cue.text,
            "is_unsure": cue.is_unsure,
        }
        for cue in (track.cues if track is not None else ())
    ]


HANDLERS = [show_track, show_editor, save_captions, change_captions]
