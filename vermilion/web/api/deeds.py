"""What the resources of the API share: parameters, and a deed answered once."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from litestar import Response
from litestar.params import HeaderParameter, QueryParameter

from vermilion.accounts.rules import signed_in
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest
from vermilion.web.idempotency import Answer, check_key, fingerprint, once, to_response

Cursor = Annotated[
    str | None,
    QueryParameter(
        name="cursor",
        max_length=500,
        required=False,
        description="`next` of the page before; left out for the first.",
    ),
]
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=100,
        pattern="^[!-~]+$",
        required=False,
        description="The same key with the same content has one effect; the first answer is given again for a day.",
    ),
]


def known(viewer: Viewer) -> Viewer:
    """The viewer, if somebody is signed in; raises Unauthorized("sign_in_first")."""
    signed_in(viewer)
    return viewer


async def do_once(
    request: AnyRequest,
    db: Db,
    viewer: Viewer,
    key: str | None,
    deed: Callable[[], Awaitable[object]],
    *,
    status: int = 201,
    is_secret: bool = False,
    content: bytes | None = None,
) -> Response[Any]:
    """The deed's result as JSON; with an Idempotency-Key done once, whoever sends it again.

    `content` stands for the body in what is compared, where the body holds a secret.
    """
    body = await request.body() if content is None else content

    async def answer() -> Answer:
        return Answer(value=await deed(), status=status)

    checked = None if key is None else check_key(key)
    return to_response(
        await once(db, viewer, checked, fingerprint(request, body), answer, is_secret=is_secret)
    )
