"""Whether anybody sees what is not for them: twelve viewers, every surface, every state, and faults planted to be found."""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bench.harness import database
from bench.leak_faults import FAULTS, Fault, planted
from bench.leak_probe import API, ORIGIN, Finding, Look, looks, search
from bench.leak_world import World, build, prepare
from bench.report import report
from vermilion.accounts import actions as people
from vermilion.app import build_state, create_app
from vermilion.moderation.actions import label
from vermilion.notes import actions as notes
from vermilion.notes.schema import EditNote
from vermilion.settings import Settings
from vermilion.storage.db import Db
from vermilion.storage.migrate import migrate
from vermilion.web.context import State

GOALS = {
    "leaks": "= 0",
    "missing": "= 0",
    "errors": "= 0",
    "effective_s": "<= 1",
    "planted_found": "= planted >= 40",
}
SHORT = (
    "as JSON",
    "picture",
    "film's playlist",
    "captions",
    "upload",
    "source",
    "DELETE save",
    "profile",
    "history",
    "series",
    "thread, newest",
    "empty search",
    "feed of",
    "sitemap",
    "frame of",
    "card of",
    "by meaning",
    "sent picture",
    "answers",
    f"{API}/",
)
"""What is looked at for a planted fault: each kind of surface once."""


def main(args: argparse.Namespace) -> int:
    """Look everywhere, time how soon a change counts, then plant each fault."""
    with tempfile.TemporaryDirectory(prefix="vml-") as name:
        place = Path(name)
        place.chmod(0o711)
        with database(place) as dsn:
            figures = asyncio.run(_measure(dsn, place, quick=args.quick))
    report("leaks", figures, {}, quick=args.quick, goals=GOALS)
    whole = figures["leaks"] == figures["missing"] == figures["errors"] == 0
    return 0 if whole and figures["planted_found"] == figures["planted"] else 1


async def _measure(dsn: str, place: Path, *, quick: bool) -> dict[str, float]:
    await migrate(dsn)
    settings = Settings(data=place, database_url=dsn, blobs="memory:///", origin=ORIGIN, models=place)
    state = build_state(settings)
    state.limits.scale = 0.0
    await state.database.open()
    world = await build(state.database.session(), state.blobs)
    await prepare(state)
    async with _client(state) as client:
        wanted = [look for look in looks(world) if not quick or is_short(look)]
        found = [finding async for finding in search(client, world, iter(wanted))]
        for finding in found[:20]:
            print(f"  {finding.kind}: {finding.viewer} at {finding.surface}: {finding.what}")
        seen = [fault for fault in FAULTS if await is_found(client, world, fault, quick=quick)]
        for fault in FAULTS:
            if fault not in seen:
                print(f"  planted and not found: {fault.name}")
        effective = await _effective(client, state, world)
    await state.database.close()
    return {
        "looks": len(wanted),
        **{
            name: _count(found, kind)
            for name, kind in (("leaks", "leak"), ("missing", "missing"), ("errors", "error"))
        },
        "effective_s": effective,
        "planted": len(FAULTS),
        "planted_found": len(seen),
    }


@asynccontextmanager
async def _client(state: State) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(state=state), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


def _count(found: list[Finding], kind: str) -> int:
    return sum(finding.kind == kind for finding in found)


def is_short(look: Look) -> bool:
    """Whether this look is one of those that stand for their kind."""
    return any(word in look.surface for word in SHORT) and not (
        look.surface == "picture" and look.path[-6] != "s"
    )


async def is_found(client: httpx.AsyncClient, world: World, fault: Fault, *, quick: bool = True) -> bool:
    """Whether the search finds a planted fault."""
    chosen = [look for look in looks(world) if is_short(look) or not quick]
    random.Random(fault.name).shuffle(chosen)
    with planted(fault):
        async for finding in search(client, world, iter(chosen)):
            if finding.kind == "leak":
                return True
    return False


async def _effective(client: httpx.AsyncClient, state: State, world: World) -> float:
    """The longest that something could still be seen by somebody after it had been taken away, in seconds."""
    db, slowest = state.database.session(), 0.0
    for change, viewer in _changes(db, state, world):
        person, path = world.people[viewer], f"{API}/notes/{world.notes['public'].id}"
        before = await client.get(path, headers=person.bearer)
        if before.status_code != 200:
            raise RuntimeError(f"{viewer} saw nothing to begin with")
        await change()
        started = time.perf_counter()
        while (await client.get(path, headers=person.bearer)).status_code == 200:
            if time.perf_counter() - started > 10:
                break
        slowest = max(slowest, time.perf_counter() - started)
    return slowest


def _changes(db: Db, state: State, world: World) -> list[tuple[Callable[[], Awaitable[object]], str]]:
    """Ways to take the public note away, and from whom; each leaves it to the next."""
    author, note_id = world.people["author"].viewer, world.notes["public"].id
    ids = {name: person.id for name, person in world.people.items()}

    def edit(audience: str) -> Callable[[], Awaitable[object]]:
        new = EditNote(title="For fewer", audience=audience)  # type: ignore[arg-type]
        return lambda: notes.edit(db, author, state.language, note_id, new)

    return [
        (lambda: people.block(db, author, ids["stranger"]), "stranger"),
        (lambda: people.block(db, world.people["requested"].viewer, ids["author"]), "requested"),
        (lambda: label(db, note_id, note_id, "withheld", region="DE", reason="test"), "abroad"),
        (edit("followers"), "moderator"),
        (edit("mutual"), "follower"),
        (lambda: people.unfollow(db, world.people["mutual"].viewer, ids["author"]), "mutual"),
    ]
