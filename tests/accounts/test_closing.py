"""Who leaves is hidden at once, can come back for fourteen days, and leaves nothing behind after that."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from vermilion.accounts import closing, entry
from vermilion.accounts.entry import GRACE, join
from vermilion.accounts.passwords import Passwords
from vermilion.accounts.schema import NewAccount
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Forbidden, Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.jobs import roll_up
from vermilion.search.jobs import count_words
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

SECRET = "three quiet lighthouses"
CANARY = "zilpzalp"


@pytest.fixture
async def leaver(db: Db, passwords: Passwords) -> Viewer:
    new = NewAccount(handle=CANARY, display_name=CANARY, password=SECRET, reads=("pt", "en"))
    return (await join(db, passwords, new)).viewer


async def as_api(
    client: httpx.AsyncClient, db: Db, account_id: Id
) -> Callable[..., Awaitable[httpx.Response]]:
    """Requests to the API by somebody."""
    token = await factories.token(db, account_id)

    async def ask(method: str, path: str, **options: object) -> httpx.Response:
        answer = await client.request(
            method,
            f"/api/v1{path}",
            headers={"authorization": f"Bearer {token}"},
            **options,  # type: ignore[arg-type]
        )
        assert answer.status_code < 300, (method, path, answer.text)
        return answer

    return ask


async def left_behind(db: Db, account_id: Id) -> list[str]:
    """The tables in which something of an account still stands: its number, or the word it strew about."""
    tables = await db.rows("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
    found = []
    for (table,) in tables:
        count = await db.value(
            f"SELECT count(*) FROM {table} t WHERE t::text ILIKE $1 OR t::text ILIKE $2 OR t::text ~ $3",
            f"%{CANARY}%",
            f"%{CANARY.encode().hex()}%",
            rf"\m{int(account_id)}\M",
        )
        found += [table] * bool(count)
    return found


async def lived(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, leaver: Viewer, mei: Person, later: Later
) -> tuple[str, str]:
    """A life here: notes, comments, likes, follows, words; gives a note of theirs and one of somebody else's."""
    me, other = await as_api(client, db, leaver.account_id), await as_api(client, db, mei.id)
    picture = (await me("POST", "/uploads", content=factories.picture())).json()["id"]
    await me("POST", "/uploads", content=factories.picture(color="#ff0000"))
    own = (
        await me("POST", "/notes", json={"title": f"{CANARY} in Lisbon", "body": f"#{CANARY} {CANARY} 3 days",
                 "pictures": [{"id": picture, "alt": f"a {CANARY}"}]})
    ).json()["id"]  # fmt: skip
    theirs = (
        await other("POST", "/notes", json={"title": "Tea", "body": "A quiet place", "pictures": []})
    ).json()["id"]
    await later()
    said = (await me("POST", f"/notes/{theirs}/comments", json={"body": f"{CANARY} was here"})).json()["id"]
    await other("POST", f"/notes/{theirs}/comments", json={"body": "Thank you!", "reply_to": said})
    above = (await other("POST", f"/notes/{theirs}/comments", json={"body": "More tea"})).json()["id"]
    await me("POST", f"/notes/{theirs}/comments", json={"body": f"{CANARY} again", "reply_to": above})
    await other("POST", f"/notes/{own}/comments", json={"body": "Lovely"})
    for path in (f"/notes/{theirs}/like", f"/notes/{theirs}/save", f"/notes/{theirs}/comments/{above}/like",
                 f"/accounts/{mei.id}/follow"):  # fmt: skip
        await me("PUT", path)
    for path in (f"/notes/{own}/like", f"/notes/{own}/save", f"/accounts/{leaver.account_id}/follow"):
        await other("PUT", path)
    await me("PATCH", "/me", json={"bio": f"I am {CANARY}", "interests": ["travel"]})
    await later()
    await roll_up(Job(db=db, blobs=blobs))
    await later()
    return own, theirs


async def test_an_account_that_is_closed_is_hidden_at_once_and_can_be_taken_back(
    client: httpx.AsyncClient,
    db: Db,
    blobs: Blobs,
    passwords: Passwords,
    leaver: Viewer,
    mei: Person,
    later: Later,
) -> None:
    own, theirs = await lived(client, db, blobs, leaver, mei, later)
    with pytest.raises(Unauthorized, match="wrong_password"):
        await closing.close(db, leaver, passwords, "something else")
    assert (await client.get(f"/n/{own}")).status_code == 200
    gone_at = await closing.close(db, leaver, passwords, SECRET)
    assert abs(gone_at - now() - GRACE) < timedelta(minutes=1)
    for path in (f"/n/{own}", f"/@{CANARY}", f"/api/v1/notes/{own}", f"/api/v1/profiles/{CANARY}"):
        assert (await client.get(path)).status_code == 404, path
    for path in (
        "/",
        f"/search?q={CANARY}",
        f"/api/v1/search?q={CANARY}",
        f"/n/{theirs}",
        f"/api/v1/search/suggest?q={CANARY[:4]}",
    ):
        shown = (await client.get(path)).text.replace(f"q={CANARY}", "").replace(f'value="{CANARY}"', "")
        assert f"{CANARY} in Lisbon" not in shown, path
        assert f"{CANARY} was here" not in shown, path
    with pytest.raises(Forbidden, match="account_closed"):
        await entry.sign_in(db, passwords, CANARY, SECRET)
    assert (await closing.reopen(db, passwords, CANARY, SECRET)).viewer.account_id == leaver.account_id
    assert f"{CANARY} in Lisbon" in (await client.get(f"/n/{own}")).text
    assert f"{CANARY} was here" in (await client.get(f"/n/{theirs}")).text


async def test_after_fourteen_days_nothing_of_an_account_is_left(
    client: httpx.AsyncClient,
    db: Db,
    blobs: Blobs,
    passwords: Passwords,
    leaver: Viewer,
    mei: Person,
    later: Later,
) -> None:
    _, theirs = await lived(client, db, blobs, leaver, mei, later)
    await closing.close(db, leaver, passwords, SECRET)
    job = Job(db=db, blobs=blobs)
    assert await closing.erase_closed(job) == 0
    assert "note" in await left_behind(db, leaver.account_id)
    await db.run(
        "UPDATE account SET closed_at = $2 WHERE id = $1",
        leaver.account_id,
        now() - GRACE - timedelta(minutes=1),
    )
    assert await closing.erase_closed(job) == 1
    await later()
    await roll_up(job)
    await later()
    while await count_words(job):
        pass
    assert await left_behind(db, leaver.account_id) == []
    note = (await client.get(f"/api/v1/notes/{theirs}")).json()
    assert (note["like_count"], note["save_count"], note["comment_count"]) == (0, 0, 1)
    profile = (await client.get(f"/api/v1/profiles/{mei.viewer.handle}")).json()
    assert (profile["follower_count"], profile["following_count"]) == (0, 0)
    with pytest.raises(Unauthorized, match="wrong_password"):
        await entry.sign_in(db, passwords, CANARY, SECRET)


async def test_the_door_says_that_an_account_is_closed_and_takes_it_back(
    client: httpx.AsyncClient, db: Db, passwords: Passwords, leaver: Viewer
) -> None:
    await closing.close(db, leaver, passwords, SECRET)
    form = {"handle": CANARY, "password": SECRET}
    headers = {"sec-fetch-site": "same-origin"}
    refused = await client.post("/sign-in", data=form, headers=headers)
    assert refused.status_code == 403
    assert 'name="reopen"' in refused.text
    wrong = await client.post(
        "/sign-in", data=form | {"password": "something else", "reopen": "1"}, headers=headers
    )
    assert wrong.status_code == 401
    taken = await client.post("/sign-in", data=form | {"reopen": "1"}, headers=headers)
    assert taken.status_code == 303
    assert await db.value("SELECT state FROM account WHERE id = $1", leaver.account_id) == "active"
