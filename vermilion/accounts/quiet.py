"""Quiet hours: what happens meanwhile is kept in the inbox and told by no badge."""

from typing import Annotated

from msgspec import Meta

from vermilion.accounts.rules import signed_in
from vermilion.kernel.clock import find_zone
from vermilion.kernel.errors import Invalid
from vermilion.kernel.quiet import Quiet
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db

Minute = Annotated[int, Meta(ge=0, le=1439)]


class NewQuiet(Record, kw_only=True, frozen=True):
    """Quiet hours: minutes after midnight in a zone of the IANA database."""

    zone: Annotated[str, Meta(min_length=1, max_length=64)]
    begins: Minute
    ends: Minute


async def find_quiet(db: Db, viewer: Viewer) -> Quiet | None:
    """The viewer's quiet hours as they are set."""
    return await db.maybe(
        Quiet, "SELECT zone, begins, ends FROM quiet WHERE account_id = $1", signed_in(viewer)
    )


async def be_quiet(db: Db, viewer: Viewer, new: NewQuiet) -> None:
    """Set quiet hours; raises Invalid no_such_zone, quiet_empty."""
    me = signed_in(viewer)
    if (zone := find_zone(new.zone)) is None:
        raise Invalid("no_such_zone", field="zone")
    if new.begins == new.ends:
        raise Invalid("quiet_empty", field="ends")
    await db.run(
        """INSERT INTO quiet (account_id, zone, begins, ends) VALUES ($1, $2, $3, $4)
           ON CONFLICT (account_id) DO UPDATE SET zone = excluded.zone, begins = excluded.begins, ends = excluded.ends""",
        me,
        zone,
        new.begins,
        new.ends,
    )


async def be_told(db: Db, viewer: Viewer) -> None:
    """Have no quiet hours."""
    await db.run("DELETE FROM quiet WHERE account_id = $1", signed_in(viewer))
