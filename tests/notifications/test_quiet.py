"""Quiet hours: kept and told by no badge, over midnight and where clocks change; many who did the same, gathered."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.factories import Person
from tests.statements import statements
from vermilion.accounts import reads
from vermilion.kernel.clock import now
from vermilion.kernel.ids import new_id
from vermilion.kernel.quiet import Quiet, quiet_until
from vermilion.notifications.actions import Tidings, tell
from vermilion.notifications.reads import notices
from vermilion.storage.db import Db

API = "/api/v1"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hours", "moment", "ends"),
    [
        ("UTC", (22, 7), "2026-03-01T23:00", "2026-03-02T07:00"),
        ("UTC", (22, 7), "2026-03-02T06:59", "2026-03-02T07:00"),
        ("UTC", (22, 7), "2026-03-02T07:00", None),
        ("UTC", (22, 7), "2026-03-01T21:59", None),
        ("UTC", (13, 14), "2026-03-01T13:30", "2026-03-01T14:00"),
        ("UTC", (13, 14), "2026-03-01T14:00", None),
        ("Asia/Shanghai", (22, 7), "2026-03-01T15:00", "2026-03-01T23:00"),
        # Clocks go forward at 2:00 in Berlin on 29 March 2026: the night is an hour shorter.
        ("Europe/Berlin", (22, 7), "2026-03-28T22:00", "2026-03-29T05:00"),
        # 2:30 does not exist there that night: it is 3:30.
        ("Europe/Berlin", (23, 2.5), "2026-03-29T01:10", "2026-03-29T01:30"),
        # Clocks go back at 3:00 on 25 October 2026: the night is an hour longer.
        ("Europe/Berlin", (22, 7), "2026-10-24T20:30", "2026-10-25T06:00"),
        ("Pacific/Apia", (22, 7), "2026-03-01T10:00", "2026-03-01T18:00"),
    ],
)
def test_it_is_quiet_until(zone: str, hours: tuple[float, float], moment: str, ends: str | None) -> None:
    quiet = Quiet(zone=zone, begins=int(hours[0] * 60), ends=int(hours[1] * 60))
    found = quiet_until(quiet, at(moment))
    assert (found and found.astimezone(UTC)) == (at(ends) if ends else None)


async def test_notices_are_kept_and_no_badge_tells_of_them_in_quiet_hours(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    async with db.transaction():
        await tell(db, [Tidings(account_id=ines.id, kind="followed", actor_id=mei.id)])

    async def told() -> tuple[int, bool, bool]:
        unread = (await client.get(f"{API}/notices/unread", headers=ines.bearer)).json()
        page = (await client.get("/inbox", headers=ines.cookie)).text
        assert "Mei" in page
        return unread["count"], unread["quiet_until"] is not None, 'class="badge"' in page

    assert await told() == (1, False, True)
    moment = now()
    minute = moment.hour * 60 + moment.minute
    hours = {"zone": "UTC", "begins": (minute - 60) % 1440, "ends": (minute + 60) % 1440}
    await client.put(f"{API}/me/quiet", json=hours, headers=ines.bearer)
    assert await told() == (0, True, False)
    hour, minute = divmod(int(hours["ends"]), 60)
    page = (await client.get("/inbox", headers=ines.cookie)).text.replace("\u202f", " ")
    assert f"It is quiet until {hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'}." in page
    await client.patch(f"{API}/me", json={"interface": "de"}, headers=ines.bearer)
    assert f"Ruhe bis {hour:02}:{minute:02}." in (await client.get("/inbox", headers=ines.cookie)).text
    await client.patch(f"{API}/me", json={"interface": ""}, headers=ines.bearer)
    await client.delete(f"{API}/me/quiet", headers=ines.bearer)
    assert await told() == (1, False, True)


async def test_quiet_hours_are_set_in_the_settings_and_refused_with_what_was_typed(
    client: httpx.AsyncClient, ines: Person
) -> None:
    form = {"quiet": "1", "begins": "22:30", "ends": "07:15", "zone": "Europe/Lisbon"}
    answer = await client.post("/settings/quiet", data=form, headers=ines.cookie)
    assert answer.headers["location"] == "/settings?saved=1#quiet"
    found = (await client.get(f"{API}/me/quiet", headers=ines.bearer)).json()
    assert found == {"zone": "Europe/Lisbon", "begins": 1350, "ends": 435}
    for wrong, said in (
        ({"zone": "Mars/Base"}, "There is no such time zone."),
        ({"ends": "25:00"}, "This is not a time of day"),
        ({"ends": "22:30"}, "Quiet hours end at another time"),
    ):
        refused = await client.post("/settings/quiet", data=form | wrong, headers=ines.cookie)
        assert refused.status_code == 400
        assert said in refused.text
        assert str(next(iter(wrong.values()))) in refused.text.replace("&#x2f;", "/")
    for typed, zone in (
        ("europe/lisbon", "Europe/Lisbon"),
        ("America/new york", "America/New_York"),
        (" utc", "UTC"),
    ):
        await client.post("/settings/quiet", data=form | {"zone": typed}, headers=ines.cookie)
        assert (await client.get(f"{API}/me/quiet", headers=ines.bearer)).json()["zone"] == zone
    await client.post("/settings/quiet", data={**form, "quiet": ""}, headers=ines.cookie)
    assert (await client.get(f"{API}/me/quiet", headers=ines.bearer)).json() is None


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/settings/quiet", {"quiet": "1", "begins": "22:30", "ends": "07:15"}),
        ("/learn/settings", {"new_a_day": "5", "day_start": "4"}),
        ("/publish/later", {"title": "Tea", "body": "Tea", "due_at": "2031-01-01T10:00"}),
    ],
)
async def test_time_zones_are_offered_and_one_that_is_none_stays_as_it_was_typed(
    client: httpx.AsyncClient, ines: Person, path: str, form: dict[str, str]
) -> None:
    refused = await client.post(path, data=form | {"zone": "Mars/Base"}, headers=ines.cookie)
    assert refused.status_code == 400
    assert "There is no such time zone." in refused.text
    field = next(line for line in refused.text.splitlines() if 'name="zone"' in line)
    assert 'value="Mars/Base"' in field.replace("&#x2f;", "/")
    assert 'list="zones"' in field
    assert '<option value="Europe/Lisbon">' in refused.text.split('<datalist id="zones">')[1]
    assert "data-zone" not in field  # no script puts its own in place of it


async def test_twenty_thousand_who_followed_are_one_notice_that_is_read_as_fast_as_one(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    count = 20_000
    first = int(new_id())
    for start in range(0, count, 10_000):
        async with db.transaction():
            await tell(
                db,
                [
                    Tidings(account_id=ines.id, kind="followed", actor_id=first + n)  # type: ignore[arg-type]  # made up
                    for n in range(start, start + 10_000)
                ],
            )
    async with db.transaction():
        await tell(db, [Tidings(account_id=ines.id, kind="followed", actor_id=mei.id)] * 2)
        await tell(db, [Tidings(account_id=ines.id, kind="followed", actor_id=mei.id)])
    await db.run("ANALYZE notice_actor")
    with statements(db, at_most=5) as sent:
        page = await notices(db, ines.viewer)
    assert [(card.kind, card.actor_count) for card in page.items] == [("followed", count + 1)]
    assert "and 20,000 others" in (await client.get("/inbox", headers=ines.cookie)).text.replace("<bdi>", "")
    plan = await db.rows(f"EXPLAIN {sent[0]}", ines.id, at("9999-01-01T00:00"), 2**63 - 1, 21, 3)
    text = "\n".join(row[0] for row in plan)
    assert "notice_actor_order" in text
    assert "Aggregate" not in text


async def test_a_list_of_many_followers_is_read_by_its_order(db: Db, mei: Person, ines: Person) -> None:
    await db.run(
        """INSERT INTO follow_in (account_id, follower_id, state, created_at)
           SELECT $1, $2::bigint + n, 'accepted', $3::timestamptz - n * interval '1 second' FROM generate_series(1, 20000) n""",
        ines.id, int(new_id()), now(),
    )  # fmt: skip
    await db.run("ANALYZE follow_in")
    with statements(db, at_most=3) as sent:
        first = await reads.followers(db, mei.viewer, ines.id)
    assert first.next is not None
    with statements(db, at_most=3):
        await reads.followers(db, mei.viewer, ines.id, first.next)
    listed = next(sql for sql in sent if "ORDER BY created_at DESC, follower_id DESC" in sql)
    plan = await db.rows(f"EXPLAIN {listed}", ines.id, at("9999-01-01T00:00"), 2**63 - 1, 21)
    text = "\n".join(row[0] for row in plan)
    assert "follow_in_order" in text
    assert "Sort" not in text
