"""Records of places: towns of the gazetteer."""

from typing import Any

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record


class Town(Record, kw_only=True, frozen=True):
    """A stored town. `names`: by language, where it is known and another than `name`."""

    id: Id
    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    names: dict[str, Any]


class TownCard(Record, kw_only=True, frozen=True):
    """A town as a reader calls it. `country`: ISO 3166-1 alpha-2; population 0: not known."""

    id: Id
    name: str
    country: str
    latitude: float
    longitude: float
    population: int


class Offered(Record, kw_only=True, frozen=True):
    """A town that is offered while somebody types. `typed`: the name that begins so, where it is not the one shown."""

    town: TownCard
    typed: str | None = None
