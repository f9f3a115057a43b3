"""Translations on the page: asked for with a tap, and sent to whoever waits for them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from html import unescape
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import QueryParameter
from litestar.response import Stream

from vermilion.accounts.reads import get_person
from vermilion.comments.passages import get_spots
from vermilion.kernel.errors import Invalid
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.translation.queue import WAITED, ask, hurry
from vermilion.translation.reads import find_rows, passages
from vermilion.translation.schema import PERSON, Passage, Place, Rendering
from vermilion.web.cards import turned
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.limits import TRANSLATIONS, who
from vermilion.web.pages.answers import Html, fragment, go
from vermilion.web.pages.forms import read_form
from vermilion.web.reading import KEYS_LONGEST, Manner, manner_of, pulling, read_keys, told
from vermilion.web.render import page

MOST_PLACES = 4
SOON, HEARTBEAT, LASTS = 1.5, 15.0, 240.0
"""Seconds until what was queued meanwhile is raised too, between signs of life, and until a stream ends."""

Keys = Annotated[str, QueryParameter(name="keys", max_length=KEYS_LONGEST)]
Waiting = dict[bytes, str]
"""Text hash -> key as the page knows it, of what somebody waits for."""


def places_of(text: str) -> list[Place]:
    """The places a form names; raises Invalid."""
    try:
        places = [Place.parse(one) for one in text.split()]
    except ValueError as error:
        raise Invalid("wrong_form", field="at") from error
    if not 0 < len(places) <= MOST_PLACES:
        raise Invalid("wrong_form", field="at")
    return places


async def page_of(db: Db, viewer: Viewer, place: Place) -> str:
    """The page words stand on."""
    if place.note_id is None:
        return f"/@{(await get_person(db, viewer, place.subject_id)).handle}"
    anchor = {"comment": f"#c{place.subject_id}", "picture": f"#s{place}"}.get(place.part, "")
    return f"/n/{place.note_id}{anchor}"


@post("/translate", include_in_schema=False, opt={"limit": TRANSLATIONS})
async def translate(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Have some words translated, before everything nobody waits for."""
    places = places_of((await read_form(request)).text("at"))
    spots = [spot for place in places for spot in await get_spots(db, viewer, place)]
    found = await passages(db, viewer, [spot.words for spot in spots])
    if (await parts.translation()).will_translate:
        await ask(db, [wanted for one in found if (wanted := one.wanted)], WAITED)
    if wants_fragment(request):
        return fragment(locale, "parts/waits.html", viewer)
    address, _, anchor = (await page_of(db, viewer, places[0])).partition("#")
    return go(f"{address}?asked={places[0]}" + (f"#{anchor}" if anchor else ""))


@get("/live/renderings", include_in_schema=False)
async def stream(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, keys: Keys
) -> Stream:
    """What is translated of the texts with these keys, as it comes (server-sent events)."""
    owner = who(request, viewer)
    parts.streams.check(owner, is_guest=viewer.is_guest)
    waiting = await read_keys(db, keys, viewer.reads[0])
    manner = await manner_of(viewer, parts)

    async def events() -> AsyncIterator[bytes]:
        with parts.streams.held(owner):
            async for batch in _arriving(db, parts, set(waiting), viewer.reads[0]):
                yield _event(batch, waiting, manner, locale)
            yield b"event: done\ndata: \n\n"

    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return Stream(events(), media_type="text/event-stream", headers=headers)


async def _arriving(db: Db, parts: State, waiting: set[bytes], lang: str) -> AsyncIterator[list[Rendering]]:
    """What is there of what somebody waits for, then what comes; an empty batch is a sign of life."""
    clock = asyncio.get_running_loop().time
    ends, pause = clock() + LASTS, SOON
    async with parts.live.subscribe(f"{digest.hex()}.{lang}" for digest in waiting) as news:
        while True:
            found = _machines(await find_rows(db, waiting, lang)) if waiting else {}
            waiting.difference_update(found)
            yield list(found.values())
            if not waiting or clock() > ends:
                return
            if pause <= SOON * 2:
                await hurry(db, [(digest, lang) for digest in waiting])
                pause *= 2
            await _wait(news, min(pause, HEARTBEAT))


async def _wait(news: asyncio.Queue[str], seconds: float) -> None:
    """Until something came, or the time is over."""
    try:
        await asyncio.wait_for(news.get(), seconds)
    except TimeoutError:
        return
    await asyncio.sleep(0.05)  # what comes together goes out together
    while not news.empty():
        news.get_nowait()


def _machines(rows: Sequence[Rendering]) -> dict[bytes, Rendering]:
    found: dict[bytes, Rendering] = {}
    for row in rows:
        if row.engine != PERSON:
            found.setdefault(row.text_hash, row)
    return found


def _event(rows: Sequence[Rendering], keys: Waiting, manner: Manner, locale: str) -> bytes:
    if not rows:
        return b": \n\n"
    return (
        b"data: "
        + msgspec.json.encode([_arrived(row, keys[row.text_hash], manner, locale) for row in rows])
        + b"\n\n"
    )


def _arrived(row: Rendering, key: str, manner: Manner, locale: str) -> dict[str, str]:
    """One text as the page's script puts it in."""
    passage = Passage(
        text=row.text, lang=row.lang, original="", original_lang=row.source_lang, kind=row.kind,
    )  # fmt: skip
    shown = told(passage, manner, locale)
    mark = turned(row.source_lang, row.lang, passage.kind, locale)
    return {
        "key": key,
        "lang": row.lang,
        "text": row.text,
        "html": str(shown.text),
        "made": page("parts/made.html", locale, told=shown),
        "mark": mark["text"],
        "title": str(unescape(mark["title"])),
    }


@get("/translator", include_in_schema=False)
async def show_progress(parts: State) -> dict[str, int | None]:
    """How much of the translator has been downloaded, in percent; None unless it is on its way."""
    return {"percent": await pulling(parts)}


HANDLERS = [translate, stream, show_progress]
