"""Who leaves is hidden at once, can come back for fourteen days, and leaves nothing behind after that."""

from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from vermilion.accounts import actions as accounts
from vermilion.accounts import applications, closing, counting, entry, grants
from vermilion.accounts.applications import NewApplication
from vermilion.accounts.entry import GRACE, join
from vermilion.accounts.passwords import Passwords
from vermilion.accounts.schema import NewAccount
from vermilion.comments import counting as comment_counting
from vermilion.feed import watching
from vermilion.feed.schema import Watched, WatchedBatch
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Forbidden, Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes import leaving
from vermilion.notes.jobs import roll_up
from vermilion.search.jobs import count_words
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.webhooks import actions as webhooks
from vermilion.webhooks.schema import KINDS, EditWebhook
from vermilion.work.jobs import Job

SECRET = "three quiet lighthouses"
CANARY = "zilpzalp"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


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
    kept = (await me("POST", "/uploads", content=factories.picture(color="#00ff00"))).json()["id"]
    await me(
        "POST", "/me/drafts", json={"note": {"title": f"{CANARY} once more", "pictures": [{"id": kept}]}}
    )
    chain = (await me("POST", "/me/series", json={"title": f"A {CANARY} winter"})).json()["id"]
    await me("PUT", f"/notes/{own}/series", json={"series_id": chain})
    await me(
        "PUT",
        f"/notes/{own}",
        json={"title": f"{CANARY} in Lisbon, at last", "body": f"#{CANARY} {CANARY} 3 days"},
    )
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
    await keep(me, other, own, theirs)
    await meet(db, leaver, mei, Id.parse(own))
    await me("PATCH", "/me", json={"bio": f"I am {CANARY}", "interests": ["travel"]})
    for developer, person in ((leaver, mei.viewer), (mei.viewer, leaver)):
        new = NewApplication(name=CANARY, address="https://a.example", redirects=("https://a.example/",))
        if developer is not leaver:
            new = NewApplication(name="Tides", address="https://b.example", redirects=("https://b.example/",))
        application = (await applications.register(db, developer, new)).application
        code = await grants.allow(db, person, application, "https://a.example/", CHALLENGE, ["read"])
        await grants.exchange(db, application, code, "https://a.example/", VERIFIER)
    for person, address in ((leaver, f"https://{CANARY}.example/"), (mei.viewer, "https://b.example/")):
        hook = await webhooks.add_webhook(db, person, EditWebhook(address=address, kinds=KINDS))
        await webhooks.try_webhook(db, person, hook.webhook.id)
    await later()
    await roll_up(Job(db=db, blobs=blobs))
    await later()
    return own, theirs


Ask = Callable[..., Awaitable[httpx.Response]]


async def keep(me: Ask, other: Ask, own: str, theirs: str) -> None:
    """What each of the two keeps of the other: albums, what is hidden and filtered."""
    for ask, note in ((me, theirs), (other, own)):
        album = (
            await ask("POST", "/me/albums", json={"name": f"{CANARY if ask is me else 'tea'} album"})
        ).json()["id"]
        await ask("PUT", f"/me/albums/{album}/notes/{note}")
        await ask("PUT", f"/me/hidden/notes/{note}")
        await ask("DELETE", f"/me/hidden/notes/{note}")
    await other("PUT", f"/me/hidden/notes/{own}")
    await me("PUT", f"/me/hidden/topics/{CANARY}")
    await me("PUT", "/me/filters", json={"place": "reading", "word": f"{CANARY}s", "manner": "fold"})
    await me("PUT", "/me/quiet", json={"zone": "UTC", "begins": 0, "ends": 1})


async def meet(db: Db, leaver: Viewer, mei: Person, own: Id) -> None:
    """Blocks and mutes both ways, viewings of films, and news of a saved search of somebody else's."""
    bo, ada = await factories.person(db, "bo_stays"), await factories.person(db, "ada_stays")
    await accounts.block(db, leaver, bo.id)
    await accounts.block(db, ada.viewer, leaver.account_id)
    await accounts.mute(db, mei.viewer, leaver.account_id)
    await accounts.mute(db, leaver, mei.id)
    film = await factories.film(db, mei, "A film")
    for viewer, key in ((leaver, uuid4()), (bo.viewer, uuid4())):
        watch = Watched(note_id=film.id, key=key, seconds=10, share=0.5)
        await watching.report(db, viewer, WatchedBatch(watches=(watch,)))
    await watching.add_watches(Job(db=db, blobs=Blobs("memory:///")))
    late = Watched(note_id=film.id, key=uuid4(), seconds=1, share=0.1)
    await watching.report(db, leaver, WatchedBatch(watches=(late,)))
    await db.run(
        """INSERT INTO search_saved (account_id, id, name, question, is_followed, lang, langs, words, phrases, anchors, created_at)
           VALUES ($1, 1, 'Tea', 'tea', false, '', '{}', '', '{}', '{}', $2)""",
        mei.id,
        now(),
    )
    await db.run(
        """INSERT INTO search_news (account_id, search_id, note_id, author_id, found_at) VALUES ($1, 1, $2, $3, $4)""",
        mei.id,
        own,
        leaver.account_id,
        now(),
    )


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
    with pytest.raises(Unauthorized, match="not_your_password"):
        await closing.close(db, leaver, passwords, "something else")
    assert (await client.get(f"/n/{own}")).status_code == 200
    gone_at = await closing.close(db, leaver, passwords, SECRET)
    assert abs(gone_at - now() - GRACE) < timedelta(minutes=1)
    assert await db.value("SELECT count(*) FROM token WHERE application_id IS NOT NULL") == 0
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


async def counted(client: httpx.AsyncClient, note_id: str, handle: str) -> dict[str, object]:
    """The counts of a note, of what is said under it, and of a person, as everybody reads them."""
    note = (await client.get(f"/api/v1/notes/{note_id}")).json()
    thread = (await client.get(f"/api/v1/notes/{note_id}/comments")).json()["items"]
    profile = (await client.get(f"/api/v1/profiles/{handle}")).json()
    return {
        "note": (note["like_count"], note["save_count"], note["comment_count"]),
        "said": [(card["body"]["text"], card["like_count"], card["reply_count"]) for card in thread],
        "person": (profile["follower_count"], profile["following_count"]),
    }


Settled = Callable[[], Awaitable[None]]


@pytest.fixture
def settled(db: Db, blobs: Blobs, later: Later, monkeypatch: pytest.MonkeyPatch) -> Settled:
    """Runs what is due and adds the counts up; accounts are counted one row at a time."""
    for module in (counting, leaving, comment_counting):
        monkeypatch.setattr(module, "AT_ONCE_MOST", 1)

    async def settle() -> None:
        await later()
        while await roll_up(Job(db=db, blobs=blobs)):
            await later()

    return settle


async def test_an_account_that_is_closed_leaves_the_counts_of_others_until_it_is_taken_back(
    client: httpx.AsyncClient,
    db: Db,
    blobs: Blobs,
    passwords: Passwords,
    leaver: Viewer,
    mei: Person,
    later: Later,
    settled: Settled,
) -> None:
    _, theirs = await lived(client, db, blobs, leaver, mei, later)
    handle = str(mei.viewer.handle)
    before = await counted(client, theirs, handle)
    assert before == {
        "note": (1, 1, 4),
        "said": [("More tea", 1, 1), (f"{CANARY} was here", 0, 1)],
        "person": (1, 1),
    }
    told = await db.value("SELECT count(*) FROM notice_actor")
    without = {"note": (0, 0, 1), "said": [("More tea", 0, 0)], "person": (0, 0)}
    for _ in range(2):
        await closing.close(db, leaver, passwords, SECRET)
        await settled()
        assert await counted(client, theirs, handle) == without
        await closing.reopen(db, passwords, CANARY, SECRET)
        await settled()
        assert await counted(client, theirs, handle) == before
    assert await db.value("SELECT count(*) FROM notice_actor") == told  # nobody is told of a like again
    await closing.close(db, leaver, passwords, SECRET)
    await closing.reopen(db, passwords, CANARY, SECRET)
    await settled()  # the jobs of both find it open
    assert await counted(client, theirs, handle) == before
    await closing.close(db, leaver, passwords, SECRET)
    await settled()
    await db.run("UPDATE account SET closed_at = $2 WHERE id = $1", leaver.account_id, now() - 2 * GRACE)
    assert await closing.erase_closed(Job(db=db, blobs=blobs)) == 1
    await settled()
    assert await counted(client, theirs, handle) == without


async def test_what_is_done_before_the_counts_are_back_is_counted_once(
    client: httpx.AsyncClient,
    db: Db,
    blobs: Blobs,
    passwords: Passwords,
    leaver: Viewer,
    mei: Person,
    later: Later,
    settled: Settled,
) -> None:
    _, theirs = await lived(client, db, blobs, leaver, mei, later)
    thread = (await client.get(f"/api/v1/notes/{theirs}/comments")).json()["items"]
    above, said = thread[0]["id"], thread[1]["id"]
    await closing.close(db, leaver, passwords, SECRET)
    await settled()
    other = await as_api(client, db, mei.id)
    await other(
        "DELETE", f"/notes/{theirs}/comments/{thread[0]['replies'][0]['id']}"
    )  # their note, a hidden comment
    await closing.reopen(db, passwords, CANARY, SECRET)
    me = await as_api(client, db, leaver.account_id)
    for path in (f"/notes/{theirs}/like", f"/notes/{theirs}/save", f"/notes/{theirs}/comments/{above}/like",
                 f"/accounts/{mei.id}/follow"):  # fmt: skip
        await me("DELETE", path)
    await other("POST", f"/notes/{theirs}/comments", json={"body": "Back!", "reply_to": said})
    await other("DELETE", f"/accounts/{leaver.account_id}/follow")
    await settled()
    assert await counted(client, theirs, str(mei.viewer.handle)) == {
        "note": (0, 0, 4),
        "said": [("More tea", 0, 0), (f"{CANARY} was here", 0, 2)],
        "person": (0, 0),
    }
    profile = (await client.get(f"/api/v1/profiles/{CANARY}")).json()
    assert (profile["follower_count"], profile["following_count"]) == (0, 0)


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
    assert await db.rows("SELECT watches FROM watch_count WHERE watches <> 2") == []
    assert await db.value("SELECT count(*) FROM watch_count") == 1
    assert await db.value("SELECT note_count FROM album WHERE account_id = $1", mei.id) == 0
    notices = await db.rows("SELECT id, actor_count FROM notice WHERE actor_count < 1")
    assert notices == []
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


async def test_what_was_pending_when_an_account_closed_is_there_when_it_is_taken_back(
    client: httpx.AsyncClient, db: Db, passwords: Passwords, leaver: Viewer, mei: Person, later: Later
) -> None:
    me, other = await as_api(client, db, leaver.account_id), await as_api(client, db, mei.id)
    await other("PUT", f"/accounts/{leaver.account_id}/follow")
    theirs = (await other("POST", "/notes", json={"title": "Tea", "body": "Quiet"})).json()["id"]
    await later()
    own = (await me("POST", "/notes", json={"title": f"{CANARY} for @mei", "body": "soon"})).json()["id"]
    await me("POST", f"/notes/{theirs}/comments", json={"body": f"{CANARY} was here"})
    await closing.close(db, leaver, passwords, SECRET)
    await later()  # the jobs of both find a closed account
    assert (await client.get(f"/n/{own}")).status_code == 404
    shown = await other("GET", "/notices")
    assert CANARY not in shown.text
    await closing.reopen(db, passwords, CANARY, SECRET)
    await later()
    assert f"{CANARY} for" in (await client.get(f"/n/{own}")).text
    following = (await other("GET", "/feeds/following")).json()["items"]
    assert [card["id"] for card in following] == [own]
    kinds = {notice["kind"] for notice in (await other("GET", "/notices")).json()["items"]}
    assert kinds >= {"mentioned", "commented"}


async def test_a_password_that_is_not_ones_own_is_told_as_that(
    client: httpx.AsyncClient, db: Db, passwords: Passwords, leaver: Viewer
) -> None:
    session = await entry.sign_in(db, passwords, CANARY, SECRET)
    headers = {"cookie": f"__Host-session={session.secret}", "sec-fetch-site": "same-origin"}
    for path, form in (
        ("closing", {"password": "x" * 9}),
        ("password", {"old": "x" * 9, "new": "four loud lighthouses"}),
    ):
        answer = await client.post(f"/settings/{path}", data=form, headers=headers)
        assert answer.status_code == 401
        assert "Esta não é a sua senha." in answer.text
    assert await db.value("SELECT state FROM account WHERE id = $1", leaver.account_id) == "active"


async def test_the_door_and_the_settings_say_how_long_there_is(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, ines: Person
) -> None:
    monkeypatch.setattr(entry, "GRACE", timedelta(days=9))
    assert "For 9 days you can take it back" in (await client.get("/sign-in?closed=1")).text
    assert "For 9 days you can take it all back" in (await client.get("/settings", headers=ines.cookie)).text
