import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests import factories
from tests.scene import upload
from vermilion.accounts import actions as accounts
from vermilion.accounts.reads import find_id, get_profile
from vermilion.captions.reads import get_captions, tracks_under
from vermilion.comments import actions as comments
from vermilion.comments.reads import thread
from vermilion.engines.film import FilmWorks
from vermilion.engines.language import Language
from vermilion.feed.reads import PULLED_FROM, explore, following, watch
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.media.film_jobs import prepare_films
from vermilion.notes import actions as notes
from vermilion.notes.jobs import roll_up
from vermilion.notes.reads import VARIANTS, get_note_page, notes_by
from vermilion.notes.schema import NewNote, NewPicture
from vermilion.notifications.reads import notices
from vermilion.sample import TO_TRY, films, load, people_to_try, unload, world
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job
from vermilion.work.runner import run_due


@pytest.fixture
async def settings(cloned_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A place to load into; drawn covers stand in for the photographs, whose decoding is tested elsewhere."""
    for module in (load, films):
        monkeypatch.setattr(module, "photograph_file", lambda _name: None)
    return Settings(
        data=tmp_path,
        models=tmp_path,
        database_url=cloned_dsn,
        blobs=(tmp_path / "blobs").as_uri(),
        origin="http://localhost",
        films=SMALL,
    )


@pytest.fixture
async def room(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_url or "", wiring=WIRING, max_size=3)
    yield database
    await database.close()


SMALL = Path(__file__).parent.parent / "browser" / "films.toml"
LINKS = "https://a.example/1 https://a.example/2"


def hush(_said: str) -> None:
    """Nobody needs to hear it."""


async def words(db: Db) -> str:
    """What all texts of the database come to."""
    rows = await db.rows(
        """SELECT string_agg(t, '|' ORDER BY t) FROM (
               SELECT title || body FROM note UNION ALL SELECT body FROM comment UNION ALL SELECT text FROM version
               UNION ALL SELECT handle || bio FROM account) AS every (t)"""
    )
    return hashlib.sha256(rows[0][0].encode()).hexdigest()


async def tables(db: Db) -> dict[str, list[str]]:
    """The columns of each table that may hold an id."""
    rows = await db.rows(
        """SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
           AND data_type = 'bigint' AND table_name NOT LIKE 'pgqueuer%'"""
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row[1])
    return found


async def looks(db: Db) -> dict[str, str]:
    """What the covers of notes are drawn after, and the colours of people."""
    rows = await db.rows(
        f"""SELECT 'note ' || title || left(body, 40), (id % {VARIANTS})::text FROM note
            UNION ALL SELECT handle, color FROM account"""
    )
    return {row[0]: row[1] for row in rows}


async def test_loading_twice_is_loading_once_and_the_texts_are_the_same_each_time(
    settings: Settings, room: Database
) -> None:
    db = room.session()
    said: list[str] = []
    await load.load(settings, said.append)
    first, looked, counted = await words(db), await looks(db), await db.value("SELECT count(*) FROM note")
    await load.load(settings, said.append)
    assert await db.value("SELECT count(*) FROM note") == counted > 100
    assert "left out" in said[-1]
    assert [handle for handle, _, password in people_to_try(settings.data) if password] == [
        one[0] for one in TO_TRY
    ]
    assert settings.data.joinpath("sample.password").stat().st_mode & 0o077 == 0
    await unload.remove(settings, hush)
    assert people_to_try(settings.data) == []
    await load.load(settings, hush)
    assert await words(db) == first
    assert len(looked) > counted
    assert await looks(db) == looked


async def test_the_world_stands_as_if_it_had_been_written_here(settings: Settings, room: Database) -> None:
    db = room.session()
    await load.load(settings, hush)
    page = await explore(db, GUEST)
    assert len(page.items) == 20
    assert page.next is not None
    portuguese = await explore(db, Viewer(reads=("pt",)))
    assert {card.title.lang for card in portuguese.items} == {"pt"}
    wrong = await db.rows(
        """SELECT k.note_id FROM note_count k WHERE
               like_count <> (SELECT count(*) FROM note_like l WHERE l.note_id = k.note_id AND l.subject_id = k.note_id)
               OR save_count <> (SELECT count(*) FROM save s WHERE s.note_id = k.note_id)
               OR comment_count <> (SELECT count(*) FROM comment c WHERE c.note_id = k.note_id)
           UNION ALL SELECT k.comment_id FROM comment_count k WHERE
               like_count <> (SELECT count(*) FROM note_like l WHERE l.note_id = k.note_id AND l.subject_id = k.comment_id)
               OR reply_count <> (SELECT count(*) FROM comment c WHERE c.note_id = k.note_id AND c.parent_id = k.comment_id)"""
    )
    assert wrong == []
    mei = await find_id(db, GUEST, TO_TRY[0][0])
    assert mei is not None
    assert (await following(db, Viewer(account_id=mei))).items
    assert (await get_profile(db, GUEST, TO_TRY[0][0])).follower_count < PULLED_FROM
    busy = await db.rows("SELECT note_id FROM comment GROUP BY note_id ORDER BY count(*) DESC LIMIT 1")
    assert (await thread(db, GUEST, busy[0][0])).items


@pytest.fixture
def small(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[world.Note]:
    """Two of its films, of a size that is drawn at once, after `settings` has put the photographs away."""
    assert settings.films == SMALL
    wanted = [note for note in world.notes() if note.slug in {"boy-day", "film-cat"}]
    made = [
        replace(one, film=replace(one.film, width=120, height=160), photos=())
        for one in wanted
        if one.film is not None
    ]
    monkeypatch.setattr(films, "photograph_file", world.photograph_file)
    for module in (load, films):
        monkeypatch.setattr(module, "notes", lambda: made)
    return made


async def test_its_films_are_drawn_and_watched_with_captions_in_every_language(
    settings: Settings, room: Database, small: list[world.Note]
) -> None:
    db, blobs = room.session(), Blobs(settings.blobs)
    await load.load(settings, hush)
    for lang in ("zh", "ar", "id"):
        viewer = Viewer(reads=(lang,))
        shown = (await watch(db, viewer)).items
        assert {card.cover.picture.film.is_playable for card in shown if card.cover.picture.film} == {True}
        assert len(shown) == len(small)
        tracks = await tracks_under(db, viewer, [card.id for card in shown])
        own = [track for card in shown for track in tracks[card.id] if track.is_default]
        assert {(track.lang, track.origin) for track in own} == {(lang, "author")}
        assert len(own) == len(shown)
    boy = next(card for card in shown if card.author.handle == "haoran_day")
    said = await get_captions(db, Viewer(reads=("en",)), boy.id, boy.cover.picture.id, "en")
    assert said.page.cues[0].text.startswith("No phones at school")
    assert await db.value("SELECT count(*) FROM caption_queue") == 0
    works = FilmWorks()
    job = Job(db=db, blobs=blobs, films=works, film_table=SMALL)
    assert await prepare_films(job) == len(small)
    assert await db.rows("SELECT DISTINCT state, has_preview, has_sound FROM film") == [("ready", True, True)]
    lasted = dict(await db.rows("SELECT note_id, duration_ms FROM media WHERE film_key <> ''"))
    assert abs(lasted[boy.id] - 10_900) < 100
    assert await db.value("SELECT count(*) FROM film_part") == 0
    await unload.remove(settings, hush)
    assert [
        table
        for table in await tables(db)
        if "film" in table or "caption" in table
        if await db.value(f"SELECT count(*) FROM {table}")
    ] == []
    assert [file for file in (settings.data / "blobs").rglob("*") if file.is_file()] == []


async def test_removal_leaves_no_sample_row_and_right_counts_for_people_who_took_part(
    settings: Settings, room: Database, language: Language
) -> None:
    db, blobs = room.session(), Blobs(settings.blobs)
    await load.load(settings, hush)
    ids = {row[0] for row in await db.rows("SELECT id FROM account")}
    own = [row[0] for row in await db.rows("SELECT id FROM note ORDER BY id LIMIT 5")]
    row = (await db.rows("SELECT id, handle FROM account ORDER BY id LIMIT 1"))[0]
    sample = factories.Person(viewer=Viewer(account_id=Id(row[0]), handle=row[1]), token="", secret="")
    job = Job(db=room.session(), blobs=blobs)
    real, other = await factories.person(db, "realinchen"), await factories.person(db, "otherwise")
    note = await factories.note(db, real, "Mine", lang="en")
    await notes.publish(db, real.viewer, language, NewNote(title="Waits", body=LINKS, lang="en"))
    mine = await factories.comment(db, real, note.id, lang="en")
    for on_sample in own:
        await notes.like(db, real.viewer, Id(on_sample), on=True)
        await notes.save(db, real.viewer, Id(on_sample), on=True)
        await factories.comment(db, real, Id(on_sample), lang="en")
    for fan in (sample, other):
        await notes.like(db, fan.viewer, note.id, on=True)
        await notes.save(db, fan.viewer, note.id, on=True)
        await comments.like(db, fan.viewer, note.id, mine.id, on=True)
        await factories.comment(db, fan, note.id, lang="en", reply_to=mine.id)
        await accounts.follow(db, fan.viewer, real.id)
        await accounts.follow(db, real.viewer, fan.id)
    await roll_up(job)
    theirs = await factories.comment(
        db, sample, note.id, lang="en", pictures=(NewPicture(id=await upload(db, blobs, sample)),)
    )
    await factories.comment(db, other, note.id, lang="en", reply_to=theirs.id)
    await upload(db, blobs, sample)
    await notes.like(db, sample.viewer, note.id, on=False)
    await notes.like(db, sample.viewer, note.id, on=True)
    await run_due(room, blobs, WIRING)
    before = await get_profile(db, GUEST, "realinchen")
    await unload.remove(settings, hush)
    await roll_up(job)
    await run_due(room, blobs, WIRING)
    page = await get_note_page(db, other.viewer, note.id)
    assert (page.like_count, page.save_count, page.comment_count) == (1, 1, 2)
    first = (await thread(db, other.viewer, note.id)).items
    assert [(card.like_count, card.reply_count, len(card.replies)) for card in first] == [(1, 1, 1)]
    profile = await get_profile(db, GUEST, "realinchen")
    assert (profile.note_count, profile.follower_count, profile.following_count) == (before.note_count, 1, 1)
    assert [card.title.text for card in (await notes_by(db, GUEST, real.id)).items] == ["Mine"]
    assert {card.actor_count for card in (await notices(db, real.viewer)).items} == {1}
    for table, columns in (await tables(db)).items():
        for column in columns:
            left = await db.rows(f"SELECT 1 FROM {table} WHERE {column} = ANY($1)", [*ids, *own])
            assert left == [], f"{table}.{column}"
    assert [file for file in (settings.data / "blobs").rglob("*") if file.is_file()] == []
