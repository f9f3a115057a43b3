"""What pages share: a page or a fragment as an answer, ways on after a form, and who must sign in first."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.datastructures import Cookie

from vermilion.kernel.errors import Problem, Unauthorized
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notifications.reads import count_unread
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, locale_of, wants_fragment
from vermilion.web.packing import Packed
from vermilion.web.problems import sentence, status_of
from vermilion.web.render import framed, page

HTML = "text/html"
VARY = "accept-language, cookie, x-fragment"
HOME = "/"
_MOST_ADDRESS = 4000
"""With everything an application says when it asks for access."""

Html = Response[bytes]


async def whole(
    db: Db,
    viewer: Viewer,
    locale: str,
    template: str,
    *,
    status: int = 200,
    cookies: Sequence[Cookie] = (),
    slots: Mapping[str, bytes] | None = None,
    headers: Mapping[str, str] | None = None,
    **context: Any,  # noqa: ANN401 - whatever the template names
) -> Html:
    """A whole page, with what every page shows beside its own; with `slots` its frame is kept (see `framed`)."""
    unread = 0 if viewer.is_guest else await count_unread(db, viewer)
    handle = viewer.handle or ""
    if slots is None:
        body = page(template, locale, viewer=viewer, my_handle=handle, unread=unread, **context).encode()
    else:
        seat = Seat(is_guest=viewer.is_guest, reads=viewer.reads[:1])
        slots = {**slots, "my_handle": escape(handle).encode()}
        body = framed(template, locale, slots, viewer=seat, unread=unread, **context)
    sent = {"vary": VARY, **(headers or {})}
    return Packed(body, status_code=status, media_type=HTML, headers=sent, cookies=list(cookies))


class Seat(Record, kw_only=True, frozen=True):
    """What a kept frame may know of its viewer: no more than many share."""

    is_guest: bool
    reads: tuple[str, ...]


def fragment(locale: str, template: str, viewer: Viewer, *, status: int = 200, **context: Any) -> Html:  # noqa: ANN401 - as above
    """A part of a page, for the script that swaps it in."""
    body = page(template, locale, viewer=viewer, **context)
    return Packed(body.encode(), status_code=status, media_type=HTML, headers={"vary": VARY})


def undoable(
    request: AnyRequest, viewer: Viewer, locale: str, undo: Mapping[str, object] | None, on: str
) -> Html:
    """After a deed that can be undone: the offer alone for a script (see parts/undo.html), else the page `on`."""
    if wants_fragment(request):
        return fragment(locale, "parts/undo.html", viewer, undo=undo)
    return go(on)


def go(address: str, cookies: Sequence[Cookie] = ()) -> Html:
    """After a form: see another page."""
    return Response(b"", status_code=303, headers={"location": address}, cookies=list(cookies))


def inside(address: str | None) -> str:
    """An address of our own to go on to; anything else becomes the front page."""
    if not address or len(address) > _MOST_ADDRESS or not address.startswith("/"):
        return HOME
    is_outside = address.startswith(("//", "/\\")) or any(ord(char) < 33 or char == "\\" for char in address)
    return HOME if is_outside else quote(address, safe="/?&=#@:%+,;~!*'()-._")


def to_door(request: AnyRequest) -> Html:
    """Lead a guest to the sign-in page, and back here afterwards; scripts get the problem instead."""
    if wants_fragment(request):
        raise Unauthorized("sign_in_first")
    came_from = request.scope["path"] if request.method == "GET" else _referred(request)
    return go(f"/sign-in?next={quote(inside(came_from))}")


def _referred(request: AnyRequest) -> str:
    """The page a form was sent from, by its Referer (ours send it within the origin)."""
    referer = request.headers.get("referer", "")
    return "/" + referer.split("/", 3)[3] if referer.count("/") >= 3 else HOME


def back(request: AnyRequest, otherwise: str) -> str:
    """Where a form was sent from, without its script."""
    return inside(_referred(request)) if request.headers.get("referer") else otherwise


def said(request: AnyRequest, problem: Problem) -> dict[str, Any]:
    """A problem as templates show it beside a form."""
    return {
        "problem": sentence(problem.code, problem.facts, locale_of(request)),
        "problem_field": problem.facts.get("field"),
        "status": status_of(problem),
    }
