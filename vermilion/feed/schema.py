"""Records of feeds."""

from typing import Annotated, Literal

from msgspec import Meta

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record

Surface = Literal["explore", "following", "topic", "profile", "saved", "search", "notices", "link"]


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
