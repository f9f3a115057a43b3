"""Notices and requests to follow."""

from typing import Any

from litestar import get, post
from markupsafe import Markup, escape

from vermilion.accounts.reads import follow_requests
from vermilion.kernel.clock import now
from vermilion.kernel.quiet import quiet_until
from vermilion.kernel.viewer import Viewer
from vermilion.notifications import actions, reads
from vermilion.notifications.reads import EXCERPT
from vermilion.notifications.schema import NoticeCard
from vermilion.storage.db import Db
from vermilion.translation.schema import BY_MACHINE
from vermilion.web.context import AnyRequest, State
from vermilion.web.pages.answers import Html, go, to_door, whole
from vermilion.web.pages.feeds import Cursor
from vermilion.web.reading import Manner, ask_for, manner_of, mark_of
from vermilion.web.render import fill
from vermilion.web.wording import Wording, wording


def _(message: str) -> str:
    return message


SENTENCES = {
    "followed": _("{people} followed you"),
    "follow_requested": _("{people} asked to follow you"),
    "follow_accepted": _("{people} let you follow"),
    "liked": _("{people} liked your note"),
    "liked_comment": _("{people} liked your comment"),
    "commented": _("{people} commented on your note"),
    "replied": _("{people} answered you"),
    "mentioned": _("{people} mentioned you"),
    "corrected": _("{people} corrected your comment"),
    "translation_corrected": _("{people} corrected the translation of what you wrote"),
    "found": _("{people}: new for a search you saved"),
    "not_published": _("Your draft could not be published at its time"),
    "webhook_off": _("A webhook of yours was switched off: nothing has arrived for five days"),
    "thanked": _("{people} thanked you for your correction"),
}


def notice_sentence(words: Wording, notice: NoticeCard) -> Markup:
    """Who did what: "Mei and 12 others liked your note"."""
    kind = "liked_comment" if notice.kind == "liked" and notice.comment_id else notice.kind
    return fill(words.gettext(SENTENCES[kind]), people=_who(words, notice))


def _who(words: Wording, notice: NoticeCard) -> Markup:
    names = [Markup("<b><bdi>{}</bdi></b>").format(person.display_name) for person in notice.actors]
    if not names:
        return escape(words.gettext("Somebody"))
    if notice.actor_count <= 1:
        return names[0]
    if notice.actor_count == 2 and len(names) > 1:
        return fill(words.gettext("{one} and {other}"), one=names[0], other=names[1])
    others = notice.actor_count - 1
    return fill(
        words.ngettext("{one} and {n} other", "{one} and {n} others", others),
        one=names[0],
        n=words.decimal(others),
    )


def _excerpt(notice: NoticeCard, manner: Manner, locale: str) -> dict[str, str]:
    """The beginning of a comment as its reader wants it, where it comes from, and the key it waits under."""
    said = notice.said
    if said is None:
        return {"excerpt": notice.excerpt, "excerpt_lang": notice.excerpt_lang}
    if manner.first(said) == "original":
        return {"excerpt": said.original[:EXCERPT], "excerpt_lang": said.original_lang}
    return {
        "excerpt": notice.excerpt,
        "excerpt_lang": notice.excerpt_lang,
        "mark": mark_of(said.kind, said.original_lang, locale)
        if said.kind in {*BY_MACHINE, "corrected"}
        else "",
        "wait": said.key or "" if manner.step(said) == "waits" else "",
    }


def notice_address(notice: NoticeCard) -> str:
    """Where a notice leads."""
    if notice.search_id is not None:
        return f"/search/saved/{notice.search_id}"
    if notice.kind == "not_published":
        return f"/publish?draft={notice.draft_id}" if notice.draft_id else "/drafts"
    if notice.kind == "webhook_off":
        return "/settings/webhooks"
    if notice.at:
        return f"/correct?at={notice.at}"
    if notice.note_id is None:
        return (
            "/inbox"
            if notice.kind == "follow_requested" or not notice.actors
            else f"/@{notice.actors[0].handle}"
        )
    return f"/n/{notice.note_id}" + (f"#c{notice.comment_id}" if notice.comment_id else "")


@get("/inbox", include_in_schema=False)
async def show_inbox(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, cursor: Cursor = None
) -> Html:
    """What happened, gathered, and who asks to follow."""
    if viewer.is_guest:
        return to_door(request)
    words = wording(locale)
    page = await reads.notices(db, viewer, cursor)
    manner = await manner_of(viewer, parts)
    if viewer.shown != "original":
        ask_for(parts, manner, [card.said for card in page.items if card.said is not None])
    requests = (await follow_requests(db, viewer, None)).items if cursor is None else []
    notices: list[dict[str, Any]] = [
        {
            "notice": card,
            "sentence": notice_sentence(words, card),
            "href": notice_address(card),
            "is_note": bool(card.note_id) and not card.at and card.search_id is None,
            **_excerpt(card, manner, locale),
        }
        for card in page.items
    ]
    ends = quiet_until(viewer.quiet, now())
    return await whole(
        db, viewer, locale, "inbox.html", quiet=ends and words.time(ends),
        here="inbox", notices=notices, requests=requests, next=f"/inbox?cursor={page.next}" if page.next else "",
        has_unread=any(not card.is_read for card in page.items),
    )  # fmt: skip


@post("/inbox/read", include_in_schema=False)
async def mark_read(request: AnyRequest, db: Db, viewer: Viewer) -> Html:
    """Mark every notice as read."""
    if viewer.is_guest:
        return to_door(request)
    await actions.mark_read(db, viewer)
    return go("/inbox")


HANDLERS = [show_inbox, mark_read]
