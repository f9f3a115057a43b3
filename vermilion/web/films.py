"""Films as browsers ask for them: playlists, segments, whole files by ranges, what goes with them."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any, NamedTuple

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Stream

from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media.schema import FilmSize, film_address, film_blob
from vermilion.notes.films import ShownFilm, check_sealed, get_film, sealed
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.web.context import State, TheDb, TheParts, TheViewer
from vermilion.web.files import ANYWHERE, BRIEFLY, FOREVER
from vermilion.web.robots import rules_of

SOON = "public, max-age=60"
PLAYLIST, MP4, SEGMENT = "application/vnd.apple.mpegurl", "video/mp4", "video/iso.segment"
PIECE = 1024 * 1024
MOST_AT_ONCE = 8 * PIECE
"""Of an open range: the browser asks for the next when it comes to it."""
_RANGE = re.compile(r"^bytes=(\d{1,15})?-(\d{1,15})?$")

Ticket = Annotated[str | None, QueryParameter(name="t", max_length=80, required=False)]


class Span(NamedTuple):
    """Bytes of a blob: where they begin, how many, and how long the whole is."""

    at: int
    length: int
    whole: int


@get("/f/{note_id:str}/{key:str}/{file:str}", include_in_schema=False, opt={"limit": None})
async def film_file(
    request: Request[Any, Any, Any], note_id: FromPath[Id], key: FromPath[str], file: FromPath[str],
    db: TheDb, viewer: TheViewer, parts: TheParts, ticket: Ticket = None,
) -> Response[Any]:  # fmt: skip
    """A playlist, the thumbnails or a whole file of a note's film, for those who may see the note."""
    shown = await get_film(db, viewer, note_id, key)
    if file.endswith((".m3u8", ".vtt")):
        end = "" if shown.is_for_all else f"?t={await sealed(db, viewer, shown.film)}"
        cache = SOON if shown.is_for_all and shown.film.state == "ready" else "private, no-cache"
        text = _thumbs(shown, end) if file == "thumbs.vtt" else _playlist(shown, file, end)
        kind = "text/vtt" if file.endswith(".vtt") else PLAYLIST
        return Response(text.encode(), media_type=kind, headers={"cache-control": cache})
    if file == "film.mp4":
        if not shown.sizes:
            raise NotFound("not_found")
        return Redirect(
            film_address(note_id, key, f"{shown.sizes[0].name}.mp4"),
            headers={"cache-control": "private, no-cache"},
        )
    if (away := await _to_sealed(db, viewer, shown, ticket, file)) is not None:
        return away
    if file in ("thumbs.webp", "preview.mp4"):
        if not shown.film.has_preview:
            raise NotFound("not_found")
        data = await parts.blobs.get(film_blob(key, file))
        return _ranged_bytes(
            request, data, MP4 if file.endswith("mp4") else "image/webp", _kept(parts, shown)
        )
    name, _, form = file.rpartition(".")
    if form != "mp4":
        raise NotFound("not_found")
    return _ranged(request, parts.blobs, film_blob(key, file), shown.size(name).bytes, _kept(parts, shown))


@get("/f/{note_id:str}/{key:str}/{size:str}/{file:str}", include_in_schema=False, opt={"limit": None})
async def film_segment(
    note_id: FromPath[Id], key: FromPath[str], size: FromPath[str], file: FromPath[str],
    db: TheDb, viewer: TheViewer, parts: TheParts, ticket: Ticket = None,
) -> Response[Any]:  # fmt: skip
    """The beginning of a size, `init.mp4`, or one of its segments, such as `17.m4s`."""
    shown = await get_film(db, viewer, note_id, key)
    at, count = _place(shown.size(size), file)
    if (away := await _to_sealed(db, viewer, shown, ticket, f"{size}/{file}")) is not None:
        return away
    data = await parts.blobs.get_range(film_blob(key, f"{size}.mp4"), at, count)
    kind = MP4 if file == "init.mp4" else SEGMENT
    return Response(data, media_type=kind, headers=_kept(parts, shown))


def _place(size: FilmSize, file: str) -> tuple[int, int]:
    """Where a segment lies in its size's file."""
    if file == "init.mp4":
        return 0, size.init
    number, _, form = file.partition(".")
    if form != "m4s" or not (number.isascii() and number.isdigit() and len(number) < 6):
        raise NotFound("not_found")
    which = int(number)
    if which >= len(size.lengths) or str(which) != number:
        raise NotFound("not_found")
    return size.init + sum(size.lengths[:which]), size.lengths[which]


async def _to_sealed(
    db: Db, viewer: Viewer, shown: ShownFilm, ticket: str | None, file: str
) -> Response[Any] | None:
    """The bytes of a restricted film are given at sealed addresses alone: whoever may see it is sent to theirs."""
    if shown.is_for_all:
        return None
    if ticket is not None:
        await check_sealed(db, viewer, shown.film, ticket)
        return None
    address = film_address(shown.film.note_id, shown.film.key, file)
    return Redirect(
        f"{address}?t={await sealed(db, viewer, shown.film)}", headers={"cache-control": "private, no-store"}
    )


def _cache(shown: ShownFilm) -> str:
    return FOREVER if shown.is_for_all else BRIEFLY


def _kept(parts: State, shown: ShownFilm) -> dict[str, str]:
    """How long it is kept, what programs may do with it; what everybody may see other sites may show too."""
    rules = rules_of(parts.settings, shown.wishes).headers
    return {"cache-control": _cache(shown), **rules, **(ANYWHERE if shown.is_for_all else {})}


def _playlist(shown: ShownFilm, file: str, end: str) -> str:
    if not shown.sizes:
        raise NotFound("not_found")
    if file == "master.m3u8":
        return _master(shown)
    size = shown.size(file.removesuffix(".m3u8"))
    longest = max(size.durations)
    lines = [
        "#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{-(-longest // 1000)}", "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS", f'#EXT-X-MAP:URI="{size.name}/init.mp4{end}"',
    ]  # fmt: skip
    for number, ms in enumerate(size.durations):
        lines += [f"#EXTINF:{ms / 1000:.3f},", f"{size.name}/{number}.m4s{end}"]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def _master(shown: ShownFilm) -> str:
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for one in shown.sizes:
        mean = one.bytes * 8000 // max(1, sum(one.durations))
        lines += [
            (
                f'#EXT-X-STREAM-INF:BANDWIDTH={one.peak},AVERAGE-BANDWIDTH={mean},CODECS="{one.codecs}",'
                f"RESOLUTION={one.width}x{one.height},FRAME-RATE={one.rate:.3f}"
            ),
            f"{one.name}.m3u8",
        ]
    return "\n".join([*lines, ""])


def _thumbs(shown: ShownFilm, end: str) -> str:
    """The sheet for scrubbing as WebVTT, a cue for each of its pictures."""
    if not shown.film.thumbs:
        raise NotFound("not_found")
    count, columns, width, height, apart = shown.film.thumbs
    cues = ["WEBVTT", ""]
    for at in range(count):
        until = max(shown.film.duration_ms, (at + 1) * apart) if at == count - 1 else (at + 1) * apart
        box = f"{at % columns * width},{at // columns * height},{width},{height}"
        cues += [f"{_clock(at * apart)} --> {_clock(until)}", f"thumbs.webp{end}#xywh={box}", ""]
    return "\n".join(cues)


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def span_of(header: str | None, whole: int) -> Span | None:
    """The bytes a Range header asks for; None: all of them. Raises ValueError where there are none such."""
    found = _RANGE.match(header or "")
    if found is None or found.group(1) is found.group(2) is None:
        return None
    first, last = found.group(1), found.group(2)
    if first is None:
        count = min(int(last), whole)
        begin, end = whole - count, whole
    else:
        begin, end = (
            int(first),
            min(int(last) + 1, whole) if last is not None else min(int(first) + MOST_AT_ONCE, whole),
        )
    if begin >= end:
        raise ValueError(header)
    return Span(begin, end - begin, whole)


def _ranged(
    request: Request[Any, Any, Any], blobs: Blobs, key: str, whole: int, kept: dict[str, str]
) -> Response[Any]:
    """A whole file, or the range asked for, piece by piece."""
    headers = {"accept-ranges": "bytes", **kept}
    try:
        span = span_of(request.headers.get("range"), whole)
    except ValueError:
        return Response(b"", status_code=416, headers={**headers, "content-range": f"bytes */{whole}"})
    at, count = (0, whole) if span is None else (span.at, span.length)

    async def pieces() -> AsyncIterator[bytes]:
        for begin in range(at, at + count, PIECE):
            yield await blobs.get_range(key, begin, min(PIECE, at + count - begin))

    headers["content-length"] = str(count)
    if span is not None:
        headers["content-range"] = f"bytes {at}-{at + count - 1}/{whole}"
    return Stream(pieces(), status_code=200 if span is None else 206, media_type=MP4, headers=headers)


def _ranged_bytes(
    request: Request[Any, Any, Any], data: bytes, kind: str, kept: dict[str, str]
) -> Response[Any]:
    headers = {"accept-ranges": "bytes", **kept}
    try:
        span = span_of(request.headers.get("range"), len(data))
    except ValueError:
        return Response(b"", status_code=416, headers={**headers, "content-range": f"bytes */{len(data)}"})
    if span is None:
        return Response(data, media_type=kind, headers=headers)
    headers["content-range"] = f"bytes {span.at}-{span.at + span.length - 1}/{span.whole}"
    return Response(data[span.at : span.at + span.length], status_code=206, media_type=kind, headers=headers)


HANDLERS = [film_file, film_segment]
