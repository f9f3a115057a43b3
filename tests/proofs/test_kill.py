"""kill -9 in the middle of publishing: what was acknowledged is there altogether, everything else altogether not."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from tests.factories import Person
from tests.proofs.live import Room, served, until
from tests.proofs.wholeness import Attempt, faults
from vermilion.storage.blobs import Blobs


@pytest.fixture(scope="module")
async def room() -> AsyncIterator[Room]:
    async with served() as room:
        yield room


async def published_through(
    client: httpx.AsyncClient, people: list[Person], blow: Callable[[], None], word: str
) -> list[Attempt]:
    """Publish without a pause while the blow falls; what has failed is not tried again."""
    attempts: list[Attempt] = []
    after = asyncio.Event()

    async def write(author: Person) -> None:
        for number in itertools.count():
            attempt = Attempt(author, f"{word} {author.viewer.handle} {number}")
            attempts.append(attempt)
            try:
                status = await attempt.make(client)
                assert status in (201, 503), status
            except httpx.TransportError:
                status = 0
            if after.is_set() and status == 201:
                return
            await asyncio.sleep(0 if status == 201 else 0.05)

    async def strike() -> None:
        await until(lambda: _enough(attempts, 4))
        blow()
        after.set()

    await asyncio.gather(strike(), *(write(author) for author in people))
    return attempts


async def _enough(attempts: list[Attempt], count: int) -> bool:
    return sum(attempt.note_id is not None for attempt in attempts) >= count


async def test_a_note_is_whole_or_absent_after_a_kill(room: Room) -> None:
    db = room.database.session()
    people = [await room.person(f"writer{number}") for number in range(2)]
    async with room.client() as client:
        attempts = await published_through(client, people, room.kill_web, "web")
        attempts += await published_through(client, people, room.kill_worker, "worker")
        attempts += await published_through(client, people, room.kill_database, "database")

        async def screened() -> bool:
            return not await db.value("SELECT count(*) FROM note WHERE state = 'pending'")

        await until(screened, 150)
        assert await faults(db, client, attempts) == []
        # What failed is sent again as it was, and is there once.
        for attempt in attempts:
            while len(attempt.uploads) == 2 and attempt.note_id is None:
                assert await attempt.publish(client) == 201
        await until(screened, 150)
        assert await faults(db, client, attempts) == []
    await _planted_faults_are_found(room, attempts)


async def _planted_faults_are_found(room: Room, attempts: list[Attempt]) -> None:
    """The checks above see a picture that is gone, a row that is gone, a note that is gone and one that is twice."""
    db, blobs = room.database.session(), Blobs((room.folder / "blobs").as_uri())
    some = [attempt for attempt in attempts if attempt.note_id is not None][:4]
    key = await db.value("SELECT key FROM media WHERE note_id = $1 LIMIT 1", some[0].note_id)
    await blobs.delete([f"{key[:2]}/{key}/m.webp"])
    await db.run("DELETE FROM note_count WHERE note_id = $1", some[1].note_id)
    await db.run("DELETE FROM note WHERE id = $1", some[2].note_id)
    await db.run("UPDATE note SET title = $2 WHERE id = $1", some[3].note_id, some[0].title)
    async with room.client() as client:
        found = "\n".join(await faults(db, client, some))
    assert "answers 404" in found
    assert f"{some[1].title} is half-written" in found
    assert f"{some[2].title}: acknowledged as {some[2].note_id}, there as []" in found
    assert f"{some[0].title}: acknowledged as" in found
