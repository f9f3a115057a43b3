"""Films from the first byte to the last size, over HTTP and with the worker's own job."""

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import av
import httpx
import pytest
from litestar.exceptions import InternalServerException

from tests import factories
from tests.factories import Person
from tests.films import film
from tests.scene import Cameras, Darkroom
from vermilion.engines.film import FilmWorks, Readable
from vermilion.engines.film_wire import SizeMade, SizeOrder
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid, Unavailable
from vermilion.kernel.ids import Id
from vermilion.media.film_jobs import drop_old_films, prepare_films
from vermilion.media.film_table import read_table
from vermilion.media.film_uploads import Desk, take_in
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job
from vermilion.work.runner import run_due

TUS = {"tus-resumable": "1.0.0"}
PART = {**TUS, "content-type": "application/offset+octet-stream"}


async def begin(client: httpx.AsyncClient, who: Person, length: int) -> str:
    answer = await client.post("/api/v1/films", headers={**who.bearer, **TUS, "upload-length": str(length)})
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def send(client: httpx.AsyncClient, who: Person, address: str, at: int, data: bytes) -> httpx.Response:
    return await client.patch(address, headers={**who.bearer, **PART, "upload-offset": str(at)}, content=data)


async def sent(client: httpx.AsyncClient, who: Person, data: bytes) -> str:
    """A film that has arrived: its id."""
    address = await begin(client, who, len(data))
    answer = await send(client, who, address, 0, data)
    assert answer.status_code == 204, answer.text
    return address.rsplit("/", 1)[-1]


async def publish(client: httpx.AsyncClient, who: Person, film_id: str, **more: object) -> str:
    body = {"title": "My day", "pictures": [{"id": film_id}], **more}
    answer = await client.post("/api/v1/notes", headers=who.bearer, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.fixture
def works() -> FilmWorks:
    return FilmWorks()


@pytest.fixture
def job(db: Db, blobs: Blobs, works: FilmWorks) -> Job:
    return Job(db=db, blobs=blobs, films=works)


async def prepared(job: Job, database: Database) -> None:
    assert await prepare_films(job) == 1
    await run_due(database, job.blobs, WIRING)


async def test_an_upload_that_broke_off_goes_on_where_it_stopped(
    client: httpx.AsyncClient, ines: Person, mei: Person
) -> None:
    data = film(1)
    address = await begin(client, ines, len(data))

    async def broken() -> AsyncIterator[bytes]:
        yield data[:3000]
        raise InternalServerException("client disconnected prematurely")

    cut = await client.patch(address, headers={**ines.bearer, **PART, "upload-offset": "0"}, content=broken())
    assert cut.status_code == 204
    head = await client.head(address, headers={**ines.bearer, **TUS})
    there = int(head.headers["upload-offset"])
    assert (there, head.headers["upload-length"]) == (3000, str(len(data)))
    assert (await send(client, ines, address, 0, data[:10])).status_code == 409
    assert (await send(client, mei, address, there, data[there:])).status_code == 404
    first = await send(client, ines, address, there, data[there : there + 500])
    assert first.headers["upload-offset"] == str(there + 500)
    last = await send(client, ines, address, there + 500, data[there + 500 :])
    assert last.status_code == 204
    shown = (await client.get(address, headers=ines.bearer)).json()
    assert (shown["state"], shown["width"], shown["height"], shown["has_sound"]) == (
        "preparing",
        320,
        240,
        True,
    )
    assert (await client.get(shown["preview"], headers={"cookie": ""})).status_code in {401, 404, 303}


async def test_a_part_damaged_on_its_way_is_not_taken(client: httpx.AsyncClient, ines: Person) -> None:
    address = await begin(client, ines, 10)
    headers = {
        **ines.bearer,
        **PART,
        "upload-offset": "0",
        "upload-checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    }
    assert (await client.patch(address, headers=headers, content=b"12345")).status_code == 460
    head = await client.head(address, headers=ines.bearer)
    assert head.headers["upload-offset"] == "0"
    assert (await client.delete(address, headers={**ines.bearer, **TUS})).status_code == 204
    assert (await client.head(address, headers=ines.bearer)).status_code == 404


async def test_what_is_no_film_is_refused_with_a_sentence_and_leaves_nothing(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    for data, code in ((b"not a film at all", "film_type"), (film(2)[:-5000], "film_not_readable")):
        address = await begin(client, ines, len(data))
        answer = await send(client, ines, address, 0, data)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert await db.value("SELECT count(*) FROM film") == 0
    too_large = {**ines.bearer, **TUS, "upload-length": str(2**40)}
    assert (await client.post("/api/v1/films", headers=too_large)).status_code == 413


async def test_one_person_may_have_so_many_films_waiting(client: httpx.AsyncClient, ines: Person) -> None:
    for _ in range(4):
        await begin(client, ines, 10)
    answer = await client.post("/api/v1/films", headers={**ines.bearer, **TUS, "upload-length": "10"})
    assert (answer.status_code, answer.json()["code"]) == (409, "film_too_many_waiting")


async def test_a_film_is_published_once_its_first_size_is_made(
    client: httpx.AsyncClient, db: Db, database: Database, job: Job, ines: Person
) -> None:
    film_id = await sent(client, ines, film(5, title="secret place"))
    note = await publish(client, ines, film_id)
    await run_due(database, job.blobs, WIRING)
    assert (await client.get(f"/api/v1/notes/{note}")).status_code == 404  # nothing half-published
    await prepared(job, database)
    shown = (await client.get(f"/api/v1/notes/{note}")).json()["pictures"][0]
    assert (shown["kind"], shown["film"]["is_playable"]) == ("film", True)
    master = await client.get(shown["film"]["playlist"])
    assert 'CODECS="avc1.' in master.text
    assert "RESOLUTION=320x240" in master.text
    playlist = await client.get(shown["film"]["playlist"].replace("master", "480"))
    names = [line for line in playlist.text.splitlines() if line.endswith(".m4s")]
    folder = shown["film"]["playlist"].removesuffix("master.m3u8")
    pieces = [await client.get(folder + name) for name in ("480/init.mp4", *names)]
    assert {piece.headers["cache-control"] for piece in pieces} == {"public, max-age=31536000, immutable"}
    whole = b"".join(piece.content for piece in pieces)
    with av.open(io.BytesIO(whole)) as made:
        assert sum(1 for _ in made.decode(video=0)) == 125
    answer = await client.get(shown["film"]["file"], follow_redirects=True)
    assert answer.content == whole
    assert b"secret" not in whole
    part = await client.get(folder + "480.mp4", headers={"range": "bytes=5-14"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (
        206,
        whole[5:15],
        f"bytes 5-14/{len(whole)}",
    )
    assert (
        await client.get(folder + "480.mp4", headers={"range": f"bytes={len(whole)}-"})
    ).status_code == 416
    thumbs = await client.get(shown["film"]["thumbs"])
    assert "thumbs.webp#xywh=0,0,160,120" in thumbs.text
    with av.open(io.BytesIO((await client.get(shown["film"]["preview"])).content)) as preview:
        assert len(preview.streams) == 1
    assert await db.value("SELECT count(*) FROM film_part") == 0


class Blind(Cameras):
    """Can make nothing of any film."""

    async def make(self, *_: object, **__: object) -> SizeMade:
        raise Invalid("film_not_readable")


async def taken(database: Database, blobs: Blobs, who: Person, works: FilmWorks) -> Id:
    """A film in no note that has been through these works, and all that follows from it: its id."""
    db, desk = database.session(), Desk(blobs=blobs, images=Darkroom(), works=works, table=read_table())
    one = await take_in(db, who.viewer, desk, b"film")
    await prepared(Job(db=db, blobs=blobs, films=works), database)
    return one.id


async def test_a_film_that_can_be_watched_before_it_stands_in_a_note_is_published_with_it(
    client: httpx.AsyncClient, db: Db, database: Database, blobs: Blobs, ines: Person
) -> None:
    film_id = await taken(database, blobs, ines, Cameras())
    assert await db.value("SELECT state FROM film") == "ready"
    note = await publish(client, ines, str(film_id))
    assert (await client.get(f"/api/v1/notes/{note}")).status_code == 404
    await run_due(database, blobs, WIRING)
    assert (await client.get(f"/api/v1/notes/{note}")).json()["pictures"][0]["film"]["is_playable"]
    assert await db.value("SELECT media_id FROM caption_queue WHERE note_id = $1", int(note)) == film_id


async def test_a_film_that_fails_before_it_stands_in_a_note_fails_no_job(
    db: Db, database: Database, blobs: Blobs, ines: Person
) -> None:
    await taken(database, blobs, ines, Blind())
    assert await db.value("SELECT state FROM film") == "failed"


async def test_a_restricted_film_has_addresses_that_expire(
    client: httpx.AsyncClient,
    database: Database,
    job: Job,
    ines: Person,
    mei: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    note = await publish(client, ines, await sent(client, ines, film(1)), audience="me")
    await prepared(job, database)
    shown = (await client.get(f"/api/v1/notes/{note}", headers=ines.bearer)).json()["pictures"][0]["film"]
    folder = shown["playlist"].removesuffix("master.m3u8")
    for file in (
        "master.m3u8",
        "480.m3u8",
        "480.mp4",
        "480/init.mp4",
        "480/0.m4s",
        "film.mp4",
        "thumbs.vtt",
        "thumbs.webp",
        "preview.mp4",
    ):
        assert (await client.get(folder + file)).status_code == 404
        assert (await client.get(folder + file, headers=mei.cookie)).status_code == 404
    playlist = await client.get(folder + "480.m3u8", headers=ines.cookie)
    segment = next(line for line in playlist.text.splitlines() if ".m4s" in line)
    taken = await client.get(folder + segment, headers=ines.cookie)
    assert (taken.status_code, taken.headers["cache-control"]) == (200, "private, max-age=300")
    assert (await client.get(folder + segment, headers=mei.cookie)).status_code == 404
    bare = await client.get(folder + "480/0.m4s", headers=ines.cookie)
    assert bare.status_code == 302
    assert (await client.get(bare.headers["location"], headers=ines.cookie)).status_code == 200
    monkeypatch.setattr("vermilion.notes.films.ADDRESS_LASTS", -1)
    old = await client.get(folder + "480/0.m4s", headers=ines.cookie)
    assert (await client.get(old.headers["location"], headers=ines.cookie)).status_code == 403


async def test_a_deleted_film_takes_its_files_with_it(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, job: Job, ines: Person
) -> None:
    film_id = await sent(client, ines, film(1))
    await prepare_films(job)
    key = await db.value("SELECT key FROM film")
    files = [f"{key[:2]}/{key}/{name}" for name in ("480.mp4", "thumbs.webp", "preview.mp4")]
    assert [await blobs.exists(file) for file in files] == [True] * 3
    assert (await client.delete(f"/api/v1/uploads/{film_id}", headers=ines.bearer)).status_code < 300
    assert [await blobs.exists(file) for file in files] == [False] * 3
    assert await db.value("SELECT count(*) FROM film") + await db.value("SELECT count(*) FROM upload") == 0


async def test_what_was_abandoned_is_cleared_away(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, job: Job, ines: Person
) -> None:
    address = await begin(client, ines, 100)
    await send(client, ines, address, 0, b"only the beginning")
    key, name = (await db.rows("SELECT f.key, p.name FROM film f JOIN film_part p ON p.film_id = f.id"))[0]
    assert await blobs.exists(f"{key[:2]}/{key}/{name}")
    assert await drop_old_films(job) == 0
    await db.run("UPDATE film SET expires_at = $1", now() - timedelta(seconds=1))
    assert await drop_old_films(job) == 1
    assert not await blobs.exists(f"{key[:2]}/{key}/{name}")


async def test_a_film_killed_at_any_step_is_made_in_the_end(
    client: httpx.AsyncClient, db: Db, job: Job, works: FilmWorks, ines: Person
) -> None:
    await sent(client, ines, film(4, 1280, 720))
    wanted = ["480", "720"]
    for _ in range(6):
        work = asyncio.create_task(prepare_films(job))
        for _ in range(200):
            await asyncio.sleep(0.02)
            if works.pids or work.done():
                break
        await asyncio.sleep(0.5)
        works.close()  # the child is killed
        await asyncio.sleep(0.05)
        work.cancel()  # and so is the worker
        await asyncio.gather(work, return_exceptions=True)
        await db.run("UPDATE film_queue SET claimed_at = NULL, tries = 0")
    await prepare_films(job)
    assert await db.value("SELECT state FROM film") == "ready"
    assert [row[0] for row in await db.rows("SELECT name FROM film_size ORDER BY height")] == wanted


async def test_a_disk_that_fills_leaves_nothing_and_is_tried_again(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sent(client, ines, film(1))

    async def full(_self: Blobs, _key: str, pieces: AsyncIterator[bytes], _kind: str) -> None:
        await anext(pieces)
        raise Unavailable("disk_full")

    with monkeypatch.context() as patch:
        patch.setattr(Blobs, "put_stream", full)
        await prepare_films(job)
    assert await db.value("SELECT count(*) FROM film_size") == 0
    assert await db.value("SELECT state FROM film") == "preparing"
    await db.run("UPDATE film_queue SET claimed_at = NULL")
    await prepare_films(job)
    assert await db.value("SELECT state FROM film") == "ready"


class Slow(Cameras):
    """Takes its time, and remembers how many films it was at, and with how many cores each."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.most, self.shares = 0, 0, set[tuple[int, int]]()

    async def make(self, source: Readable, size: SizeOrder, *, threads: int, **rest: Any) -> SizeMade:  # noqa: ANN401 - as they come
        self.now += 1
        await asyncio.sleep(0.05)
        self.most = max(self.most, self.now)
        self.shares.add((self.now, threads))
        try:
            return await super().make(source, size, threads=threads, **rest)
        finally:
            self.now -= 1


async def test_two_films_at_once_share_the_cores_and_a_third_waits(
    db: Db, blobs: Blobs, ines: Person
) -> None:
    works, table = Slow(), read_table()
    desk = Desk(blobs=blobs, images=Darkroom(), works=works, table=table)
    for _ in range(3):
        await take_in(db, ines.viewer, desk, b"film")
    assert await prepare_films(Job(db=db, blobs=blobs, films=works)) == 3
    assert works.most == table.at_once == 2
    cores = os.cpu_count() or 1
    assert max(threads for beside, threads in works.shares if beside == 2) <= max(1, cores // 2)
    assert {row[0] for row in await db.rows("SELECT state FROM film")} == {"ready"}


async def test_a_film_stands_alone_and_may_be_given_a_cover(client: httpx.AsyncClient, ines: Person) -> None:
    film_id = await sent(client, ines, film(2))
    picture = await client.post("/api/v1/uploads", headers=ines.bearer, content=factories.picture(90, 60))
    mixed = {"title": "x", "pictures": [{"id": film_id}, {"id": picture.json()["id"]}]}
    answer = await client.post("/api/v1/notes", headers=ines.bearer, json=mixed)
    assert (answer.status_code, answer.json()["code"]) == (409, "film_alone")
    frame = await client.put(f"/api/v1/films/{film_id}/cover", headers=ines.bearer, json={"at_ms": 1500})
    assert frame.json()["cover_ms"] == 1500
    cover = {"picture": picture.json()["id"]}
    assert (await client.put(f"/api/v1/films/{film_id}/cover", headers=ines.bearer, json=cover)).json()[
        "cover_ms"
    ] == -1


async def test_the_cover_of_a_published_film_is_another_wherever_it_is_shown(
    client: httpx.AsyncClient, job: Job, database: Database, ines: Person, mei: Person
) -> None:
    film_id = await sent(client, ines, film(2))
    note_id = await publish(client, ines, film_id)
    await prepared(job, database)
    cover, note = f"/api/v1/films/{film_id}/cover", f"/api/v1/notes/{note_id}"

    async def shown() -> dict[str, set[str]]:
        """The addresses of the cover on the note, a card, the page for other sites and the share card."""
        page = (await client.get(note)).json()
        found = (await client.get("/api/v1/search", params={"q": "day"})).json()["items"]
        head = (await client.get(f"/n/{note_id}")).text
        return {
            "note": {source["url"] for source in page["cover"]["picture"]["sources"]},
            "found": {
                source["url"] for one in found for source in one["note"]["cover"]["picture"]["sources"]
            },
            "og": set(re.findall(r'"og:image" content="([^"]+)"', head)),
            "share": set(re.findall(r"/card/n/[^\"?]+", (await client.get(f"/n/{note_id}/share")).text)),
        }

    async def changed(body: dict[str, object]) -> dict[str, set[str]]:
        before = await shown()
        answer = await client.put(cover, headers=ines.bearer, json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["cover_ms"] == body.get("at_ms", -1)
        after = await shown()
        assert all(after[place] and not after[place] & before[place] for place in after), (before, after)
        assert answer.json()["preview"] in after["note"] == after["found"]
        for url in after["note"]:
            assert (await client.get(url)).status_code == 200
        await run_due(database, job.blobs, WIRING)
        for url in before["note"]:
            assert (await client.get(url)).status_code == 404
        return after

    assert (await client.get(f"/api/v1/films/{film_id}", headers=ines.bearer)).json()["preview"] in (
        await shown()
    )["note"]
    await changed({"at_ms": 1500})
    picture = await client.post("/api/v1/uploads", headers=ines.bearer, content=factories.picture(900, 600))
    await changed({"picture": picture.json()["id"]})
    page = (await client.get(note)).json()
    assert page["cover"]["width"] > page["cover"]["height"]
    assert page["pictures"][0]["film"]["is_playable"]
    refused = await client.put(cover, headers=mei.bearer, json={"at_ms": 100})
    assert (refused.status_code, refused.json()["code"]) == (404, "film_gone")
    used = await client.put(cover, headers=ines.bearer, json={"picture": picture.json()["id"]})
    assert (used.status_code, used.json()["code"]) == (404, "upload_gone")
    await client.delete(note, headers=ines.bearer)
    gone = await client.put(cover, headers=ines.bearer, json={"at_ms": 100})
    assert (gone.status_code, gone.json()["code"]) == (404, "note_gone")


async def test_the_cover_of_a_published_film_is_chosen_without_script(
    client: httpx.AsyncClient, job: Job, database: Database, ines: Person
) -> None:
    film_id = await sent(client, ines, film(2))
    note_id = await publish(client, ines, film_id)
    await prepared(job, database)
    form = f"/n/{note_id}/edit"
    assert 'name="cover_at"' in (await client.get(form, headers=ines.cookie)).text
    fields = {"title": "My day", "picture": film_id, "cover_of": film_id, "audience": "everyone"}

    async def saved(more: dict[str, str], **files: Any) -> int:  # noqa: ANN401 - as httpx takes them
        answer = await client.post(form, data={**fields, **more}, headers=ines.cookie, **files)
        assert answer.status_code == 303, answer.text
        told = await client.get(f"/api/v1/films/{film_id}", headers=ines.bearer)
        return int(told.json()["cover_ms"])

    before = await saved({"cover_at": ""})
    assert before != 1500
    assert await saved({"cover_at": "1.5"}) == 1500
    assert await saved({"cover_at": ""}, files={"cover": ("a.png", factories.picture(90, 60))}) == -1
    wrong = await client.post(form, data={**fields, "cover_at": "soon"}, headers=ines.cookie)
    assert wrong.status_code == 400


async def test_a_film_among_pictures_is_taken_as_one_where_it_stands_alone(
    client: httpx.AsyncClient, ines: Person
) -> None:
    fields = {"title": "My day", "audience": "everyone"}
    sent_along = [("file", ("a.mov", film(2)))]
    answer = await client.post("/publish", data=fields, files=sent_along, headers=ines.cookie)
    assert answer.status_code == 303, answer.text
    note = await client.get(f"/api/v1/notes/{answer.headers['location'][3:]}", headers=ines.bearer)
    assert [one["kind"] for one in note.json()["pictures"]] == ["film"]
    both = [*sent_along, ("file", ("a.png", factories.picture(90, 60)))]
    refused = await client.post("/publish", data=fields, files=both, headers=ines.cookie)
    assert (refused.status_code, "My day" in refused.text) == (400, True)
