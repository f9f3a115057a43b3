"""Texts in the reader's language: translated on request, corrected by readers."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Literal

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from vermilion.comments.passages import get_spot, get_spots
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import Lang
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.translation import actions
from vermilion.translation.corrections import corrections
from vermilion.translation.queue import WAITED, ask
from vermilion.translation.reads import find_rows, passages
from vermilion.translation.schema import PERSON, REASON_MOST, CorrectionCard, Passage, Place, Spot
from vermilion.web.api.deeds import IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, State, TheDb, TheParts, TheViewer
from vermilion.web.limits import CORRECTIONS, TRANSLATIONS
from vermilion.web.reading import KEYS_LONGEST, read_keys

_PASSAGE = "/passages/{place:str}"
_CORRECTION = f"{_PASSAGE}/corrections/{{correction_id:str}}"
Keys = Annotated[
    str,
    QueryParameter(
        name="keys", max_length=KEYS_LONGEST, description="`key` of passages, with commas between."
    ),
]


class NewCorrection(Record, kw_only=True, frozen=True):
    """A better translation, into a language one reads; lang None: the first of them that is not the text's own."""

    text: Annotated[str, Meta(min_length=1, max_length=16_000)]
    lang: Lang | None = None


class Vote(Record, kw_only=True, frozen=True):
    """What one thinks of a correction: good, bad or neither."""

    value: Literal[-1, 0, 1]


class Report(Record, kw_only=True, frozen=True):
    """What is wrong with a correction."""

    reason: Annotated[str, Meta(min_length=1, max_length=REASON_MOST)]


class PassagePage(Record, kw_only=True, frozen=True):
    """A text for one reader, and what readers wrote to correct its translation."""

    place: str
    passage: Passage
    corrections: tuple[CorrectionCard, ...]


class RenderedText(Record, kw_only=True, frozen=True):
    """A text a machine has translated; empty where it could not be translated well."""

    key: str
    lang: str
    source_lang: str
    text: str


def _place(text: str) -> Place:
    try:
        return Place.parse(text)
    except ValueError as error:
        raise NotFound("not_found") from error


async def _spot(db: Db, viewer: Viewer, place: str) -> Spot:
    return await get_spot(db, viewer, _place(place))


async def _shown(db: Db, viewer: Viewer, spot: Spot) -> PassagePage:
    found = await passages(db, viewer, [spot.words])
    return PassagePage(
        place=str(spot.place), passage=found[0], corrections=tuple(await corrections(db, viewer, spot))
    )


async def _changed(
    request: AnyRequest, db: Db, viewer: Viewer, place: str, key: str | None,
    deed: Callable[[Spot], Awaitable[object]], status: int = 200,
) -> Response[PassagePage]:  # fmt: skip
    """Do something about a passage, once; gives the passage as it stands then."""
    spot = await _spot(db, known(viewer), place)

    async def done() -> PassagePage:
        await deed(spot)
        return await _shown(db, viewer, spot)

    return await do_once(request, db, viewer, key, done, status=status)


@get(_PASSAGE, tags=["passages"])
async def get_passage(place: FromPath[str], db: TheDb, viewer: TheViewer) -> PassagePage:
    """A text by where it stands. `part.note.subject`: `title.7.7`, `body.7.7`, `comment.7.9`, `alt.7.12`, `bio.0.5`."""
    return await _shown(db, viewer, await _spot(db, viewer, place))


@post(f"{_PASSAGE}/translate", status_code=202, opt={"limit": TRANSLATIONS}, tags=["passages"])
async def translate_passage(
    request: AnyRequest,
    place: FromPath[str],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[Passage]:
    """Have a text translated before those that nobody waits for; of a picture every line. GET /renderings tells when."""
    spots = await get_spots(db, known(viewer), _place(place))

    async def deed() -> Passage:
        return await _asked(db, viewer, parts, spots)

    return await do_once(request, db, viewer, key, deed, status=202)


async def _asked(db: Db, viewer: Viewer, parts: State, spots: Sequence[Spot]) -> Passage:
    found = await passages(db, viewer, [spot.words for spot in spots])
    if (await parts.translation()).will_translate:
        await ask(db, [wanted for one in found if (wanted := one.wanted)], WAITED)
    return found[0]


@get("/renderings", tags=["passages"])
async def list_renderings(keys: Keys, db: TheDb, viewer: TheViewer) -> list[RenderedText]:
    """What machines have translated of the texts with these keys; what is not there yet is left out."""
    wanted = await read_keys(db, keys, viewer.reads[0])
    found: dict[bytes, RenderedText] = {}
    for row in await find_rows(db, wanted, viewer.reads[0]) if wanted else ():
        if row.engine != PERSON and row.text_hash not in found:
            found[row.text_hash] = RenderedText(
                key=wanted[row.text_hash], lang=row.lang, source_lang=row.source_lang, text=row.text
            )
    return list(found.values())


@post(f"{_PASSAGE}/corrections", opt={"limit": CORRECTIONS}, tags=["passages"])
async def correct_passage(
    request: AnyRequest,
    place: FromPath[str],
    data: JSONBody[NewCorrection],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[PassagePage]:
    """Correct a translation. It holds for this text alone until its author or a moderator accepts it more widely."""
    return await _changed(
        request, db, viewer, place, key,
        lambda spot: actions.correct(db, viewer, parts.language, spot, data.text, data.lang), status=201,
    )  # fmt: skip


@put(f"{_CORRECTION}/vote", tags=["passages"])
async def vote_on_correction(
    place: FromPath[str], correction_id: FromPath[Id], data: JSONBody[Vote], db: TheDb, viewer: TheViewer
) -> PassagePage:
    """Find a correction good, bad or neither. One that enough find bad falls back to the machine's text."""
    spot = await _spot(db, known(viewer), place)
    await actions.vote(db, viewer, spot, correction_id, data.value)
    return await _shown(db, viewer, spot)


@post(f"{_CORRECTION}/accept", status_code=200, tags=["passages"])
async def accept_correction(
    request: AnyRequest,
    place: FromPath[str],
    correction_id: FromPath[Id],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[PassagePage]:
    """Let a correction stand for good, as the author of the words or as a moderator."""
    return await _changed(
        request, db, viewer, place, key, lambda spot: actions.accept(db, viewer, spot, correction_id)
    )


@post(f"{_CORRECTION}/revert", status_code=200, tags=["passages"])
async def revert_correction(
    request: AnyRequest,
    place: FromPath[str],
    correction_id: FromPath[Id],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[PassagePage]:
    """Take a correction back: its writer, the author of the words, or a moderator."""
    return await _changed(
        request, db, viewer, place, key, lambda spot: actions.revert(db, viewer, spot, correction_id)
    )


@post(f"{_CORRECTION}/report", status_code=200, tags=["passages"])
async def report_correction(
    request: AnyRequest,
    place: FromPath[str],
    correction_id: FromPath[Id],
    data: JSONBody[Report],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[PassagePage]:
    """Say what is wrong with a correction. Reported enough, it is hidden until it was looked at."""
    return await _changed(
        request,
        db,
        viewer,
        place,
        key,
        lambda spot: actions.report(db, viewer, spot, correction_id, data.reason),
    )


HANDLERS = [
    get_passage, translate_passage, list_renderings, correct_passage, vote_on_correction, accept_correction,
    revert_correction, report_correction,
]  # fmt: skip
