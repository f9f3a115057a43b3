"""Settings: where my own events are sent."""

from typing import Any

from litestar import get, post

from vermilion.kernel.errors import Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest
from vermilion.web.limits import APPLICATIONS
from vermilion.web.pages.answers import Html, go, said, to_door, whole
from vermilion.web.pages.forms import Form, read_form
from vermilion.web.received import from_fields
from vermilion.web.wording import wording
from vermilion.webhooks import actions, reads
from vermilion.webhooks.schema import EditWebhook

HOOKS = "/settings/webhooks"


def _(message: str) -> str:
    """Marks a message for the catalogues; it is translated when it is said."""
    return message


KIND_NAMES = {
    "note.commented": _("A comment under a note of mine"),
    "comment.replied": _("An answer to a comment of mine"),
    "account.mentioned": _("Somebody names me"),
    "note.liked": _("Likes, gathered"),
    "account.followed": _("A new follower"),
    "account.follow_requested": _("Somebody asks to follow me"),
    "account.follow_accepted": _("I may follow somebody"),
    "note.released": _("A note of mine is shown"),
    "note.hidden": _("A note of mine is hidden"),
    "webhook.test": _("A test"),
}
ANSWERS = {
    "private": _("leads to a private network"),
    "unknown": _("no such address"),
    "unreachable": _("did not answer"),
    "slow": _("took too long"),
    "redirect": _("sends on elsewhere"),
    "rubbish": _("answered with rubbish"),
}


@get(HOOKS, include_in_schema=False)
async def show_webhooks(request: AnyRequest, db: Db, viewer: Viewer, locale: str, done: str = "") -> Html:
    """All of them, and the form for another."""
    return to_door(request) if viewer.is_guest else await _all(db, viewer, locale, done=done)


async def _all(db: Db, viewer: Viewer, locale: str, **context: Any) -> Html:  # noqa: ANN401 - whatever the template names
    found = await reads.webhooks(db, viewer)
    context = {"values": {"kinds": ()}, **context}
    return await whole(
        db, viewer, locale, "webhooks.html", here="settings", webhooks=found, kinds=_kinds(locale), **context
    )


@post(HOOKS, include_in_schema=False, opt={"limit": APPLICATIONS})
async def add(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> Html:
    """Another one; the page that follows shows its secret, this once."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    try:
        made = await actions.add_webhook(db, viewer, from_fields(_values(form), EditWebhook))
    except Problem as problem:
        return await _all(db, viewer, locale, values=_values(form), **said(request, problem))
    return await _one(db, viewer, locale, made.webhook.id, secret=made.secret)


@get("/settings/webhooks/{webhook_id:str}", include_in_schema=False)
async def show_webhook(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, webhook_id: Id, done: str = ""
) -> Html:
    """One of them, with its last deliveries."""
    return to_door(request) if viewer.is_guest else await _one(db, viewer, locale, webhook_id, done=done)


async def _one(db: Db, viewer: Viewer, locale: str, webhook_id: Id, **context: Any) -> Html:  # noqa: ANN401 - as above
    found = await reads.get_webhook(db, viewer, webhook_id)
    words = wording(locale)
    context = {"values": {"address": found.address, "kinds": found.kinds}, **context}
    return await whole(
        db, viewer, locale, "webhook.html", here="settings", webhook=found, kinds=_kinds(locale),
        names={kind: words.gettext(name) for kind, name in KIND_NAMES.items()},
        answers={word: words.gettext(name) for word, name in ANSWERS.items()},
        deliveries=await reads.deliveries(db, viewer, webhook_id), **context,
    )  # fmt: skip


@post("/settings/webhooks/{webhook_id:str}", include_in_schema=False, opt={"limit": APPLICATIONS})
async def tend(request: AnyRequest, db: Db, viewer: Viewer, locale: str, webhook_id: Id) -> Html:
    """The field `deed` says what: save, test, again (with `id`), drop."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    deed = form.text("deed")
    try:
        if deed == "drop":
            await actions.drop_webhook(db, viewer, webhook_id)
            return go(f"{HOOKS}?done=dropped")
        if deed == "test":
            await actions.try_webhook(db, viewer, webhook_id)
        elif deed == "again":
            for delivery_id in form.ids("id")[:1]:
                await actions.send_again(db, viewer, webhook_id, delivery_id)
        else:
            await actions.edit_webhook(db, viewer, webhook_id, from_fields(_values(form), EditWebhook))
    except Problem as problem:
        typed = {"values": _values(form)} if deed == "save" else {}
        return await _one(db, viewer, locale, webhook_id, **typed, **said(request, problem))
    return go(f"{HOOKS}/{webhook_id}?done={'saved' if deed == 'save' else 'sent'}")


def _kinds(locale: str) -> list[tuple[str, str]]:
    words = wording(locale)
    return [(kind, words.gettext(name)) for kind, name in KIND_NAMES.items() if kind != "webhook.test"]


def _values(form: Form) -> dict[str, Any]:
    return {"address": form.text("address").strip(), "kinds": form.texts("kinds")}


HANDLERS = [show_webhooks, add, show_webhook, tend]
