"""Sharing a note, a person, a topic: its address, its card, the frame for other pages; as a page, or for a dialog."""

from typing import Any

from litestar import get

from vermilion.accounts.reads import get_profile
from vermilion.feed import reads as feeds
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import get_note_page
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.heads import feed_of, is_for_others, note_path, person_path, topic_path
from vermilion.web.oembed import frame_of
from vermilion.web.pages.answers import Html, fragment, whole
from vermilion.web.pages.people import handle_in
from vermilion.web.robots import Rules
from vermilion.web.share_cards import Face, face_of_note, face_of_person, face_of_topic


@get("/n/{note_id:str}/share", include_in_schema=False)
async def share_note(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id
) -> Html:
    """Share a note; of one that is not for everybody there is only the address."""
    note = await get_note_page(db, viewer, note_id)
    is_open = is_for_others(note)
    return await _shown(
        request, db, viewer, locale, parts, note_path(note.id), face_of_note(note) if is_open else None,
        name=note.title.text or note.body.text[:80], is_open=is_open, is_note=True,
        frame=str(frame_of(parts.settings.origin, note)[0]) if is_open else "",
    )  # fmt: skip


@get("/{name:str}/share", include_in_schema=False)
async def share_person(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, name: str
) -> Html:
    """Share a person's page."""
    profile = await get_profile(db, viewer, handle_in(name))
    path = person_path(profile.handle)
    return await _shown(
        request, db, viewer, locale, parts, path, face_of_person(profile),
        name=profile.display_name, feed=feed_of(path),
    )  # fmt: skip


@get("/topic/{tag:str}/share", include_in_schema=False)
async def share_topic(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, tag: str
) -> Html:
    """Share a topic's page."""
    tag, topics, lang = tag.replace("\0", ""), (await parts.lore()).topics, viewer.reads[0]
    found = await feeds.topic(db, Viewer(reads=(lang,)), tag, None, topics.same(tag))
    name, path = topics.for_reader(tag, (lang,)) or tag, topic_path(tag)
    return await _shown(
        request, db, viewer, locale, parts, path, face_of_topic(tag, name, lang, found.items),
        name=f"#{name}", feed=feed_of(path),
    )  # fmt: skip


async def _shown(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, path: str, face: Face | None,
    *, is_open: bool = True, **context: Any,  # noqa: ANN401 - whatever the template names
) -> Html:  # fmt: skip
    context |= {
        "url": parts.settings.origin + path, "path": path, "is_open": is_open,
        "card": face and face.path, "saved_as": f"vermilion-{path.rpartition('/')[2].lstrip('@')}.jpg",
    }  # fmt: skip
    if wants_fragment(request):
        return fragment(locale, "parts/share.html", viewer, is_sheet=True, **context)
    headers = Rules(may_list=False, may_train=False).headers
    return await whole(db, viewer, locale, "share.html", headers=headers, here="share", **context)


HANDLERS = [share_note, share_person, share_topic]
