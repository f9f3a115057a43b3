"""Hours in which somebody is not to be disturbed, in their own time zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from vermilion.kernel.record import Record


class Quiet(Record, kw_only=True, frozen=True):
    """Quiet hours: `begins` and `ends` are minutes after midnight in `zone`; they may go over midnight."""

    zone: str
    begins: int
    ends: int


def quiet_until(quiet: Quiet | None, moment: datetime) -> datetime | None:
    """When it ends, if it is quiet at a moment, in the zone of who is quiet; None: it is not.

    A time that a clock leaves out or shows twice is the one the zone's rules give first: where 2:30 does not exist, it is 3:30.
    """
    if quiet is None:
        return None
    zone = ZoneInfo(quiet.zone)
    today = moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for day in (today - timedelta(days=1), today):
        begin = _at(day, quiet.begins, zone)
        end = _at(day + timedelta(days=quiet.ends <= quiet.begins), quiet.ends, zone)
        if begin <= moment < end:
            return end.astimezone(zone)
    return None


def _at(day: datetime, minutes: int, zone: ZoneInfo) -> datetime:
    local = (day + timedelta(minutes=minutes)).replace(tzinfo=zone)
    return local.astimezone(ZoneInfo("UTC"))
