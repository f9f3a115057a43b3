"""A text of anybody's and where it stands, for those who may see it; for deeds about the words themselves."""

from vermilion.accounts.reads import people
from vermilion.comments.reads import lines_of_picture, words_of_comment
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import beginning, find_row, to_page, words_of
from vermilion.storage.db import Db
from vermilion.translation.reads import NONE, get_bio
from vermilion.translation.schema import Place, Spot


async def get_spot(db: Db, viewer: Viewer, place: Place) -> Spot:
    """The words at a place; raises NotFound when there are none, or the viewer may not see them."""
    if place.part == "bio":
        return await get_bio(db, viewer, place.subject_id)
    if place.note_id is None:
        raise NotFound("not_found")
    if place.part == "comment":
        words, author_id = await words_of_comment(db, viewer, place.note_id, place.subject_id)
        return Spot(place=place, words=words, author_id=author_id)
    if place.part == "picture":
        return (await get_spots(db, viewer, place))[0]
    return await _of_note(db, viewer, place, place.note_id)


async def get_spots(db: Db, viewer: Viewer, place: Place) -> list[Spot]:
    """The words at a place; of a picture, of a note or of a comment under it, every line. Raises as `get_spot`."""
    if place.part != "picture" or place.note_id is None:
        return [await get_spot(db, viewer, place)]
    lines, author_id = await lines_of_picture(db, viewer, place.note_id, place.subject_id)
    return [Spot(place=place, words=words, author_id=author_id) for words in lines]


async def _of_note(db: Db, viewer: Viewer, place: Place, note_id: Id) -> Spot:
    row = await find_row(db, viewer, note_id)
    to_page(row, viewer, await people(db, viewer, [row.author_id]), NONE)  # raises where it may not be seen
    for words in words_of(row):
        if words.part == place.part == "title" and not words.text:
            words = beginning(words, row)  # noqa: PLW2901 - what a list shows where there is no title
        if words.part == place.part and words.subject_id == place.subject_id and words.text:
            return Spot(place=place, words=words, author_id=row.author_id)
    raise NotFound("not_found")
