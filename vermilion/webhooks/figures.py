"""How deliveries to everybody's webhooks are doing, in numbers."""

from vermilion.kernel.clock import now
from vermilion.kernel.record import Record
from vermilion.kernel.types import Count
from vermilion.storage.db import Db


class Traffic(Record, kw_only=True, frozen=True):
    """Deliveries that wait (`oldest_s` since the oldest came about, 0 where none does) or were given up in the last week.

    Then webhooks: `active` ones, of those `failing` where the last delivery did not arrive, and those `switched_off` for that.
    """

    waiting: Count
    oldest_s: float
    given_up: Count
    active: Count
    failing: Count
    switched_off: Count


async def get_traffic(db: Db) -> Traffic:
    """As it is now."""
    return await db.one(
        Traffic,
        """SELECT d.*, w.* FROM
               (SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting,
                       coalesce(extract(epoch FROM $1 - min(created_at) FILTER (WHERE state = 'waiting')), 0)::float8 AS oldest_s,
                       count(*) FILTER (WHERE state = 'failed') AS given_up
                FROM webhook_delivery WHERE state <> 'arrived') d
               CROSS JOIN (SELECT count(*) FILTER (WHERE disabled_at IS NULL) AS active,
                       count(*) FILTER (WHERE disabled_at IS NULL AND failing_since IS NOT NULL) AS failing,
                       count(*) FILTER (WHERE disabled_at IS NOT NULL) AS switched_off FROM webhook) w""",
        now(),
    )
