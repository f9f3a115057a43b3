"""What somebody asked before, theirs to erase and to keep or not; and searches that tell of something new."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import get, post

from vermilion.kernel.errors import Invalid, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.search import history, saved
from vermilion.search.schema import EditSavedSearch, HistoryChoice
from vermilion.storage.db import Db
from vermilion.web.asked import ask, check_langs, filters_of, is_ahead
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.idempotency import Answer, fingerprint, once
from vermilion.web.pages.answers import Html, fragment, go, said, to_door, undoable, whole
from vermilion.web.pages.forms import read_form
from vermilion.web.received import from_fields
from vermilion.web.wording import Wording, wording

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stamp_of(moment: datetime) -> str:
    """A moment in an address: microseconds since 1970."""
    return str((moment - _EPOCH) // _MICROSECOND)


def moment_of(stamp: str) -> datetime:
    """The moment of a stamp; raises Invalid."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 16):
        raise Invalid("wrong_form", field="moment")
    return _EPOCH + int(stamp) * _MICROSECOND


def undo_of(words: Wording, stamp: str, gone: str = "") -> dict[str, str] | None:
    """How what was erased at a moment is had back."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 16):
        return None
    action = f"/search/history/{stamp}/restore"
    return {"action": action, "sentence": words.gettext("Erased"), "gone": gone}


@post("/search/history/erase", include_in_schema=False)
async def erase(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> Html:
    """Erase one question of one's own or all; what follows offers to undo it."""
    if viewer.is_guest:
        return to_door(request)
    ids = (await read_form(request)).ids("id")
    stamp = stamp_of(await history.erase(db, viewer, ids[0] if ids else None))
    undo = undo_of(wording(locale), stamp, f"#asked-{int(ids[0])}" if ids else "#recent")
    return undoable(request, viewer, locale, undo, f"/search?erased={stamp}")


@post("/search/history/{stamp:str}/restore", include_in_schema=False)
async def restore(request: AnyRequest, db: Db, viewer: Viewer, stamp: str) -> Html:
    """Have back what was erased at a moment."""
    if viewer.is_guest:
        return to_door(request)
    await history.restore(db, viewer, moment_of(stamp))
    return go("/search")


@post("/settings/searching", include_in_schema=False)
async def choose(request: AnyRequest, db: Db, viewer: Viewer) -> Html:
    """Whether what one asks is kept."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    choice = HistoryChoice(keeps_history=form.is_on("keeps_history"), erase=form.is_on("erase"))
    await history.choose(db, viewer, choice)
    return go("/settings?saved=1#searching")


@get("/search/saved/{search_id:str}", include_in_schema=False)
async def open_saved(request: AnyRequest, db: Db, viewer: Viewer, search_id: Id) -> Html:
    """Ask a saved search, the newest first; nothing of it is new any more."""
    if viewer.is_guest:
        return to_door(request)
    found = await (saved.get_saved if is_ahead(request) else saved.look_at)(db, viewer, search_id)
    return go(search_address(found.question, is_followed=found.is_followed, lang=found.lang, sort="newest"))


@post("/search/saved", include_in_schema=False)
async def save(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Save a search with its filters, to be told of what is new."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    filters = await filters_of(db, viewer, who=form.text("who"), lang=form.text("lang"))
    query = await ask(viewer, parts, form.text("q"))

    async def deed() -> Answer:
        check_langs("", form.text("lang"))
        return Answer(value=await saved.save_search(db, viewer, query, filters))

    sent = f"{query.text}\n{filters.is_followed}\n{filters.langs}".encode()
    try:
        await once(db, viewer, form.key, fingerprint(request, sent), deed)
    except Problem as problem:
        if wants_fragment(request):
            raise
        shown = said(request, problem)
        return await _list(db, viewer, locale, **shown)
    if wants_fragment(request):
        return fragment(locale, "parts/search_saved.html", viewer, saved_already=True)
    lang = filters.langs[0] if filters.langs else ""
    return go(search_address(query.text, is_followed=filters.is_followed, lang=lang))


def search_address(question: str, *, is_followed: bool = False, lang: str = "", sort: str = "") -> str:
    """Where a question with its filters is answered."""
    given = {"q": question, "sort": sort, "who": "followed" if is_followed else "", "lang": lang}
    return "/search?" + urlencode({name: value for name, value in given.items() if value})


@get("/search/saved", include_in_schema=False)
async def show_saved(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> Html:
    """One's saved searches."""
    if viewer.is_guest:
        return to_door(request)
    words, dropped = wording(locale), request.query_params.get("dropped", "")
    undo = None
    if dropped.isascii() and dropped.isdigit():
        undo = {"action": f"/search/saved/{dropped}/restore", "sentence": words.gettext("Search deleted")}
    return await _list(db, viewer, locale, undo=undo)


async def _list(db: Db, viewer: Viewer, locale: str, **context: Any) -> Html:  # noqa: ANN401 - whatever the template names
    found = await saved.saved_searches(db, viewer)
    return await whole(db, viewer, locale, "saved_searches.html", here="search", searches=found, **context)


@post("/search/saved/{search_id:str}/rename", include_in_schema=False)
async def rename(request: AnyRequest, db: Db, viewer: Viewer, locale: str, search_id: Id) -> Html:
    """Call a saved search something else."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    try:
        edit = from_fields({"name": form.text("name").strip()}, EditSavedSearch)
        await saved.rename_search(db, viewer, search_id, edit)
    except Invalid as problem:
        return await _list(db, viewer, locale, wrong=search_id, **said(request, problem))
    return go(f"/search/saved#s{search_id}")


@post("/search/saved/{search_id:str}/delete", include_in_schema=False)
async def drop(request: AnyRequest, db: Db, viewer: Viewer, locale: str, search_id: Id) -> Html:
    """Delete a saved search; what follows offers to undo it."""
    if viewer.is_guest:
        return to_door(request)
    await saved.drop_search(db, viewer, search_id)
    undo = {
        "action": f"/search/saved/{search_id}/restore",
        "gone": f"#s{search_id}",
        "sentence": wording(locale).gettext("Search deleted"),
    }
    return undoable(request, viewer, locale, undo, f"/search/saved?dropped={search_id}")


@post("/search/saved/{search_id:str}/restore", include_in_schema=False)
async def restore_saved(request: AnyRequest, db: Db, viewer: Viewer, search_id: Id) -> Html:
    """Have a deleted search back."""
    if viewer.is_guest:
        return to_door(request)
    await saved.restore_search(db, viewer, search_id)
    return go("/search/saved")


HANDLERS = [erase, restore, choose, open_saved, save, show_saved, rename, drop, restore_saved]
