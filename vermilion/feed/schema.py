"""Records of feeds."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import Count

LONGEST = 4 * 3600.0
"""Seconds of one viewing that are believed."""

Surface = Literal[
    "explore", "following", "topic", "profile", "saved", "search", "notices", "link", "watch", "place"
]


class Candidate(Record, kw_only=True, frozen=True):
    """A note offered to a list: who offers it and the terms its rank is the sum of."""

    note_id: Id
    author_id: Id
    source: str
    terms: dict[str, float]

    @property
    def score(self) -> float:
        return sum(self.terms.values())


class Seen(Record, kw_only=True, frozen=True):
    """A card that was on screen, or a note that was opened."""

    kind: Literal["impression", "opening"]
    note_id: Id
    surface: Surface
    source: Annotated[str, Meta(max_length=40)] = ""
    position: Annotated[int, Meta(ge=0, le=100_000)] = 0


class SeenBatch(Record, kw_only=True, frozen=True):
    """What a browser or client reports at once."""

    events: Annotated[tuple[Seen, ...], Meta(max_length=200)]


class Watched(Record, kw_only=True, frozen=True):
    """How far one viewing of a film has come. `key` is the player's own and the same until it ends."""

    note_id: Id
    key: UUID
    seconds: Annotated[float, Meta(ge=0, le=LONGEST, description="played so far")]
    share: Annotated[float, Meta(ge=0, le=1, description="of the film, seen so far")]


class WatchedBatch(Record, kw_only=True, frozen=True):
    """What a player reports every few seconds, or when it is left; sent again it counts once."""

    watches: Annotated[tuple[Watched, ...], Meta(max_length=20)]


class WatchFigures(Record, kw_only=True, frozen=True):
    """What the author of a film learns of its watches: how many, and by how much of it each saw on average."""

    watches: Count
    mean_share: float
    seconds: float
