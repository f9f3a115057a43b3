"""Correcting a translation, and what is done about corrections."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import get, post

from vermilion.comments.passages import get_spot
from vermilion.kernel.errors import Invalid, NotFound, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import get_note_page
from vermilion.storage.db import Db
from vermilion.translation import actions
from vermilion.translation.corrections import corrections
from vermilion.translation.reads import passages
from vermilion.translation.rules import target_of
from vermilion.translation.schema import REASON_MOST, Place, Spot
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.idempotency import Answer, fingerprint, once
from vermilion.web.limits import CORRECTIONS
from vermilion.web.pages.answers import Html, fragment, go, said, to_door, whole
from vermilion.web.pages.forms import Form, new_key, read_form
from vermilion.web.pages.translating import page_of, places_of
from vermilion.web.reading import manner_of, told, told_note

Deed = Callable[[Db, Viewer, Spot, Id, Form], Awaitable[None]]


async def _vote(db: Db, viewer: Viewer, spot: Spot, correction_id: Id, form: Form) -> None:
    value = {"1": 1, "-1": -1, "0": 0}.get(form.text("value"))
    if value is None:
        raise Invalid("wrong_form", field="value")
    await actions.vote(db, viewer, spot, correction_id, value)


async def _report(db: Db, viewer: Viewer, spot: Spot, correction_id: Id, form: Form) -> None:
    reason = form.text("reason").strip()
    if not reason:
        raise Invalid("missing", field="reason")
    await actions.report(db, viewer, spot, correction_id, reason[:REASON_MOST])


DEEDS: dict[str, Deed] = {
    "vote": _vote,
    "report": _report,
    "accept": lambda db, viewer, spot, one, _form: actions.accept(db, viewer, spot, one),
    "revert": lambda db, viewer, spot, one, _form: actions.revert(db, viewer, spot, one),
}


def _place(text: str) -> Place:
    return places_of(text)[0]


@get("/correct", include_in_schema=False)
async def show_corrections(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, at: str = ""
) -> Html:
    """The words, how they are translated, what others wrote, and a form for something better."""
    if viewer.is_guest:
        return to_door(request)
    return await _section(request, db, viewer, locale, parts, await get_spot(db, viewer, _place(at)))


@post("/correct", include_in_schema=False, opt={"limit": CORRECTIONS})
async def correct(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Put a better translation in the place of the one that stands."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    spot = await get_spot(db, viewer, _place(form.text("at")))

    async def deed() -> Answer:
        made = await actions.correct(db, viewer, parts.language, spot, form.text("text"), form.maybe("lang"))
        return Answer(value=str(int(made)), status=201)

    content = f"{form.text('at')}\n{form.text('lang')}\n{form.text('text')}".encode()
    try:
        await once(db, viewer, form.key, fingerprint(request, content), deed)
    except Problem as problem:
        if wants_fragment(request):
            raise
        shown = {**said(request, problem), "typed": form.text("text"), "form_lang": form.maybe("lang")}
        return await _section(request, db, viewer, locale, parts, spot, **shown)
    return await _after(request, db, viewer, locale, parts, spot)


@post("/correct/{deed:str}", include_in_schema=False)
async def decide(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, deed: str) -> Html:
    """Vote on a correction, report, accept or revert it."""
    if deed not in DEEDS:
        raise NotFound("not_found")
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    spot = await get_spot(db, viewer, _place(form.text("at")))
    ids = form.ids("id")
    if not ids:
        raise Invalid("missing", field="id")
    await DEEDS[deed](db, viewer, spot, ids[0], form)
    if deed == "vote":
        if wants_fragment(request):
            return await _section(request, db, viewer, locale, parts, spot)
        return go(f"/correct?at={spot.place}")
    return await _after(request, db, viewer, locale, parts, spot)


async def _section(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, spot: Spot,
    status: int = 200, form_lang: str | None = None, **context: Any,  # noqa: ANN401 - whatever the template names
) -> Html:  # fmt: skip
    found = (await passages(db, viewer, [spot.words]))[0]
    shown: dict[str, Any] = {
        "at": str(spot.place),
        "words": spot.words,
        "standing": found,
        "target": form_lang or target_of(viewer, spot.words),
        "targets": [lang for lang in viewer.reads if lang != spot.words.lang],
        "told": told(found, await manner_of(viewer, parts), locale),
        "corrections": await corrections(db, viewer, spot),
        "form_key": new_key(),
        "back": await page_of(db, viewer, spot.place),
        "is_inline": wants_fragment(request),
        "title_at": str(msgspec.structs.replace(spot.place, part="title"))
        if spot.place.part == "body"
        else None,
        **context,
    }
    if wants_fragment(request):
        return fragment(locale, "parts/corrections.html", viewer, **shown)
    return await whole(db, viewer, locale, "correct.html", status=status, **shown)


async def _after(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, spot: Spot) -> Html:
    """The passage as it stands now, in its place."""
    if not wants_fragment(request):
        return go(await page_of(db, viewer, spot.place))
    manner = await manner_of(viewer, parts)
    if spot.place.part in {"title", "body"} and spot.place.note_id is not None:
        note = await get_note_page(db, viewer, spot.place.note_id)
        return fragment(locale, "parts/words.html", viewer, note=note, told=told_note(note, manner, locale))
    found = (await passages(db, viewer, [spot.words]))[0]
    return fragment(locale, "parts/passage.html", viewer, told=told(found, manner, locale, str(spot.place)))


HANDLERS = [show_corrections, correct, decide]
