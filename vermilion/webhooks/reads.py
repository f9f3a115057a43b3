"""Webhooks and their deliveries, as their owner sees them."""

from vermilion.accounts.rules import signed_in
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import columns
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.webhooks.schema import Delivery, Webhook

SHOWN = 50


async def webhooks(db: Db, viewer: Viewer) -> list[Webhook]:
    """The viewer's own, the oldest first."""
    return await db.all(
        Webhook,
        f"SELECT {columns(Webhook)} FROM webhook WHERE account_id = $1 ORDER BY id",
        signed_in(viewer),
    )


async def get_webhook(db: Db, viewer: Viewer, webhook_id: Id) -> Webhook:
    """One of the viewer's own; raises NotFound("webhook_gone")."""
    found = await db.maybe(
        Webhook,
        f"SELECT {columns(Webhook)} FROM webhook WHERE account_id = $1 AND id = $2",
        signed_in(viewer),
        webhook_id,
    )
    if found is None:
        raise NotFound("webhook_gone")
    return found


async def deliveries(db: Db, viewer: Viewer, webhook_id: Id) -> list[Delivery]:
    """The last SHOWN deliveries of one of the viewer's own, the newest first."""
    await get_webhook(db, viewer, webhook_id)
    return await db.all(
        Delivery,
        f"""SELECT {columns(Delivery)} FROM webhook_delivery WHERE account_id = $1 AND webhook_id = $2
            ORDER BY id DESC LIMIT {SHOWN}""",
        viewer.account_id,
        webhook_id,
    )
