"""What the publishing form learns about a picture that was sent."""

from typing import Any

from litestar import Response, post

from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media.texts import get_upload_text
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest
from vermilion.web.pages.answers import to_door


@post("/uploads/{upload_id:str}/text", include_in_schema=False, status_code=200)
async def read_picture(request: AnyRequest, db: Db, viewer: Viewer, upload_id: Id) -> Response[Any]:
    """The text in a picture of one's own, to be offered as its description; asked again until it has been read."""
    if viewer.is_guest:
        return to_door(request)
    async with db.transaction():
        found = await get_upload_text(db, viewer, upload_id)
    return Response({"is_read": found.is_read, "text": found.text})


HANDLERS = [read_picture]
