"""What one does not want to be offered (people are muted), and when one does not want to be told."""

from typing import Annotated

from litestar import delete, get, put
from litestar.params import FromPath, JSONBody, QueryParameter

from vermilion.accounts import hiding
from vermilion.accounts.hiding import FilterPlace, HiddenTopic, NewFilter, PlacedFilter
from vermilion.accounts.quiet import NewQuiet, be_quiet, be_told, find_quiet
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.quiet import Quiet
from vermilion.kernel.viewer import Viewer
from vermilion.notes.hiding import hidden_notes, hide
from vermilion.notes.schema import NoteCard
from vermilion.web.api.deeds import Cursor, known
from vermilion.web.context import State, TheDb, TheParts, TheViewer


def _changed(viewer: Viewer, parts: State) -> None:
    parts.sessions.forget(viewer.account_id)


@get("/me/hidden/notes", tags=["hiding"])
async def list_hidden_notes(db: TheDb, viewer: TheViewer, cursor: Cursor = None) -> Page[NoteCard]:
    """The notes one hides, the last first; the last thousand are kept."""
    return await hidden_notes(db, known(viewer), cursor)


@put("/me/hidden/notes/{note_id:str}", status_code=204, tags=["hiding"])
async def hide_note(note_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """Be offered a note no more."""
    await hide(db, known(viewer), note_id)
    _changed(viewer, parts)


@delete("/me/hidden/notes/{note_id:str}", tags=["hiding"])
async def unhide_note(note_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """Be offered a note again."""
    await hiding.show_note(db, known(viewer), note_id)
    _changed(viewer, parts)


@get("/me/hidden/topics", tags=["hiding"])
async def list_hidden_topics(db: TheDb, viewer: TheViewer) -> list[HiddenTopic]:
    """The topics one hides, the last first."""
    return await hiding.hidden_topics(db, known(viewer))


@put("/me/hidden/topics/{tag:str}", status_code=204, tags=["hiding"])
async def hide_topic(tag: FromPath[str], db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """Be offered a topic no more, under none of its names; at most 200."""
    await hiding.hide_topic(db, known(viewer), tag, (await parts.lore()).topics.same(tag))
    _changed(viewer, parts)


@delete("/me/hidden/topics/{tag:str}", tags=["hiding"])
async def unhide_topic(tag: FromPath[str], db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """Be offered a topic again."""
    await hiding.show_topic(db, known(viewer), tag)
    _changed(viewer, parts)


@get("/me/filters", tags=["hiding"])
async def list_filters(db: TheDb, viewer: TheViewer) -> list[PlacedFilter]:
    """The words one filters in what one reads (`reading`) and in comments under one's notes (`comments`)."""
    return await hiding.filters_of(db, known(viewer))


@put("/me/filters", status_code=204, tags=["hiding"])
async def add_filter(data: JSONBody[NewFilter], db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """Filter a word, or change how it is; at most 200 in each place."""
    await hiding.add_filter(db, known(viewer), data)
    _changed(viewer, parts)


@delete("/me/filters", tags=["hiding"])
async def drop_filter(
    place: FilterPlace,
    word: Annotated[str, QueryParameter(max_length=50)],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
) -> None:
    """Filter a word no longer."""
    await hiding.drop_filter(db, known(viewer), place, word)
    _changed(viewer, parts)


@get("/me/quiet", tags=["notices"])
async def get_quiet(db: TheDb, viewer: TheViewer) -> Quiet | None:
    """One's quiet hours, null where there are none."""
    return await find_quiet(db, known(viewer))


@put("/me/quiet", status_code=204, opt={"scope": "account"}, tags=["notices"])
async def set_quiet(data: JSONBody[NewQuiet], db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """Set quiet hours: what happens meanwhile is kept, and told by no badge."""
    await be_quiet(db, known(viewer), data)
    _changed(viewer, parts)


@delete("/me/quiet", opt={"scope": "account"}, tags=["notices"])
async def end_quiet(db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """Have no quiet hours."""
    await be_told(db, known(viewer))
    _changed(viewer, parts)


HANDLERS = [
    get_quiet, set_quiet, end_quiet,
    list_hidden_notes, hide_note, unhide_note, list_hidden_topics, hide_topic, unhide_topic, list_filters, add_filter,
    drop_filter,
]  # fmt: skip
