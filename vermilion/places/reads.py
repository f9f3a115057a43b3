"""Towns: found by any of their names while somebody types, by what somebody wrote, and by their number."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record, columns
from vermilion.kernel.viewer import Viewer
from vermilion.places.countries import countries_called
from vermilion.places.names import key_of
from vermilion.places.schema import Offered, Town, TownCard
from vermilion.storage.db import Db

MOST_OFFERED = 8
MOST_LOOKED_AT = 60
BOX = 2.0
"""Degrees around where somebody is within which smaller towns are looked at too."""
LAST = "\U0010ffff"
LEAST_SHARE = 3
"""Of towns of one name the largest is meant, when it is so many times as large as the next."""
NEAR_KM = 80.0
_PARTS = re.compile(r"\s*[·,，、/|()（）;:–—-]\s*")
_FINER = re.compile(r"\s*[·/|(（]\s*")
_COMMA = re.compile(r"\s*[,，、]\s*")

TOWN = """(SELECT jsonb_build_object('id', t.id, 'name', t.name, 'country', t.country, 'latitude', t.latitude,
        'longitude', t.longitude, 'population', t.population, 'names', t.names) FROM town t WHERE t.id = n.place_id)"""
"""The town of rows `n` of note, as jsonb."""


class Near(Record, kw_only=True, frozen=True):
    """Where somebody is, in degrees."""

    latitude: float
    longitude: float


class Said(Record, kw_only=True, frozen=True):
    """A place as it was written with a note."""

    text: str
    latitude: float | None = None
    longitude: float | None = None


class _Called(Record, kw_only=True, frozen=True):
    key: str
    id: Id
    country: str
    latitude: float
    longitude: float
    population: int


def to_card(town: Town, lang: str) -> TownCard:
    """A town as readers of a language call it."""
    name = town.names.get(lang) or town.names.get(lang.partition("-")[0]) or town.name
    return TownCard(
        id=town.id,
        name=name,
        country=town.country,
        latitude=town.latitude,
        longitude=town.longitude,
        population=town.population,
    )


def card_of(row: Mapping[str, Any] | None, viewer: Viewer) -> TownCard | None:
    """The card of what TOWN gives."""
    return to_card(Town(**{**row, "id": Id(row["id"])}), viewer.reads[0]) if row else None


async def get_town(db: Db, viewer: Viewer, town_id: Id) -> TownCard:
    """A town by its number; raises NotFound("place_gone")."""
    town = await db.maybe(Town, f"SELECT {columns(Town)} FROM town WHERE id = $1", town_id)
    if town is None:
        raise NotFound("place_gone")
    return to_card(town, viewer.reads[0])


async def towns_of(db: Db, viewer: Viewer, town_ids: Sequence[int]) -> dict[Id, TownCard]:
    """These towns by their numbers."""
    found = await db.all(Town, f"SELECT {columns(Town)} FROM town WHERE id = ANY($1)", list(town_ids))
    return {town.id: to_card(town, viewer.reads[0]) for town in found}


_LARGEST = f"""(SELECT town_id FROM town_name WHERE key >= $1 AND key < $2
    GROUP BY town_id ORDER BY bool_or(key = $1) DESC, max(weight) DESC LIMIT {MOST_LOOKED_AT})"""
_CLOSEST = f"""(SELECT t.id FROM town t WHERE t.latitude BETWEEN $3 - {BOX} AND $3 + {BOX}
    AND t.longitude BETWEEN $4 - {BOX} AND $4 + {BOX}
    AND EXISTS (SELECT FROM town_name k WHERE k.town_id = t.id AND k.key >= $1 AND k.key < $2) LIMIT {MOST_LOOKED_AT})"""


class _Row(Town, kw_only=True, frozen=True):
    key: str
    weight: int


async def offer_towns(
    db: Db, viewer: Viewer, typed: str, near: Near | None = None, *, most: int = MOST_OFFERED
) -> list[Offered]:
    """Towns one of whose names begins so: those called just so, the larger, the nearer first; one statement.

    Who does not say where they are is taken to be in their region.
    """
    begun = key_of(typed[:100])
    if not begun:
        return []
    ids, where = (
        (_LARGEST, ()) if near is None else (f"{_LARGEST} UNION {_CLOSEST}", (near.latitude, near.longitude))
    )
    rows = await db.all(
        _Row,
        f"""SELECT {columns(Town, "t")}, min(k.key) AS key, max(k.weight) AS weight
            FROM town t JOIN town_name k ON k.town_id = t.id AND k.key >= $1 AND k.key < $2
            WHERE t.id IN ({ids}) GROUP BY t.id""",
        begun,
        begun + LAST,
        *where,
    )
    ranked = sorted(rows, key=lambda row: (-_worth(row, begun, viewer, near), row.id))[:most]
    return [_offered(row, begun, viewer) for row in ranked]


def _worth(row: _Row, begun: str, viewer: Viewer, near: Near | None) -> float:
    """Ten times as many people weigh as one more; to be called just so, or so by the reader, and to be near, count as some of that."""
    worth = math.log10(1 + row.weight) + (1.5 if row.key == begun else 0.0)
    worth += 0.7 if key_of(to_card(row, viewer.reads[0]).name).startswith(begun) else 0.0
    if near is not None:
        return worth + 3.0 / (
            1.0 + km_between(near.latitude, near.longitude, row.latitude, row.longitude) / 50
        )
    return worth + (0.7 if row.country == viewer.region else 0.0)


def _offered(row: _Row, begun: str, viewer: Viewer) -> Offered:
    card = to_card(row, viewer.reads[0])
    if key_of(card.name).startswith(begun):
        return Offered(town=card)
    names = [name for name in (row.name, *row.names.values()) if key_of(name).startswith(begun)]
    return Offered(town=card, typed=names[0] if names else None)


async def match(db: Db, said: Sequence[Said]) -> list[Id | None]:
    """Which towns are meant by places as they were written, None where that is not certain; one statement.

    "Lisboa", "京都 · 西陣" and "Paris, France" say it by themselves; of several towns of one name the notes' degrees
    decide, or the largest is meant where it is by far the largest. While the gazetteer is being read, nothing is certain.
    """
    wanted = {key for one in said for part in parts_of(one.text) if (key := key_of(part))}
    if not wanted:
        return [None] * len(said)
    rows = await db.all(
        _Called,
        """SELECT k.key, t.id, t.country, t.latitude, t.longitude, t.population FROM town_name k
           JOIN town t ON t.id = k.town_id JOIN gazetteer g ON g.bucket = 0 AND g.is_loaded WHERE k.key = ANY($1)""",
        list(wanted),
    )
    called: dict[str, list[_Called]] = {}
    for row in rows:
        called.setdefault(row.key, []).append(row)
    return [_meant(one, called) for one in said]


async def find_named(db: Db, viewer: Viewer, text: str) -> TownCard | None:
    """The town that is meant by a written place; two statements."""
    found = (await match(db, [Said(text=text)]))[0]
    return None if found is None else await get_town(db, viewer, found)


def parts_of(text: str) -> list[str]:
    """A written place whole, and each of its parts."""
    return list(dict.fromkeys([text.strip(), *(part for part in _PARTS.split(text.strip()) if part)]))[:8]


def _meant(one: Said, called: Mapping[str, Sequence[_Called]]) -> Id | None:
    parts = parts_of(one.text)
    if one.latitude is not None and one.longitude is not None:
        for part in parts:
            ways = [
                (km_between(one.latitude, one.longitude, town.latitude, town.longitude), town.id)
                for town in called.get(key_of(part), ())
            ]
            if ways and min(ways)[0] <= NEAR_KM:
                return min(ways)[1]
        return None
    named = _COMMA.split(one.text.strip())
    if len(named) > 1:
        lands = countries_called(named[-1])
        towns = [town for town in called.get(key_of(named[0]), ()) if town.country in lands]
        return _largest(towns)
    # Degrees tell which part of it is the town; without them it is the whole, or what stands before something finer.
    for part in (one.text, _FINER.split(one.text.strip())[0]):
        if len(key_of(part)) > 1 and (largest := _largest(called.get(key_of(part), ()))):
            return largest
    return None


def _largest(towns: Sequence[_Called]) -> Id | None:
    ordered = sorted(towns, key=lambda town: -town.population)
    if not ordered or (len(ordered) > 1 and ordered[0].population < LEAST_SHARE * ordered[1].population):
        return None
    return ordered[0].id


def km_between(latitude: float, longitude: float, other: float, across: float) -> float:
    """The way over the ground, after the haversine formula."""
    one, two = math.radians(latitude), math.radians(other)
    turned = math.radians(across - longitude)
    part = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin(turned / 2) ** 2
    return 2 * 6_371.0 * math.asin(min(1.0, math.sqrt(part)))
