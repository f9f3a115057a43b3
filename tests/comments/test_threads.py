from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
import pytest

from tests import factories
from tests.cursors import MADE_UP
from tests.factories import Person
from tests.scene import upload
from tests.statements import statements
from vermilion.accounts.actions import block, unblock
from vermilion.comments import actions, reads
from vermilion.comments.schema import CommentCard, CommentVersion, NewComment, Order
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.notes import actions as notes
from vermilion.notes.actions import UNDO_LASTS
from vermilion.notes.jobs import roll_up
from vermilion.notes.reads import get_note_page
from vermilion.notes.schema import NewNote, NewPicture, Note
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

People = Callable[..., Awaitable[Person]]
LINKS = "https://a.example/1 https://a.example/2"


@pytest.fixture
async def note(db: Db, ines: Person) -> Note:
    return await factories.note(db, ines, "Harbour", lang="en")


async def say(db: Db, author: Person, note: Note, body: str = "Hello", **fields: object) -> CommentCard:
    return await factories.comment(db, author, note.id, body, **{"lang": "en", **fields})


async def comment_count(db: Db, job: Job, note: Note) -> int:
    await roll_up(job)
    return (await get_note_page(db, GUEST, note.id)).comment_count


async def bodies(db: Db, viewer: Viewer, note: Note, order: Order = "newest") -> list[str]:
    return [card.body.text for card in (await reads.thread(db, viewer, note.id, order)).items]


async def test_a_thread_has_two_levels_and_says_whom_a_reply_answers(
    db: Db, note: Note, ines: Person, mei: Person
) -> None:
    first = await say(db, mei, note, "First")
    second = await say(db, ines, note, "Second", reply_to=first.id)
    third = await say(db, mei, note, "Third", reply_to=second.id)
    assert (second.parent_id, second.reply_to) == (first.id, None)
    assert third.parent_id == first.id
    assert third.reply_to is not None
    assert third.reply_to.handle == "ines"
    page = await reads.thread(db, GUEST, note.id)
    assert [card.body.text for card in page.items] == ["First"]
    assert [card.body.text for card in page.items[0].replies] == ["Second", "Third"]


async def test_a_page_of_note_and_thread_takes_three_statements(
    db: Db, note: Note, ines: Person, mei: Person
) -> None:
    for _ in range(5):
        first = await say(db, mei, note)
        await say(db, ines, note, reply_to=first.id)
    for order in ("newest", "liked"):
        with statements(db, at_most=3):
            page, thread = await reads.get_note_and_thread(db, mei.viewer, note.id, order)
        assert (page.id, len(thread.items)) == (note.id, 5)
    with statements(db, at_most=4):
        await reads.thread(db, mei.viewer, note.id)
    with statements(db, at_most=4):
        await reads.replies(db, mei.viewer, note.id, first.id)


@pytest.mark.parametrize("order", ["newest", "liked"])
async def test_paging_through_a_long_thread_visits_each_comment_once(
    order: Order, db: Db, job: Job, note: Note, people: People, mei: Person
) -> None:
    fans = [await people(f"fan{at}") for at in range(4)]
    said = [await say(db, mei, note, f"Said {at}") for at in range(70)]
    for at, card in enumerate(said):
        for fan in fans[: at * 7 % 5]:
            await actions.like(db, fan.viewer, note.id, card.id, on=True)
    await actions.pin(db, Viewer(account_id=note.author_id), note.id, said[40].id, on=True)
    await roll_up(job)
    found: list[CommentCard] = []
    cursor: str | None = None
    pages = 0
    while pages == 0 or cursor is not None:
        page = await reads.thread(db, GUEST, note.id, order, cursor)
        found, cursor, pages = found + page.items, page.next, pages + 1
    assert pages == 2
    assert found[0].id == said[40].id
    assert sorted(card.id for card in found) == [card.id for card in said]
    keys = [(card.like_count if order == "liked" else 0, card.id) for card in found[1:]]
    assert keys == sorted(keys, reverse=True)


async def test_replies_are_paged_the_oldest_first(db: Db, note: Note, mei: Person) -> None:
    first = await say(db, mei, note)
    said = [await say(db, mei, note, f"Reply {at}", reply_to=first.id) for at in range(45)]
    found: list[CommentCard] = []
    cursor: str | None = None
    while cursor is not None or not found:
        page = await reads.replies(db, GUEST, note.id, first.id, cursor)
        found, cursor = found + page.items, page.next
    assert [card.id for card in found] == [card.id for card in said]
    assert len((await reads.thread(db, GUEST, note.id)).items[0].replies) == reads.FIRST_REPLIES


async def test_the_note_author_pins_three_at_most(db: Db, note: Note, ines: Person, mei: Person) -> None:
    said = [await say(db, mei, note, f"Said {at}") for at in range(5)]
    reply = await say(db, mei, note, reply_to=said[0].id)
    with pytest.raises(Forbidden, match="not_your_note"):
        await actions.pin(db, mei.viewer, note.id, said[0].id, on=True)
    with pytest.raises(Forbidden):
        await actions.pin(db, ines.viewer, note.id, reply.id, on=True)
    for card in (said[1], said[0], said[2], said[1]):
        await actions.pin(db, ines.viewer, note.id, card.id, on=True)
    with pytest.raises(Conflict, match="too_many_pinned"):
        await actions.pin(db, ines.viewer, note.id, said[3].id, on=True)
    assert await bodies(db, GUEST, note) == ["Said 2", "Said 1", "Said 0", "Said 4", "Said 3"]
    await actions.pin(db, ines.viewer, note.id, said[0].id, on=False)
    await actions.delete(db, ines.viewer, note.id, said[2].id)
    await actions.pin(db, ines.viewer, note.id, said[3].id, on=True)
    assert await bodies(db, GUEST, note) == ["Said 3", "Said 1", "Said 4", "Said 0"]


async def test_a_held_comment_is_visible_to_its_author_alone(
    db: Db, job: Job, note: Note, ines: Person, mei: Person, people: People
) -> None:
    held = await say(db, mei, note, LINKS)
    assert held.state == "held"
    other = await people("other")
    assert await bodies(db, mei.viewer, note) == [LINKS]
    for viewer in (ines.viewer, other.viewer, GUEST):
        assert await bodies(db, viewer, note) == []
        with pytest.raises(NotFound, match="comment_gone"):
            await reads.get_comment(db, viewer, note.id, held.id)
    with pytest.raises(NotFound, match="comment_gone"):
        await say(db, other, note, reply_to=held.id)
    assert await comment_count(db, job, note) == 0
    await actions.delete(db, mei.viewer, note.id, held.id)
    assert await comment_count(db, job, note) == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"body": ""}, "empty_comment"),
        ({"body": " \u200b\n"}, "empty_comment"),
        ({"body": "a\0"}, "text_nul"),
        ({"body": "\ud800"}, "text_surrogate"),
        ({"versions": (CommentVersion(lang="en", body="x"),)}, "version_of_itself"),
        (
            {"versions": (CommentVersion(lang="pt", body="x"), CommentVersion(lang="pt", body="y"))},
            "version_twice",
        ),
    ],
)
async def test_a_comment_that_cannot_stand_is_refused(
    fields: dict[str, object], code: str, db: Db, note: Note, mei: Person
) -> None:
    await say(db, mei, note)
    with pytest.raises(Invalid, match=code):
        await say(db, mei, note, **{"body": "Hello", **fields})  # type: ignore[arg-type]
    assert await db.value("SELECT count(*) FROM comment") == 1


async def test_comments_need_a_note_one_may_see_and_a_comment_that_stands(
    db: Db, note: Note, ines: Person, mei: Person, language: Language
) -> None:
    first = await say(db, mei, note)
    reply = await say(db, ines, note, reply_to=first.id)
    pending = await notes.publish(db, mei.viewer, language, NewNote(title="Soon", lang="en"))
    hidden = await factories.note(db, ines, "Mine", lang="en", audience="me")
    for note_id, reply_to, code in (
        (Id(5), None, "note_gone"), (hidden.id, None, "note_gone"), (note.id, Id(5), "comment_gone"), (hidden.id, first.id, "note_gone"),
    ):  # fmt: skip
        with pytest.raises(NotFound, match=code):
            await factories.comment(db, mei, note_id, lang="en", reply_to=reply_to)
    with pytest.raises(Conflict, match="note_waits"):
        await factories.comment(db, mei, pending.id, lang="en")
    with pytest.raises(Unauthorized, match="sign_in_first"):
        await actions.say(db, GUEST, language, note.id, NewComment(body="Hello"))
    await actions.delete(db, mei.viewer, note.id, first.id)
    for gone in (first.id, reply.id):
        with pytest.raises(NotFound, match="comment_gone"):
            await say(db, mei, note, reply_to=gone)


async def test_counts_follow_deletion_and_undo_in_every_order(
    db: Db, job: Job, note: Note, ines: Person, mei: Person
) -> None:
    first = await say(db, mei, note)
    replies = [await say(db, mei, note, f"Reply {at}", reply_to=first.id) for at in range(3)]

    async def counted() -> tuple[int, int]:
        count = await comment_count(db, job, note)
        return count, int(
            await db.value("SELECT reply_count FROM comment_count WHERE comment_id = $1", first.id)
        )

    assert await counted() == (4, 3)
    for _ in range(2):
        await actions.delete(db, mei.viewer, note.id, replies[0].id)
    assert await counted() == (3, 2)
    await actions.delete(db, mei.viewer, note.id, first.id)
    assert (await counted())[0] == 0
    assert (await reads.replies(db, GUEST, note.id, first.id)).items == []
    await actions.delete(db, mei.viewer, note.id, replies[1].id)
    assert (await counted())[0] == 0
    for _ in range(2):
        await actions.restore(db, mei.viewer, note.id, first.id)
    assert await counted() == (2, 1)
    await actions.restore(db, mei.viewer, note.id, replies[0].id)
    assert await counted() == (3, 2)
    assert len((await reads.replies(db, ines.viewer, note.id, first.id)).items) == 2


async def test_both_authors_may_delete_and_who_deleted_may_undo(
    db: Db, note: Note, ines: Person, mei: Person, people: People
) -> None:
    other = await people("other")
    card = await say(db, mei, note)
    with pytest.raises(Forbidden, match="not_your_comment"):
        await actions.delete(db, other.viewer, note.id, card.id)
    with pytest.raises(Unauthorized, match="sign_in_first"):
        await actions.delete(db, GUEST, note.id, card.id)
    await actions.delete(db, ines.viewer, note.id, card.id)
    assert await bodies(db, mei.viewer, note) == []
    with pytest.raises(Forbidden, match="not_your_comment"):
        await actions.restore(db, mei.viewer, note.id, card.id)
    assert (await actions.restore(db, ines.viewer, note.id, card.id)).id == card.id
    await actions.delete(db, mei.viewer, note.id, card.id)
    with pytest.raises(Forbidden, match="not_your_comment"):
        await actions.restore(db, ines.viewer, note.id, card.id)
    await db.run("UPDATE comment SET deleted_at = $1", now() - UNDO_LASTS - timedelta(seconds=1))
    with pytest.raises(Conflict, match="undo_too_late"):
        await actions.restore(db, mei.viewer, note.id, card.id)


async def test_who_is_blocked_is_not_read_and_does_not_read(
    db: Db, note: Note, ines: Person, mei: Person, people: People
) -> None:
    other = await people("other")
    hers = await say(db, mei, note, "Mei")
    theirs = await say(db, other, note, "Other", reply_to=hers.id)
    await block(db, other.viewer, mei.id)
    assert await bodies(db, other.viewer, note) == []
    assert (await reads.thread(db, mei.viewer, note.id)).items[0].replies == ()
    for viewer, comment_id in ((other.viewer, hers.id), (mei.viewer, theirs.id)):
        with pytest.raises(NotFound, match="comment_gone"):
            await actions.like(db, viewer, note.id, comment_id, on=True)
    with pytest.raises(NotFound, match="comment_gone"):
        await say(db, mei, note, reply_to=theirs.id)
    await block(db, ines.viewer, mei.id)
    with pytest.raises(NotFound, match="note_gone"):
        await reads.thread(db, mei.viewer, note.id)
    with pytest.raises(NotFound, match="note_gone"):
        await reads.get_note_and_thread(db, mei.viewer, note.id)
    assert await bodies(db, ines.viewer, note) == []
    await unblock(db, ines.viewer, mei.id)
    assert await bodies(db, ines.viewer, note) == ["Mei"]


async def test_likes_of_comments_twice_are_once(
    db: Db, job: Job, note: Note, ines: Person, mei: Person
) -> None:
    card = await say(db, mei, note)
    for on, count in ((True, 1), (True, 1), (False, 0), (False, 0), (True, 1)):
        assert (await actions.like(db, ines.viewer, note.id, card.id, on=on)).count == count
    await roll_up(job)
    shown = await reads.get_comment(db, ines.viewer, note.id, card.id)
    assert (shown.like_count, shown.is_liked) == (1, True)
    assert (await get_note_page(db, ines.viewer, note.id)).like_count == 0


async def test_a_comment_may_show_three_pictures_of_its_authors(
    db: Db, note: Note, mei: Person, ines: Person, blobs: Blobs
) -> None:
    pictures = [await upload(db, blobs, mei) for _ in range(3)]
    hook = lambda kind, value: Id.parse(value) if kind is Id else None  # noqa: E731
    with pytest.raises(msgspec.ValidationError, match="length <= 3"):
        msgspec.convert({"pictures": [{"id": str(at)} for at in range(1, 5)]}, NewComment, dec_hook=hook)
    with pytest.raises(Conflict, match="upload_gone"):
        await say(db, ines, note, pictures=(NewPicture(id=pictures[0]),))
    card = await say(
        db, mei, note, "", pictures=tuple(NewPicture(id=found, alt=f"alt {found}") for found in pictures)
    )
    assert [(picture.id, picture.alt) for picture in card.pictures] == [
        (found, f"alt {found}") for found in pictures
    ]
    assert (await get_note_page(db, GUEST, note.id)).pictures == ()
    key = card.pictures[0].sources[0].url.split("/")[3]
    assert (await reads.get_picture(db, GUEST, blobs, note.id, key, "s", "webp")).is_public
    await actions.delete(db, mei.viewer, note.id, card.id)
    with pytest.raises(NotFound, match="comment_gone"):
        await reads.get_picture(db, GUEST, blobs, note.id, key, "s", "webp")


async def test_the_picture_of_a_held_comment_is_kept_from_every_cache(
    db: Db, note: Note, mei: Person, blobs: Blobs
) -> None:
    card = await say(db, mei, note, LINKS, pictures=(NewPicture(id=await upload(db, blobs, mei)),))
    key = card.pictures[0].sources[0].url.split("/")[3]
    assert not (await reads.get_picture(db, mei.viewer, blobs, note.id, key, "s", "webp")).is_public
    with pytest.raises(NotFound, match="comment_gone"):
        await reads.get_picture(db, GUEST, blobs, note.id, key, "s", "webp")


async def test_a_blocked_person_cannot_open_pictures(
    db: Db, note: Note, ines: Person, mei: Person, people: People, blobs: Blobs
) -> None:
    other = await people("other")
    card = await say(db, mei, note, pictures=(NewPicture(id=await upload(db, blobs, mei)),))
    key = card.pictures[0].sources[0].url.split("/")[3]
    await reads.get_picture(db, other.viewer, blobs, note.id, key, "s", "webp")
    await block(db, mei.viewer, other.id)
    with pytest.raises(NotFound, match="comment_gone"):
        await reads.get_picture(db, other.viewer, blobs, note.id, key, "s", "webp")
    await block(db, ines.viewer, other.id)
    with pytest.raises(NotFound, match="note_gone"):
        await reads.get_picture(db, other.viewer, blobs, note.id, key, "s", "webp")


async def test_a_comment_shows_its_authors_version_in_the_readers_language(
    db: Db, note: Note, mei: Person
) -> None:
    await say(db, mei, note, "你好", lang="zh", versions=(CommentVersion(lang="pt", body="Olá"),))
    assert await bodies(db, Viewer(reads=("pt",)), note) == ["Olá"]
    assert await bodies(db, Viewer(reads=("zh",)), note) == ["你好"]
    assert await bodies(db, Viewer(reads=("de",)), note) == ["你好"]


async def test_a_made_up_cursor_is_refused(db: Db, note: Note, mei: Person) -> None:
    first = await say(db, mei, note)
    for cursor in MADE_UP:
        for order in ("newest", "liked"):
            with pytest.raises(Invalid, match="bad_cursor"):
                await reads.thread(db, GUEST, note.id, order, cursor)
        with pytest.raises(Invalid, match="bad_cursor"):
            await reads.replies(db, GUEST, note.id, first.id, cursor)
