"""What the script asks while somebody writes: drafts in other languages, and how others will read it."""

from litestar import post

from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.translation import drafts
from vermilion.translation.drafts import NewDraft
from vermilion.web.context import AnyRequest, State
from vermilion.web.limits import DRAFTS
from vermilion.web.pages.answers import Html, fragment, to_door
from vermilion.web.pages.forms import read_form
from vermilion.web.pages.versions import preview, texts_of
from vermilion.web.received import from_fields


@post("/drafts", include_in_schema=False, status_code=200, opt={"limit": DRAFTS})
async def draft(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Drafts of one text in the languages asked for, as a fragment."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    sent = {
        "text": form.text("text"),
        "into": form.texts("into"),
        "lang": form.maybe("lang"),
        "part": form.text("part"),
    }
    made = await drafts.draft(
        db, viewer, parts.live, parts.language, await parts.lore(), from_fields(sent, NewDraft)
    )
    return fragment(locale, "parts/drafts.html", viewer, drafts=made.drafts)


@post("/preview", include_in_schema=False, status_code=200, opt={"limit": DRAFTS})
async def show_preview(request: AnyRequest, viewer: Viewer, locale: str, parts: State) -> Html:
    """What stands in a form as somebody will see it who reads the language `as`, as a fragment."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    shown = await preview(parts, viewer, locale, form, texts_of(form, ("title", "body")))
    return fragment(locale, "parts/preview.html", viewer, preview=shown)


HANDLERS = [draft, show_preview]
