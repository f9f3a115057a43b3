"""Who looks after the room: `vermilion role`, at the machine itself and nowhere else."""

from collections.abc import Callable

from vermilion.accounts.handles import skeleton
from vermilion.settings import Settings
from vermilion.storage.db import Database, Db

Say = Callable[[str], None]

ROLES = ("person", "moderator", "operator")


async def grant(db: Db, handle: str, role: str) -> bool:
    """Give somebody at home here a role; False where nobody has that handle."""
    account_id = await db.value("SELECT account_id FROM handle WHERE skeleton = $1", skeleton(handle))
    return bool(
        await db.run("UPDATE account SET role = $2 WHERE id = $1 AND state = 'active'", account_id, role)
    )


async def tend(settings: Settings, say: Say, handle: str | None, role: str | None) -> int:
    """The command: give a role, or say who has one; gives 1 where there is nobody of that name."""
    database = Database(settings.database_url or "", max_size=1)
    db = database.session()
    try:
        if handle is not None and role is not None:
            if not await grant(db, handle.removeprefix("@"), role):
                say(f"there is nobody called {handle} here")
                return 1
            say(f"{handle} is {role} now")
            return 0
        rows = await db.rows("SELECT handle, role FROM account WHERE role <> 'person' ORDER BY role, handle")
        for row in rows:
            say(f"{row[1]:<10} {row[0]}")
        if not rows:
            say("nobody has a role yet: `vermilion role HANDLE operator` gives one")
        return 0
    finally:
        await database.close()
