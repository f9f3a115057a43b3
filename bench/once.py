"""Every POST sent three times at once, web and worker killed meanwhile: each has one effect, none is missing."""

import argparse
import asyncio
import itertools
import random
import shutil
from dataclasses import dataclass

import httpx

from bench.durability import House
from bench.report import report
from tests.factories import PASSWORD, Person, person, picture
from tests.proofs.live import folder, until
from vermilion.storage.db import Database
from vermilion.storage.migrate import migrate
from vermilion.wiring import WIRING

GOALS = {"duplicates": "= 0", "missing": "= 0", "planted_found": "= planted"}
API = "/api/v1"
WRITERS = 8


@dataclass(frozen=True)
class Deed:
    """A POST with its key, and how its effect is counted."""

    path: str
    key: str
    count: str
    word: str
    json: object = None
    form: dict[str, str] | None = None
    content: bytes | None = None


_NOTES = "SELECT title, count(*) FROM note GROUP BY title"
_COMMENTS = "SELECT body, count(*) FROM comment GROUP BY body"
_ACCOUNTS = "SELECT display_name, count(*) FROM account GROUP BY display_name"
_UPLOADS = "SELECT width || 'x' || height, count(*) FROM upload GROUP BY 1"


def deeds(me: Person, note_id: int, number: int) -> Deed:
    """The next of a person's deeds: each kind of POST in turn."""
    word = f"{me.viewer.handle} deed {number}"
    key = word.replace(" ", "-")
    kinds = (
        Deed(f"{API}/notes", key, _NOTES, word, json={"title": word, "lang": "en"}),
        Deed(f"{API}/notes/{note_id}/comments", key, _COMMENTS, word, json={"body": word, "lang": "en"}),
        Deed("/publish", key, _NOTES, word, form={"title": word, "audience": "everyone"}),
        Deed(f"/n/{note_id}/comments", key, _COMMENTS, word, form={"body": word}),
        Deed(f"{API}/notes/{note_id}/comments", key, _COMMENTS, word, json={"body": word, "lang": "en"}),
    )
    if number % 100 == 99:
        handle = f"{me.viewer.handle}n{number}"
        new = {"handle": handle, "display_name": word, "password": PASSWORD}
        return Deed(f"{API}/accounts", key, _ACCOUNTS, word, json=new)
    if number % 50 == 49:
        width, height = 100 + number // 50 % 900, 100 + int(me.id) % 800
        return Deed(f"{API}/uploads", key, _UPLOADS, f"{width}x{height}", content=picture(width, height))
    return kinds[number % len(kinds)]


def main(args: argparse.Namespace) -> int:
    """Twenty thousand deeds, each three times; four hundred with `--quick`."""
    place = folder()
    house = House(place)
    try:
        figures = asyncio.run(_measure(house, quick=args.quick))
    finally:
        house.close()
        if (place / "postgres").is_symlink():
            shutil.rmtree((place / "postgres").resolve(), ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)
    report("once", figures, {}, quick=args.quick, goals=GOALS)
    fine = figures["duplicates"] == figures["missing"] == 0
    return 0 if fine and figures["planted_found"] == figures["planted"] else 1


async def _measure(house: House, *, quick: bool) -> dict[str, float]:
    await migrate(house.dsn)
    house.start("web")
    house.start("worker")
    rows = Database(house.dsn, wiring=WIRING)
    people = [await person(rows.session(), f"writer{number}") for number in range(WRITERS)]
    wanted, kills = (400, 3) if quick else (20_000, 100)
    done: list[Deed] = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.port}", timeout=30) as client:
        await until(lambda: _is_up(client))
        note_id = await _first_note(client, people[0])
        struck = asyncio.create_task(_strike(house, client, done, wanted, kills))
        share = wanted // WRITERS
        await asyncio.gather(*(_all(client, one, note_id, share, done) for one in people))
        await struck
        duplicates, missing = await _counted(rows, done)
        # Planted: without a key, three are three; and a note that is gone is missed.
        unkeyed = Deed(f"{API}/notes", "", _NOTES, "without a key", json={"title": "without a key"})
        await asyncio.gather(*(_send(client, people[0], unkeyed) for _ in range(3)))
        gone = next(deed.word for deed in done if deed.count == _NOTES)
        await rows.session().run("DELETE FROM note WHERE title = $1", gone)
        planted = await _counted(rows, [*done, unkeyed])
    await rows.close()
    found = (planted[0] > duplicates) + (planted[1] > missing)
    return {
        "deeds": len(done), "sent": 3 * len(done), "kills": kills, "duplicates": duplicates, "missing": missing,
        "planted": 2, "planted_found": found,
    }  # fmt: skip


async def _is_up(client: httpx.AsyncClient) -> bool:
    return (await client.get("/readyz")).status_code == 200


async def _first_note(client: httpx.AsyncClient, author: Person) -> int:
    published = await client.post(f"{API}/notes", json={"title": "The first"}, headers=author.bearer)
    note_id = int(published.json()["id"])

    async def public() -> bool:
        return (await client.get(f"{API}/notes/{note_id}")).status_code == 200

    await until(public)
    return note_id


async def _strike(house: House, client: httpx.AsyncClient, done: list[Deed], wanted: int, kills: int) -> None:
    chance = random.Random(5)
    for at in range(kills):

        async def due(target: int = wanted * (at + 1) // (kills + 1)) -> bool:
            return len(done) >= target

        await until(due, 3600)
        await asyncio.to_thread(house.kill, chance.choice(["web", "worker", "database"]))
        await until(lambda: _is_up(client))


async def _all(client: httpx.AsyncClient, me: Person, note_id: int, share: int, done: list[Deed]) -> None:
    for number in range(share):
        deed = deeds(me, note_id, number)
        for _ in itertools.count():
            answers = await asyncio.gather(*(_send(client, me, deed) for _ in range(3)))
            if any(
                status in (200, 201, 303) or (status == 409 and "accounts" in deed.path) for status in answers
            ):
                break
            if any(400 <= status < 500 for status in answers):
                raise RuntimeError(f"{deed.path} was refused: {answers}")
            await asyncio.sleep(0.05)
        done.append(deed)


async def _send(client: httpx.AsyncClient, me: Person, deed: Deed) -> int:
    """The status; 0 when the server fell."""
    keyed = {"idempotency-key": deed.key} if deed.key else {}
    try:
        if deed.form is not None:
            form = {**deed.form, "form_key": deed.key}
            return (await client.post(deed.path, data=form, headers=me.cookie)).status_code
        headers = {**({} if "accounts" in deed.path else me.bearer), **keyed}
        sent = await client.post(deed.path, json=deed.json, content=deed.content, headers=headers)
    except httpx.TransportError:
        return 0
    return sent.status_code


async def _counted(rows: Database, done: list[Deed]) -> tuple[int, int]:
    """How many effects are there too often, and how many deeds have none."""
    duplicates = missing = 0
    for count in {deed.count for deed in done}:
        there = {row[0]: row[1] for row in await rows.session().rows(count)}
        words = [deed.word for deed in done if deed.count == count]
        duplicates += sum(max(0, there.get(word, 0) - 1) for word in words)
        missing += sum(word not in there for word in words)
    return duplicates, missing
