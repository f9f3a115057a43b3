"""`vermilion translate --status`: how the translators are and what waits for them."""

from collections.abc import Callable

from vermilion.kernel.clock import now
from vermilion.settings import Settings
from vermilion.storage.db import Database
from vermilion.translation import queue
from vermilion.translation.state import SILENT

Say = Callable[[str], None]


async def tell_status(settings: Settings, say: Say) -> None:
    """Say how each translator process is, what waits by who waits for it, and what could not be translated."""
    database = Database(settings.database_url or "", max_size=1)
    db = database.session()
    try:
        rows = await db.rows(
            "SELECT name, state, progress, routes, why, seen_at FROM translator WHERE seen_at > $1 ORDER BY name",
            now() - SILENT,
        )
        for row in rows:
            held = await db.value("SELECT count(*) FROM translation_queue WHERE claimed_by = $1", row["name"])
            progress = f" {row['progress']:.0%}" if row["state"] == "pulling" else ""
            hosts = f", words go to {', '.join(row['routes'])}" if row["routes"] else ""
            say(f"{row['name']}: {row['state']}{progress}, {held} under way{hosts}")
            if row["why"]:
                say(f"  {row['why']}")
        if not rows:
            say("no translator runs")
        waiting = await queue.backlog(db)
        say(
            f"{waiting.waited} waited for at a page, {waiting.seen} for pages that were read, {waiting.ahead} ahead of "
            f"readers; the oldest since {waiting.oldest_s:.0f} s"
        )
        poor = await db.value("SELECT count(*) FROM rendering WHERE text = ''")
        say(f"{poor} could not be translated well")
    finally:
        await database.close()
