"""Words on their way into another language before they are said."""

from litestar import post
from litestar.params import JSONBody

from vermilion.translation import drafts
from vermilion.translation.drafts import Drafts, NewDraft
from vermilion.web.api.deeds import known
from vermilion.web.context import TheDb, TheParts, TheViewer
from vermilion.web.limits import DRAFTS


@post("/drafts", status_code=200, opt={"limit": DRAFTS}, tags=["languages"])
async def draft(data: JSONBody[NewDraft], db: TheDb, viewer: TheViewer, parts: TheParts) -> Drafts:
    """What one is about to say, in other languages, to be sent along as `versions`.

    Answered after some seconds with what is there; `waiting`: ask again with the same words. Kept for the asker alone
    until it was given.
    """
    return await drafts.draft(db, known(viewer), parts.live, parts.language, await parts.lore(), data)


HANDLERS = [draft]
