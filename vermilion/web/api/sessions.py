"""Bearer tokens, and everything that can act as oneself."""

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from vermilion.accounts import entry
from vermilion.accounts.schema import AccessToken, NewToken, Session
from vermilion.kernel.ids import Id
from vermilion.web.api.deeds import IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.limits import SIGN_IN_BY_ADDRESS, SIGN_IN_BY_HANDLE, handle_key
from vermilion.web.scopes import PERSON


@post("/tokens", opt={"scope": None, "limit": SIGN_IN_BY_ADDRESS}, tags=["sessions"])
async def issue_token(
    request: AnyRequest,
    data: JSONBody[NewToken],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[AccessToken]:
    """A bearer token for an application, by handle and password. It is shown this once."""
    parts.limits.take(SIGN_IN_BY_HANDLE, handle_key(data.handle))
    told = f"{data.handle}\n{data.application}\n{data.scopes}".encode()
    return await do_once(
        request,
        db,
        viewer,
        key,
        lambda: entry.issue_token(db, parts.passwords, data),
        content=told,
        is_secret=True,
    )


@get("/me/sessions", opt={"scope": PERSON}, tags=["sessions"])
async def list_sessions(db: TheDb, viewer: TheViewer) -> list[Session]:
    """Browsers signed in and tokens got with the password, the newest first."""
    return await entry.sessions(db, known(viewer))


@delete("/me/sessions/{session_id:str}", opt={"scope": PERSON}, tags=["sessions"])
async def end_session(session_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """End a session or token; one that has ended already is no error."""
    await entry.end_session(db, known(viewer), session_id)
    parts.sessions.forget(viewer.account_id)


HANDLERS = [issue_token, list_sessions, end_session]
