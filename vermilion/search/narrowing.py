"""Which notes a question is asked of, where it is not all: those one saved, has or has not opened, those near by."""

import math
from collections.abc import Collection, Iterable

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, visible
from vermilion.places.reads import find_named, km_between
from vermilion.search.query import Query
from vermilion.search.schema import Filters, Spot
from vermilion.search.suggesting import plain
from vermilion.storage.db import Db

MOST_SAVED = 5_000
MOST_NEAR = 5_000
"""Of one's saved notes and those near by that are looked through, the latest."""
MOST_PLACES = 40
A_DEGREE = 111.2
"""Kilometres of a degree of latitude."""


class Narrow(Record, kw_only=True, frozen=True):
    """`only` these notes (None: all of them), and `never` those; numbers of notes."""

    only: frozenset[int] | None = None
    never: frozenset[int] = frozenset()


EVERYWHERE = Narrow()


async def narrowed(db: Db, viewer: Viewer, query: Query, filters: Filters, opened: Collection[int]) -> Narrow:
    """What the filters leave; `opened` are the notes the viewer has opened, where they ask for that."""
    some: list[Iterable[int]] = []
    if filters.is_saved or query.is_saved:
        some.append(await _saved(db, viewer))
    if filters.near is not None:
        some.append(await _near(db, filters.near))
    if filters.seen == "yes":
        some.append(opened)
    only = frozenset.intersection(*map(frozenset, some)) if some else None
    return Narrow(only=only, never=frozenset(opened) if filters.seen == "no" else frozenset())


async def _saved(db: Db, viewer: Viewer) -> list[int]:
    if viewer.is_guest:
        return []
    rows = await db.rows(
        "SELECT note_id FROM save WHERE account_id = $1 ORDER BY created_at DESC LIMIT $2",
        viewer.account_id,
        MOST_SAVED,
    )
    return [row[0] for row in rows]


async def _near(db: Db, spot: Spot) -> list[int]:
    """Notes round about there, the latest; whoever may see them."""
    north = spot.km / A_DEGREE
    east = min(180.0, north / max(0.01, math.cos(math.radians(spot.latitude))))
    rows = await db.rows(
        """SELECT note_id, latitude, longitude FROM search_place
           WHERE latitude BETWEEN $1 AND $2 AND (longitude BETWEEN $3 AND $4 OR longitude BETWEEN $3 - 360 AND $4 - 360
               OR longitude BETWEEN $3 + 360 AND $4 + 360) ORDER BY note_id DESC LIMIT $5""",
        spot.latitude - north,
        spot.latitude + north,
        spot.longitude - east,
        spot.longitude + east,
        MOST_NEAR,
    )
    return [row[0] for row in rows if km_between(spot.latitude, spot.longitude, row[1], row[2]) <= spot.km]


def coarse(latitude: float, longitude: float) -> Spot | None:
    """A spot to about a kilometre; None where there is none on earth."""
    if not (
        math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    ):
        return None
    return Spot(latitude=round(latitude, 2), longitude=round(longitude, 2))


async def find_spot(db: Db, viewer: Viewer, name: str) -> Spot | None:
    """Where a place is: the middle one of those so called by notes the viewer may see, or where the gazetteer has it."""
    key = plain(name)
    rows = await db.rows(
        """SELECT subject_id, author_id FROM search_prefix WHERE kind = 'place' AND key = $1
           ORDER BY subject_id DESC LIMIT $2""",
        key,
        MOST_PLACES,
    )
    seen = await visible(db, viewer, [Offer(note_id=Id(row[0]), author_id=Id(row[1])) for row in rows])
    places = await db.rows(
        "SELECT latitude, longitude FROM search_place WHERE note_id = ANY($1) ORDER BY latitude, longitude",
        list(seen),
    )
    if not places:
        town = await find_named(db, viewer, name)
        return coarse(town.latitude, town.longitude) if town else None
    middle = places[len(places) // 2]
    return coarse(middle[0], middle[1])
