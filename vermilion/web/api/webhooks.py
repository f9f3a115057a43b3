"""Webhooks: one's own events sent on, signed as Standard Webhooks has it. For people signed in, closed to all tokens."""

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from vermilion.kernel.ids import Id
from vermilion.web.api.deeds import IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheViewer
from vermilion.web.limits import APPLICATIONS
from vermilion.web.scopes import PERSON
from vermilion.webhooks import actions, reads
from vermilion.webhooks.schema import Delivery, EditWebhook, NewlyMade, Webhook

_OWN, _LIMITED = {"scope": PERSON}, {"scope": PERSON, "limit": APPLICATIONS}
_ONE = "/me/webhooks/{webhook_id:str}"


@get("/me/webhooks", opt=_OWN, tags=["applications"])
async def list_webhooks(db: TheDb, viewer: TheViewer) -> list[Webhook]:
    """Where one's own events are sent, the oldest first."""
    return await reads.webhooks(db, known(viewer))


@post("/me/webhooks", opt=_LIMITED, tags=["applications"])
async def add_webhook(
    request: AnyRequest,
    data: JSONBody[EditWebhook],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[NewlyMade]:
    """Have one's own events sent somewhere. The secret they are signed with is shown this once."""
    return await do_once(
        request, db, known(viewer), key, lambda: actions.add_webhook(db, viewer, data), is_secret=True
    )


@put(_ONE, opt=_LIMITED, tags=["applications"])
async def edit_webhook(
    data: JSONBody[EditWebhook], webhook_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> Webhook:
    """Change where events go and which; one that was switched off is on again."""
    return await actions.edit_webhook(db, known(viewer), webhook_id, data)


@delete(_ONE, opt=_OWN, tags=["applications"])
async def drop_webhook(webhook_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Send nothing there any more."""
    await actions.drop_webhook(db, known(viewer), webhook_id)


@put(f"{_ONE}/test", opt=_LIMITED, status_code=204, tags=["applications"])
async def test_webhook(webhook_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Send a delivery of the type `webhook.test`."""
    await actions.try_webhook(db, known(viewer), webhook_id)


@get(f"{_ONE}/deliveries", opt=_OWN, tags=["applications"])
async def list_deliveries(webhook_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> list[Delivery]:
    """The last fifty deliveries, the newest first; they are kept for a week."""
    return await reads.deliveries(db, known(viewer), webhook_id)


@put(f"{_ONE}/deliveries/{{delivery_id:str}}/again", opt=_LIMITED, status_code=204, tags=["applications"])
async def send_again(
    webhook_id: FromPath[Id], delivery_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> None:
    """Try a delivery anew, at once."""
    await actions.send_again(db, known(viewer), webhook_id, delivery_id)


HANDLERS = [
    list_webhooks, add_webhook, edit_webhook, drop_webhook, test_webhook, list_deliveries, send_again,
]  # fmt: skip
