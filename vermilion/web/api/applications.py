"""What can act for oneself, and the applications one develops: for people signed in, closed to all tokens."""

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from vermilion.accounts import applications, grants
from vermilion.accounts.applications import Application, EditApplication, NewApplication, Registered
from vermilion.accounts.grants import Access
from vermilion.kernel.ids import Id
from vermilion.web.api.deeds import IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.limits import APPLICATIONS
from vermilion.web.scopes import PERSON

_OWN = {"scope": PERSON}
_LIMITED = {"scope": PERSON, "limit": APPLICATIONS}
_ONE = "/me/applications/{application_id:str}"


@get("/me/access", opt=_OWN, tags=["applications"])
async def list_accesses(db: TheDb, viewer: TheViewer) -> list[Access]:
    """Applications one has let in and tokens got with the password, what was used last first."""
    return await grants.accesses(db, known(viewer))


@delete("/me/access/{access_id:str}", opt=_OWN, tags=["applications"])
async def withdraw_access(access_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """Take back what an application or a token may; all its tokens end."""
    await grants.withdraw(db, known(viewer), access_id)
    parts.sessions.forget(viewer.account_id)


@get("/me/applications", opt=_OWN, tags=["applications"])
async def list_applications(db: TheDb, viewer: TheViewer) -> list[Application]:
    """The applications one develops, the oldest first."""
    return await applications.my_applications(db, known(viewer))


@post("/me/applications", opt=_LIMITED, tags=["applications"])
async def register_application(
    request: AnyRequest,
    data: JSONBody[NewApplication],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[Registered]:
    """Register an application. The secret of a confidential one is shown this once."""
    return await do_once(
        request,
        db,
        known(viewer),
        key,
        lambda: applications.register(db, viewer, data),
        is_secret=data.is_confidential,
    )


@get(_ONE, opt=_OWN, tags=["applications"])
async def get_application(application_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> Application:
    """An application one develops."""
    return await applications.get_application(db, known(viewer), application_id)


@put(_ONE, opt=_LIMITED, tags=["applications"])
async def edit_application(
    data: JSONBody[EditApplication], application_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> Application:
    """Change an application's name and addresses; whether it keeps a secret stays as it was registered."""
    return await applications.edit_application(db, known(viewer), application_id, data)


@delete(_ONE, opt=_OWN, tags=["applications"])
async def drop_application(application_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Remove an application, and with it everything people have let it do."""
    await applications.drop_application(db, known(viewer), application_id)


@post(f"{_ONE}/secret", opt=_LIMITED, tags=["applications"])
async def renew_secret(
    request: AnyRequest,
    application_id: FromPath[Id],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[Registered]:
    """Another secret for a confidential application, shown this once; the one before it ends."""
    return await do_once(
        request,
        db,
        known(viewer),
        key,
        lambda: applications.renew_secret(db, viewer, application_id),
        is_secret=True,
    )


HANDLERS = [
    list_accesses, withdraw_access, list_applications, register_application, get_application, edit_application,
    drop_application, renew_secret,
]  # fmt: skip
