"""Records of what stood in notes and comments before."""

from datetime import datetime

from vermilion.kernel.changes import Change
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import Audience, Lang


class OldPicture(Record, kw_only=True, frozen=True):
    """A picture of a note and its description."""

    id: Id
    alt: str


class Edition(Record, kw_only=True, frozen=True):
    """How a note, or a comment under it, stood until it was edited."""

    note_id: Id
    subject_id: Id
    id: Id
    audience: Audience
    """Who could see it then."""
    title: str
    body: str
    lang: Lang
    tags: tuple[str, ...]
    place_name: str | None
    pictures: tuple[OldPicture, ...]
    stood_until: datetime


class EditionCard(Record, kw_only=True, frozen=True):
    """One version of a note or comment, and in what it differs from the one before; the first differs in nothing."""

    title: str
    body: str
    lang: Lang
    tags: tuple[str, ...]
    place_name: str | None
    pictures: tuple[OldPicture, ...]
    since: datetime
    until: datetime | None
    """None: it stands now."""
    is_first: bool
    title_changes: tuple[Change, ...]
    body_changes: tuple[Change, ...]
    pictures_in: tuple[OldPicture, ...]
    pictures_out: tuple[OldPicture, ...]
    are_reordered: bool
    """The same pictures stand in another order."""
    are_described: bool
    """Descriptions of pictures that stand in both are other ones."""
    place_before: str | None
    """The place of the version before, where it was another one; empty: there was none."""
