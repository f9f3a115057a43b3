"""A disk that is really full, and a database that is not there yet: a clear answer, nothing half-written, no restart."""

import os
import resource
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

import asyncpg
import httpx
import pytest

from tests import factories
from tests.databases import new_database
from tests.factories import Person, picture
from tests.proofs import live
from vermilion.storage.db import Database
from vermilion.storage.migrate import migrate
from vermilion.wiring import WIRING

API = "/api/v1"
SMALL = 40
"""Bytes no file of a picture is shorter than."""


class Disk:
    """A folder on a disk that can be filled and freed; where no small disk may be mounted, of one process's files."""

    def __init__(self, folder: Path, *, is_mounted: bool) -> None:
        self.folder = folder
        self.is_mounted = is_mounted
        self.pid = 0

    def fill(self, left: int = 0) -> None:
        if not self.is_mounted:
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (max(left, 1), resource.RLIM_INFINITY))
            return
        found = os.statvfs(self.folder)
        with (self.folder / "filler").open("wb") as file:
            file.write(b"\0" * max(0, found.f_bavail * found.f_bsize - left))

    def free(self) -> None:
        if self.is_mounted:
            (self.folder / "filler").unlink()
        else:
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

    def files(self, below: str) -> set[str]:
        return {
            str(path.relative_to(self.folder / below))
            for path in (self.folder / below).rglob("*")
            if path.is_file()
        }


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A disk of two megabytes; only root may mount one, and not everywhere."""
    folder = live.folder()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", "size=2m,mode=0711", "tmpfs", str(folder)]
    try:
        if (
            os.geteuid() != 0
            or not Path(mount[0]).exists()
            or subprocess.run(mount, capture_output=True, check=False).returncode != 0
        ):
            pytest.skip("no disk may be mounted here")
        try:
            yield Disk(folder, is_mounted=True)
        finally:
            subprocess.run(["/bin/umount", str(folder)], check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def limit() -> Iterator[Disk]:
    """A folder in which one process's files may be made to end early."""
    folder = live.folder()
    yield Disk(folder, is_mounted=False)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def room(cloned_dsn: str) -> AsyncIterator[Database]:
    database = Database(cloned_dsn, wiring=WIRING)
    yield database
    await database.close()


def form_of(person: Person, file: bytes) -> dict[str, object]:
    """The form of a browser without script, picture included."""
    return {
        "data": {"title": "A picture", "audience": "everyone", "form_key": f"key-{len(file)}"},
        "files": {"file": ("a.png", file, "image/png")},
        "headers": {**person.cookie, "accept": "text/html"},
    }


@pytest.mark.parametrize("kind", ["disk", "limit"])
async def test_a_full_disk_refuses_pictures_whole_and_takes_them_again(
    request: pytest.FixtureRequest, kind: str, room: Database, tmp_path: Path
) -> None:
    disk: Disk = request.getfixturevalue(kind)
    ines = await factories.person(room.session(), "ines")
    big = picture(900, 700)
    with live.web(room.dsn, tmp_path, VERMILION_BLOBS=(disk.folder / "blobs").as_uri()) as (origin, pid):
        disk.pid = _server_of(pid)
        async with httpx.AsyncClient(base_url=origin, timeout=60) as client:
            first = await client.post(f"{API}/uploads", content=picture(), headers=ines.bearer)
            assert first.status_code == 201
            there = disk.files("blobs")
            disk.fill(left=SMALL)
            refused = await client.post(f"{API}/uploads", content=big, headers=ines.bearer)
            assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
            assert refused.headers["content-type"] == "application/problem+json"
            page = await client.post("/publish", **form_of(ines, big))
            assert "<form" in page.text
            assert refused.json()["detail"] in page.text
            avatar = await client.put(f"{API}/me/avatar", content=big, headers=ines.bearer)
            assert avatar.status_code == 507
            # Nothing of it is left; what stood there is still read.
            assert disk.files("blobs") == there
            assert await room.session().value("SELECT count(*) FROM upload") == 1
            assert await room.session().value("SELECT avatar_key FROM account") is None
            shown = await client.get(f"/u/{first.json()['id']}", headers=ines.cookie)
            assert shown.status_code == 200
            disk.free()
            again = await client.post(f"{API}/uploads", content=big, headers=ines.bearer)
            assert again.status_code == 201
            assert (await client.post("/publish", **form_of(ines, big))).status_code == 303
    assert await room.session().value("SELECT count(*) FROM note") == 1


def _server_of(pid: int) -> int:
    """The process that writes: the server's worker below its main process."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            if "granian" in Path(f"/proc/{child}/cmdline").read_text():
                return int(child)
    return pid


@pytest.fixture
async def tablespace(disk: Disk, server_dsn: str) -> AsyncIterator[str]:
    """A place for tables on the small disk."""
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("the server may stand elsewhere")
    parts = urlsplit(server_dsn)
    sockets = parse_qs(parts.query)["host"][0]
    place = disk.folder / "rows"
    _make_for_owner_of(Path(sockets), place)
    admin = await asyncpg.connect(urlunsplit(parts._replace(netloc="postgres@")))
    name = f"tiny_{os.getpid()}"
    await admin.execute(f"CREATE TABLESPACE {name} LOCATION '{place}'")
    await admin.execute(f"GRANT CREATE ON TABLESPACE {name} TO PUBLIC")
    yield name
    await admin.execute(f"DROP TABLESPACE {name}")
    await admin.close()


def _make_for_owner_of(standing: Path, place: Path) -> None:
    place.mkdir()
    owner = standing.stat()
    os.chown(place, owner.st_uid, owner.st_gid)


async def _counts(room: Database) -> list[int]:
    tables = ("note", "note_count", "author_note", "version", "media", "pgqueuer", "idempotency")
    return [await room.session().value(f"SELECT count(*) FROM {table}") for table in tables]


async def test_a_full_disk_under_the_database_refuses_a_note_whole_and_takes_it_again(
    disk: Disk, tablespace: str, room: Database, tmp_path: Path
) -> None:
    db = room.session()
    await db.run(f"ALTER TABLE note SET TABLESPACE {tablespace}")
    ines = await factories.person(db, "ines")
    with live.web(room.dsn, tmp_path) as (origin, _):
        async with httpx.AsyncClient(base_url=origin, timeout=60) as client:

            async def publish(number: int) -> httpx.Response:
                new = {"title": f"Number {number}", "body": os.urandom(2400).hex(), "lang": "en"}
                headers = {**ines.bearer, "idempotency-key": f"k{number}"}
                return await client.post(f"{API}/notes", json=new, headers=headers)

            assert (await publish(0)).status_code == 201
            disk.fill()
            answers, before = [], await _counts(room)
            for number in range(1, 40):
                answers.append(await publish(number))
                if answers[-1].status_code != 201:
                    break
                before = await _counts(room)
            assert (answers[-1].status_code, answers[-1].json()["code"]) == (507, "disk_full")
            assert await _counts(room) == before
            listed = await client.get("/@ines", headers=ines.cookie)
            assert listed.status_code == 200
            disk.free()
            assert (await publish(len(answers))).status_code == 201
    assert await db.value("SELECT count(*) FROM note") == len(answers) + 1


async def test_a_database_that_is_not_there_yet_is_waited_for(
    server_dsn: str, template: str, tmp_path: Path
) -> None:
    parts = urlsplit(server_dsn)
    sockets = parse_qs(parts.query).get("host")
    if not sockets:
        pytest.skip("the server is not reached by a socket of its own")
    place, name = live.folder(), f"{template}_late"
    late = f"postgresql://{parts.netloc}/{name}?host={place}&port=5432"
    try:
        async with AsyncExitStack() as afterwards:
            with live.web(late, tmp_path) as (origin, _), live.worker(late, tmp_path):
                async with httpx.AsyncClient(base_url=origin, timeout=60) as client:
                    await _is_away(client)  # no server
                    (place / ".s.PGSQL.5432").symlink_to(Path(sockets[0]) / ".s.PGSQL.5432")
                    await _is_away(client)  # a server without the database
                    await afterwards.enter_async_context(new_database(server_dsn, name))
                    await _is_away(client)  # a database without tables
                    await migrate(late)

                    async def ready() -> bool:
                        return (await client.get("/readyz")).status_code == 200

                    await live.until(ready)
                    await _lives(client, late)
    finally:
        shutil.rmtree(place, ignore_errors=True)


async def _is_away(client: httpx.AsyncClient) -> None:
    alive = await client.get("/healthz")
    assert alive.status_code == 200
    said = set()
    for language in ("en", "zh-CN"):
        page = await client.get("/", headers={"accept": "text/html", "accept-language": language})
        assert page.status_code == 503
        assert int(page.headers["retry-after"]) > 0
        assert "<html" in page.text
        said.add(page.text)
    assert len(said) == 2
    for method, path in (("GET", f"{API}/feeds/explore"), ("POST", f"{API}/tokens"), ("GET", "/readyz")):
        body = (
            {"handle": "ines", "password": factories.PASSWORD, "application": "x"}
            if method == "POST"
            else None
        )
        answer = await client.request(method, path, json=body, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        assert int(answer.headers["retry-after"]) > 0


async def _lives(client: httpx.AsyncClient, dsn: str) -> None:
    """Web and worker do their work as if nothing had been."""
    room = Database(dsn, wiring=WIRING)
    ines = await factories.person(room.session(), "ines")
    published = await client.post(f"{API}/notes", json={"title": "At last"}, headers=ines.bearer)
    assert published.status_code == 201

    async def released() -> bool:
        return "At last" in (await client.get(f"{API}/feeds/explore")).text

    await live.until(released)
    await room.close()
