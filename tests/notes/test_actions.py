from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later, upload
from tests.statements import statements
from vermilion.accounts.actions import block
from vermilion.accounts.reads import get_profile
from vermilion.comments.reads import get_picture
from vermilion.engines.language import Language
from vermilion.feed.reads import explore, topic
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.moderation.actions import label
from vermilion.notes import actions, reads
from vermilion.notes.jobs import purge_deleted, rescue_pending
from vermilion.notes.saved import saved
from vermilion.notes.schema import EditNote, NewNote, NewPicture, NewVersion, NotePage, NoteReleased
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.work.events import Wiring
from vermilion.work.jobs import Job

People = Callable[..., Awaitable[Person]]
LINKS = "https://a.example/1 https://a.example/2"


async def titles(db: Db, viewer: Viewer) -> list[str]:
    return [card.title.text for card in (await explore(db, viewer)).items]


async def note_count(db: Db, person: Person) -> int:
    return (await get_profile(db, person.viewer, person.viewer.handle or "")).note_count


async def publish(db: Db, author: Person, language: Language, **fields: Any) -> NotePage:  # noqa: ANN401 - the fields of a NewNote
    return await actions.publish(
        db, author.viewer, language, NewNote(**{"title": "Harbour", "lang": "en", **fields})
    )


async def test_a_note_waits_for_the_screener_and_is_then_seen(
    db: Db, ines: Person, mei: Person, language: Language, later: Later
) -> None:
    page = await publish(db, ines, language, body="Boats at #dawn")
    assert (page.state, page.is_mine, page.tags) == ("pending", True, ("dawn",))
    with pytest.raises(NotFound, match="note_gone"):
        await reads.get_note_page(db, mei.viewer, page.id)
    assert (await titles(db, mei.viewer), await note_count(db, ines)) == ([], 0)
    await later()
    assert (await reads.get_note_page(db, GUEST, page.id)).state == "public"
    assert await titles(db, GUEST) == ["Harbour"]
    assert [card.id for card in (await topic(db, GUEST, "Dawn")).items] == [page.id]
    assert await note_count(db, ines) == 1


async def test_a_guest_may_not_publish(db: Db, language: Language) -> None:
    with pytest.raises(Unauthorized, match="sign_in_first"):
        await actions.publish(db, GUEST, language, NewNote(title="Harbour"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": "", "body": ""}, "empty_note"),
        ({"title": " \n", "body": "\u202e"}, "empty_note"),
        ({"title": "\u200b", "body": "\u200b\u200d"}, "empty_note"),
        ({"title": "a\0"}, "text_nul"),
        ({"body": "\ud800"}, "text_surrogate"),
        ({"place_name": "\0"}, "text_nul"),
        ({"latitude": 1.0}, "place_coordinates"),
        ({"latitude": 1.0, "longitude": 2.0}, "place_coordinates"),
        ({"body": " ".join(f"#t{at}" for at in range(31))}, "too_many_tags"),
        ({"versions": (NewVersion(lang="en", title="x"),)}, "version_of_itself"),
        ({"versions": (NewVersion(lang="pt", title="x"), NewVersion(lang="pt", title="y"))}, "version_twice"),
        ({"versions": (NewVersion(lang="pt", title="x\0"),)}, "text_nul"),
    ],
)
async def test_a_note_that_cannot_stand_is_refused_whole(
    fields: dict[str, object], code: str, db: Db, ines: Person, language: Language
) -> None:
    await publish(db, ines, language)
    with pytest.raises(Invalid, match=code):
        await publish(db, ines, language, **fields)
    assert await db.value("SELECT count(*) FROM note") == 1


async def test_links_of_a_new_account_are_held_and_the_reason_is_told_to_the_author_alone(
    db: Db, people: People, language: Language, later: Later
) -> None:
    newcomer, settled = (
        await people("newcomer"),
        await people("settled", created_at=now() - timedelta(days=2)),
    )
    held = await publish(db, newcomer, language, title="Look", body=LINKS)
    shown = await publish(db, settled, language, title="Look here", body=LINKS)
    await later()
    page = await reads.get_note_page(db, newcomer.viewer, held.id)
    assert (page.state, page.state_reason) == ("held", "new_account_links")
    with pytest.raises(NotFound):
        await reads.get_note_page(db, settled.viewer, held.id)
    assert [card.id for card in (await reads.notes_by(db, newcomer.viewer, newcomer.id)).items] == [held.id]
    assert (await reads.notes_by(db, settled.viewer, newcomer.id)).items == []
    assert (await reads.get_note_page(db, newcomer.viewer, shown.id)).state == "public"
    assert (await note_count(db, newcomer), await note_count(db, settled)) == (0, 1)
    await actions.edit(
        db, newcomer.viewer, language, held.id, EditNote(title="Look", body="no more links", lang="en")
    )
    await later()
    page = await reads.get_note_page(db, settled.viewer, held.id)
    assert (page.state, page.state_reason) == ("public", None)


async def test_an_edit_that_brings_links_takes_the_note_back(
    db: Db, ines: Person, language: Language, later: Later
) -> None:
    page = await publish(db, ines, language, body="#calm")
    await later()
    await actions.edit(
        db, ines.viewer, language, page.id, EditNote(title="Harbour", body=f"#calm {LINKS}", lang="en")
    )
    await later()
    assert await titles(db, GUEST) == []
    assert (await topic(db, GUEST, "calm")).items == []
    assert await note_count(db, ines) == 0


async def test_a_note_held_after_it_was_deleted_is_not_taken_off_twice(
    db: Db, ines: Person, language: Language, later: Later
) -> None:
    kept = await publish(db, ines, language)
    page = await publish(db, ines, language)
    await later()
    assert await note_count(db, ines) == 2
    await actions.edit(db, ines.viewer, language, page.id, EditNote(title="Harbour", body=LINKS, lang="en"))
    await actions.delete(db, ines.viewer, page.id)
    await later()
    assert await note_count(db, ines) == 1
    assert (await actions.restore(db, ines.viewer, page.id)).state == "held"
    assert await note_count(db, ines) == 1
    assert [card.id for card in (await explore(db, GUEST)).items] == [kept.id]


async def test_an_edit_moves_the_note_between_topics(
    db: Db, ines: Person, language: Language, later: Later
) -> None:
    page = await publish(db, ines, language, body="#boats #dawn")
    await later()
    await actions.edit(
        db, ines.viewer, language, page.id, EditNote(title="Harbour", body="#boats #dusk", lang="en")
    )
    found = {
        tag: [card.id for card in (await topic(db, GUEST, tag)).items] for tag in ("boats", "dawn", "dusk")
    }
    assert found == {"boats": [page.id], "dawn": [], "dusk": [page.id]}
    assert (await reads.get_note_page(db, GUEST, page.id)).edited_at is not None


async def test_a_narrowed_audience_leaves_explore_and_a_widened_one_returns(
    db: Db, ines: Person, language: Language, later: Later
) -> None:
    page = await publish(db, ines, language)
    await later()
    await actions.edit(
        db, ines.viewer, language, page.id, EditNote(title="Harbour", lang="en", audience="followers")
    )
    assert await db.value("SELECT count(*) FROM explore") == 0
    with pytest.raises(NotFound):
        await reads.get_note_page(db, GUEST, page.id)
    await actions.edit(db, ines.viewer, language, page.id, EditNote(title="Harbour", lang="en"))
    assert await titles(db, GUEST) == ["Harbour"]


async def test_pictures_are_put_in_order_added_and_removed(
    db: Db, ines: Person, language: Language, later: Later, blobs: Blobs
) -> None:
    first, second, third = [await upload(db, blobs, ines) for _ in range(3)]
    page = await publish(
        db, ines, language, pictures=(NewPicture(id=first, alt="one"), NewPicture(id=second, alt="two"))
    )
    assert [(picture.id, picture.alt) for picture in page.pictures] == [(first, "one"), (second, "two")]
    gone = [source.url for source in page.pictures[0].sources]
    edited = await actions.edit(
        db, ines.viewer, language, page.id,
        EditNote(title="Harbour", lang="en", pictures=(NewPicture(id=third, alt="three"), NewPicture(id=second, alt="zwei"))),
    )  # fmt: skip
    assert [(picture.id, picture.alt) for picture in edited.pictures] == [(third, "three"), (second, "zwei")]
    assert edited.cover.picture is not None
    assert edited.cover.picture.id == third
    _, _, note_id, key, file = gone[0].split("/")
    assert await blobs.exists(f"{key[:2]}/{key}/s.webp")
    await later()
    assert not await blobs.exists(f"{key[:2]}/{key}/s.webp")
    with pytest.raises(NotFound):
        await get_picture(db, ines.viewer, blobs, Id.parse(note_id), key, *file.split("."))
    kept = edited.pictures[0].sources[0].url.split("/")[3]
    found = await get_picture(db, GUEST, blobs, page.id, kept, "s", "webp")
    assert (found.data, found.is_public) == (b"abc", True)


async def test_what_was_sent_comes_back_for_the_edit_form(
    db: Db, ines: Person, mei: Person, language: Language, blobs: Blobs
) -> None:
    picture = await upload(db, blobs, ines)
    sent = NewNote(
        title="Harbour", body="Boats", lang="en", audience="mutual", made_with_ai=True, place_name="Porto", latitude=41.1,
        longitude=-8.6, pictures=(NewPicture(id=picture, alt="boats"),), versions=(NewVersion(lang="pt", title="Porto", body="Barcos"),),
    )  # fmt: skip
    page = await actions.publish(db, ines.viewer, language, sent)
    source = await reads.get_source(db, ines.viewer, page.id)
    assert {name: getattr(source, name) for name in NewNote.__struct_fields__} == {
        name: getattr(sent, name) for name in NewNote.__struct_fields__
    }
    with pytest.raises(NotFound, match="note_gone"):
        await reads.get_source(db, mei.viewer, page.id)


async def test_only_the_author_edits_and_deletes(
    db: Db, ines: Person, mei: Person, language: Language
) -> None:
    note = await factories.note(db, ines, "Harbour", lang="en")
    hidden = await factories.note(db, ines, "Mine", lang="en", audience="me")
    for deed in (actions.delete, actions.restore):
        with pytest.raises(Forbidden, match="not_your_note"):
            await deed(db, mei.viewer, note.id)
        with pytest.raises(NotFound, match="note_gone"):
            await deed(db, mei.viewer, hidden.id)
        with pytest.raises(Unauthorized, match="sign_in_first"):
            await deed(db, GUEST, note.id)
    with pytest.raises(Forbidden, match="not_your_note"):
        await actions.edit(db, mei.viewer, language, note.id, EditNote(title="Theirs", lang="en"))
    assert (await reads.get_note_page(db, GUEST, note.id)).title.text == "Harbour"
    await actions.delete(db, ines.viewer, note.id)


async def test_a_deleted_note_comes_back_within_ten_minutes(
    db: Db, ines: Person, mei: Person, language: Language
) -> None:
    note = await factories.note(db, ines, "Harbour #boats", lang="en")
    for _ in range(2):
        await actions.delete(db, ines.viewer, note.id)
    assert (await titles(db, GUEST), await note_count(db, ines)) == ([], 0)
    assert (await topic(db, GUEST, "boats")).items == []
    with pytest.raises(NotFound):
        await reads.get_note_page(db, mei.viewer, note.id)
    assert (await reads.get_note_page(db, ines.viewer, note.id)).deleted_at is not None
    with pytest.raises(NotFound, match="note_gone"):
        await actions.edit(db, ines.viewer, language, note.id, EditNote(title="x", lang="en"))
    for _ in range(2):
        await actions.restore(db, ines.viewer, note.id)
    assert (await titles(db, GUEST), await note_count(db, ines)) == (["Harbour #boats"], 1)
    assert len((await topic(db, GUEST, "boats")).items) == 1


async def test_undo_comes_too_late_after_ten_minutes(db: Db, ines: Person) -> None:
    note = await factories.note(db, ines, lang="en")
    await actions.delete(db, ines.viewer, note.id)
    await db.run("UPDATE note SET deleted_at = $1", now() - actions.UNDO_LASTS - timedelta(seconds=1))
    with pytest.raises(Conflict, match="undo_too_late"):
        await actions.restore(db, ines.viewer, note.id)


async def test_what_was_deleted_before_it_was_screened_reaches_everybody_when_it_is_restored(
    db: Db, ines: Person, mei: Person, language: Language, later: Later
) -> None:
    page = await publish(db, ines, language)
    await actions.delete(db, ines.viewer, page.id)
    await later()
    assert await note_count(db, ines) == 0
    await actions.restore(db, ines.viewer, page.id)
    await later()
    assert (await titles(db, mei.viewer), await note_count(db, ines)) == (["Harbour"], 1)


async def test_a_purge_takes_the_note_everything_under_it_and_the_files(
    db: Db, ines: Person, mei: Person, language: Language, later: Later, blobs: Blobs, job: Job
) -> None:
    page = await publish(
        db, ines, language, body="#boats", pictures=(NewPicture(id=await upload(db, blobs, ines)),)
    )
    await later()
    await factories.comment(
        db, mei, page.id, lang="en", pictures=(NewPicture(id=await upload(db, blobs, mei)),)
    )
    await actions.like(db, mei.viewer, page.id, on=True)
    keys = [row[0] for row in await db.rows("SELECT key FROM media")]
    await actions.delete(db, ines.viewer, page.id)
    assert await purge_deleted(job) == 0
    await db.run("UPDATE note SET deleted_at = $1", now() - actions.UNDO_LASTS - timedelta(minutes=6))
    assert await purge_deleted(job) == 1
    await later()
    assert [await blobs.exists(f"{key[:2]}/{key}/{size}.webp") for key in keys for size in "sm"] == [
        False
    ] * 4
    for table in (
        "note",
        "note_count",
        "note_like",
        "media",
        "rendition",
        "comment",
        "version",
        "author_note",
        "topic_note",
    ):
        assert await db.value(f"SELECT count(*) FROM {table}") == 0, table


async def test_eighteen_pictures_are_fine_and_nineteen_are_refused(
    db: Db, ines: Person, language: Language, blobs: Blobs
) -> None:
    sent = [{"id": str(await upload(db, blobs, ines))} for _ in range(19)]
    hook = lambda kind, value: Id.parse(value) if kind is Id else None  # noqa: E731
    with pytest.raises(msgspec.ValidationError, match="length <= 18"):
        msgspec.convert({"title": "x", "pictures": sent}, NewNote, dec_hook=hook)
    new = msgspec.convert({"title": "x", "lang": "en", "pictures": sent[:18]}, NewNote, dec_hook=hook)
    page = await actions.publish(db, ines.viewer, language, new)
    assert [str(picture.id) for picture in page.pictures] == [picture["id"] for picture in sent[:18]]


async def test_an_upload_of_somebody_else_or_used_already_is_refused_and_nothing_is_written(
    db: Db, ines: Person, mei: Person, language: Language, blobs: Blobs
) -> None:
    mine, hers = await upload(db, blobs, ines), await upload(db, blobs, mei)
    wrong = [(mine, hers), (mine, Id(5)), (mine, mine)]
    for pictures in wrong:
        with pytest.raises(Conflict):
            await publish(db, ines, language, pictures=tuple(NewPicture(id=found) for found in pictures))
    assert await db.value("SELECT count(*) FROM note") == 0
    assert await db.value("SELECT count(*) FROM upload") == 2
    await publish(db, ines, language, pictures=(NewPicture(id=mine),))
    with pytest.raises(Conflict, match="upload_gone"):
        await publish(db, ines, language, pictures=(NewPicture(id=mine),))
    assert await db.value("SELECT count(*) FROM note") == 1


async def test_a_failure_halfway_leaves_nothing(
    db: Db, database: Database, ines: Person, language: Language, blobs: Blobs, later: Later
) -> None:
    picture = await upload(db, blobs, ines)
    wiring = database.wiring
    assert isinstance(wiring, Wiring)

    async def fail(_db: Db, _event: NoteReleased) -> None:
        raise RuntimeError("planted")

    page = await publish(db, ines, language)
    database.wiring = Wiring(at_once={NoteReleased: [fail]}, later=wiring.later)
    with pytest.raises(RuntimeError, match="planted"):
        await later()
    assert (await reads.get_note(db, ines.viewer, page.id)).state == "pending"
    assert await db.value("SELECT count(*) FROM topic_note") == 0
    written = next(event for event in wiring.later if event.__name__ == "NoteWritten")
    database.wiring = Wiring(at_once={written: [fail]}, later=wiring.later)
    with pytest.raises(RuntimeError, match="planted"):
        await publish(db, ines, language, pictures=(NewPicture(id=picture),))
    assert await db.value("SELECT count(*) FROM note") == 1
    assert await db.value("SELECT count(*) FROM media") == 0
    assert await db.value("SELECT id FROM upload") == picture
    database.wiring = wiring
    await publish(db, ines, language, pictures=(NewPicture(id=picture),))
    await later()
    assert await db.value("SELECT count(*) FROM note WHERE state = 'public'") == 2


async def test_likes_and_saves_twice_are_once_and_count_at_once(db: Db, people: People) -> None:
    ines, fans = await people("ines"), [await people(f"fan{at}") for at in range(3)]
    note = await factories.note(db, ines, lang="en")
    for deed in (actions.like, actions.save):
        for at, fan in enumerate(fans):
            for _ in range(2):
                assert await deed(db, fan.viewer, note.id, on=True) == (
                    liked := await deed(db, fan.viewer, note.id, on=True)
                )
                assert (liked.is_on, liked.count) == (True, at + 1)
        for _ in range(2):
            gone = await deed(db, fans[0].viewer, note.id, on=False)
            assert (gone.is_on, gone.count) == (False, 2)
    page = await reads.get_note_page(db, fans[1].viewer, note.id)
    assert (page.is_liked, page.is_saved) == (True, True)
    page = await reads.get_note_page(db, fans[0].viewer, note.id)
    assert (page.is_liked, page.is_saved) == (False, False)
    assert [card.id for card in (await saved(db, fans[1].viewer)).items] == [note.id]
    assert (await saved(db, fans[0].viewer)).items == []


async def test_what_cannot_be_seen_cannot_be_liked_or_saved(db: Db, ines: Person, mei: Person) -> None:
    note = await factories.note(db, ines, lang="en")
    await block(db, ines.viewer, mei.id)
    for deed in (actions.like, actions.save):
        with pytest.raises(NotFound, match="note_gone"):
            await deed(db, mei.viewer, note.id, on=True)
        with pytest.raises(Unauthorized, match="sign_in_first"):
            await deed(db, GUEST, note.id, on=True)
        with pytest.raises(NotFound, match="note_gone"):
            await deed(db, ines.viewer, Id(9), on=True)
    assert await db.value("SELECT count(*) FROM count_log") == 0


async def test_a_reader_gets_the_version_of_their_language_where_it_helps(db: Db, ines: Person) -> None:
    note = await factories.note(
        db, ines, "港口", body="船", lang="zh",
        versions=(NewVersion(lang="en", title="Harbour", body="Boats"), NewVersion(lang="pt", title="Porto")),
    )  # fmt: skip

    async def shown(*languages: str) -> tuple[str, str]:
        reader = Viewer(reads=languages)
        page = await reads.get_note_page(db, reader, note.id)
        card = next(card for card in (await explore(db, reader)).items if card.id == note.id)
        assert card.title == page.title
        assert page.title.original == "港口"
        return page.title.text, page.body.text

    assert await shown("en") == ("Harbour", "Boats")
    assert await shown("pt", "en") == ("Porto", "船")
    assert await shown("zh") == ("港口", "船")
    assert await shown("en", "zh") == ("港口", "船")
    assert await shown("fr") == ("港口", "船")


async def test_the_language_is_found_and_can_be_corrected(db: Db, ines: Person, language: Language) -> None:
    new = NewNote(
        title="Une promenade au bord de la mer", body="Il faisait beau et les bateaux rentraient au port."
    )
    page = await actions.publish(db, ines.viewer, language, new)
    assert (page.title.lang, page.body.lang) == ("fr", "fr")
    fixed = await actions.edit(
        db, ines.viewer, language, page.id, EditNote(title=new.title, body=new.body, lang="oc")
    )
    assert (fixed.title.lang, fixed.body.lang) == ("oc", "oc")


async def test_a_note_withheld_in_a_region_is_gone_there_and_no_cache_may_keep_its_pictures(
    db: Db, ines: Person, language: Language, later: Later, blobs: Blobs
) -> None:
    page = await publish(db, ines, language, pictures=(NewPicture(id=await upload(db, blobs, ines)),))
    await later()
    key = page.pictures[0].sources[0].url.split("/")[3]
    assert (await get_picture(db, GUEST, blobs, page.id, key, "s", "webp")).is_public
    await label(db, page.id, page.id, "withheld", region="DE", reason="court")
    with pytest.raises(NotFound):
        await reads.get_note_page(db, Viewer(region="DE"), page.id)
    with pytest.raises(NotFound):
        await get_picture(db, Viewer(region="DE"), blobs, page.id, key, "s", "webp")
    assert not (await get_picture(db, GUEST, blobs, page.id, key, "s", "webp")).is_public


async def test_pictures_of_a_restricted_note_are_for_those_who_may_see_it(
    db: Db, ines: Person, mei: Person, language: Language, later: Later, blobs: Blobs
) -> None:
    page = await publish(
        db, ines, language, audience="me", pictures=(NewPicture(id=await upload(db, blobs, ines)),)
    )
    await later()
    key = page.pictures[0].sources[0].url.split("/")[3]
    assert not (await get_picture(db, ines.viewer, blobs, page.id, key, "s", "webp")).is_public
    for viewer in (mei.viewer, GUEST):
        with pytest.raises(NotFound, match="note_gone"):
            await get_picture(db, viewer, blobs, page.id, key, "s", "webp")
    for made_up in (
        ("x" * 22, "s", "webp"),
        (key, "xl", "webp"),
        (key, "s", "png"),
        ("../" + key[3:], "s", "webp"),
        (key, "l", "avif"),
    ):
        with pytest.raises(NotFound):
            await get_picture(db, ines.viewer, blobs, page.id, *made_up)


async def test_a_note_page_takes_two_statements_and_a_profile_page_of_notes_four(
    db: Db, ines: Person, mei: Person
) -> None:
    notes = [await factories.note(db, ines, f"Harbour {at}", lang="en") for at in range(25)]
    with statements(db, at_most=2):
        await reads.get_note_page(db, mei.viewer, notes[0].id)
    with statements(db, at_most=4):
        first = await reads.notes_by(db, mei.viewer, ines.id)
    second = await reads.notes_by(db, mei.viewer, ines.id, first.next)
    assert [card.id for card in first.items + second.items] == [note.id for note in reversed(notes)]
    assert second.next is None
    for note in notes:
        await actions.save(db, mei.viewer, note.id, on=True)
    with statements(db, at_most=3):
        first = await saved(db, mei.viewer)
    second = await saved(db, mei.viewer, first.next)
    assert [card.id for card in first.items + second.items] == [note.id for note in reversed(notes)]


async def test_a_pending_note_whose_job_was_lost_is_rescued(
    db: Db, ines: Person, language: Language, job: Job
) -> None:
    page = await publish(db, ines, language)
    await db.run("DELETE FROM pgqueuer")
    assert await rescue_pending(job) == 0
    await db.run("UPDATE note SET created_at = $1", now() - timedelta(minutes=2))
    assert await rescue_pending(job) == 1
    assert (await reads.get_note_page(db, GUEST, page.id)).state == "public"
