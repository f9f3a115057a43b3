"""Comments under one's own note: held or hidden for a word, decided about one by one or many at once, and undone."""

from datetime import timedelta

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from tests.statements import statements
from vermilion.comments import tending
from vermilion.comments.reads import get_note_and_thread
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.notes.jobs import roll_up
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

API = "/api/v1"


async def thread(client: httpx.AsyncClient, note_id: Id, viewer: Person | None = None) -> list[str]:
    """What somebody sees said under a note, replies behind what they answer."""
    headers = viewer.bearer if viewer else {}
    items = (await client.get(f"{API}/notes/{note_id}/comments", headers=headers)).json()["items"]
    return [one["body"]["original"] for first in items for one in (first, *first["replies"])]


async def counted(client: httpx.AsyncClient, db: Db, blobs: Blobs, note_id: Id) -> int:
    """How many comments a note is said to have, once they are added up."""
    await roll_up(Job(db=db, blobs=blobs))
    return int((await client.get(f"{API}/notes/{note_id}")).json()["comment_count"])


async def tend(client: httpx.AsyncClient, owner: Person, note_id: Id, deed: str, *ids: Id) -> httpx.Response:
    sent = {"deed": deed, "ids": [str(comment_id) for comment_id in ids]}
    return await client.post(f"{API}/me/notes/{note_id}/comments/tend", json=sent, headers=owner.bearer)


@pytest.mark.parametrize(("manner", "which"), [("hold", "held"), ("hide", "hidden")])
async def test_a_comment_with_a_word_of_the_authors_waits_or_is_hidden_until_they_let_it_in(
    client: httpx.AsyncClient,
    db: Db,
    blobs: Blobs,
    mei: Person,
    ines: Person,
    later: Later,
    manner: str,
    which: str,
) -> None:
    word = {"place": "comments", "word": "Crypto", "manner": manner}
    await client.put(f"{API}/me/filters", json=word, headers=mei.bearer)
    note = await factories.note(db, mei, "A note")
    sent = {"body": "Buy CRYPTO now", "lang": "en"}
    said = (await client.post(f"{API}/notes/{note.id}/comments", json=sent, headers=ines.bearer)).json()
    await factories.comment(db, ines, note.id, "cryptography is fine", lang="en")
    own = await factories.comment(db, mei, note.id, "my own crypto", lang="en")
    await later()
    assert said["state"] == which
    bo = await factories.person(db, "bo_reads")
    others = ["my own crypto", "cryptography is fine"]
    assert await thread(client, note.id, bo) == others
    assert await thread(client, note.id) == others
    assert await thread(client, note.id, ines) == [*others, "Buy CRYPTO now"]
    assert await thread(client, note.id, mei) == others + ["Buy CRYPTO now"] * (which == "held")
    assert await counted(client, db, blobs, note.id) == 2
    refused = await client.post(
        f"{API}/notes/{note.id}/comments", json={"body": "me too", "reply_to": said["id"]}, headers=bo.bearer
    )
    assert refused.json()["code"] == "comment_gone"
    waiting = await client.get(f"{API}/me/notes/{note.id}/comments?which={which}", headers=mei.bearer)
    assert [one["id"] for one in waiting.json()["items"]] == [said["id"]]
    notices = (await client.get(f"{API}/notices", headers=mei.bearer)).json()["items"]
    assert [(one["kind"], one["actor_count"]) for one in notices] == [("commented", 1)]
    answer = await tend(client, mei, note.id, "allow", Id.parse(said["id"]), own.id)
    assert answer.json()["count"] == 1
    assert await thread(client, note.id, bo) == [*others, "Buy CRYPTO now"]
    assert await counted(client, db, blobs, note.id) == 3


async def test_a_held_comment_is_let_in_from_the_thread(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    await client.put(
        f"{API}/me/filters", json={"place": "comments", "word": "tea", "manner": "hold"}, headers=mei.bearer
    )
    note = await factories.note(db, mei, "A note")
    said = await factories.comment(db, ines, note.id, "tea?", lang="en")
    page = (await client.get(f"/n/{note.id}", headers=mei.cookie)).text
    assert 'value="allow"' in page
    assert 'value="allow"' not in (await client.get(f"/n/{note.id}", headers=ines.cookie)).text
    form = {"deed": "allow", "ids": str(said.id)}
    refused = await client.post(f"/n/{note.id}/comments/tend", data=form, headers=ines.cookie)
    assert refused.status_code == 403
    answer = await client.post(f"/n/{note.id}/comments/tend", data=form, headers=mei.cookie)
    assert answer.headers["location"] == f"/n/{note.id}#thread"
    assert await thread(client, note.id) == ["tea?"]


async def test_many_comments_are_hidden_removed_and_had_back_with_their_counts(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, mei: Person, ines: Person
) -> None:
    note = await factories.note(db, mei, "A note")
    one = await factories.comment(db, ines, note.id, "one")
    under = await factories.comment(db, ines, note.id, "under one", reply_to=one.id)
    two = await factories.comment(db, ines, note.id, "two")
    reply = await factories.comment(db, mei, note.id, "under two", reply_to=two.id)
    everything = await thread(client, note.id)
    for deed, ids, left, count in (
        ("hide", (one.id,), ["two", "under two"], 2),
        ("remove", (one.id, under.id), ["two", "under two"], 2),
        ("hide", (under.id, two.id, reply.id), ["one"], 1),
        ("remove", (reply.id, two.id, one.id, under.id), [], 0),
    ):
        done = (await tend(client, mei, note.id, deed, *ids)).json()
        assert await thread(client, note.id) == left, deed
        assert await counted(client, db, blobs, note.id) == count
        answer = await client.post(
            f"{API}/me/notes/{note.id}/comments/undo", json={"at": done["at"]}, headers=mei.bearer
        )
        assert answer.json()["count"] == done["count"]
        assert await thread(client, note.id) == everything
        assert await counted(client, db, blobs, note.id) == 4
    items = (await client.get(f"{API}/notes/{note.id}/comments")).json()["items"]
    assert [item["reply_count"] for item in items] == [1, 1]


async def test_what_was_done_to_many_is_undone_for_ten_minutes(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    note = await factories.note(db, mei, "A note")
    said = await factories.comment(db, ines, note.id, "one")
    done = await tending.tend(db, mei.viewer, note.id, "hide", [said.id])
    long_ago = done.at - timedelta(minutes=11)
    late = await client.post(
        f"{API}/me/notes/{note.id}/comments/undo", json={"at": long_ago.isoformat()}, headers=mei.bearer
    )
    assert late.json()["code"] == "undo_too_late"
    for person, code in ((ines, "not_your_note"), (mei, None)):
        answer = await tend(client, person, note.id, "allow", said.id)
        assert answer.json().get("code") == code


async def test_pins_are_taken_off_and_limits_told(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    note = await factories.note(db, mei, "A note")
    said = [await factories.comment(db, ines, note.id, str(n)) for n in range(3)]
    for one in said[:2]:
        await client.put(f"{API}/notes/{note.id}/comments/{one.id}/pin", headers=mei.bearer)
    answer = await tend(client, mei, note.id, "unpin", *(one.id for one in said))
    assert answer.json()["count"] == 2
    assert await db.value("SELECT count(*) FROM comment WHERE is_pinned") == 0
    none = await client.post(
        f"/n/{note.id}/comments/tend", data={"deed": "hide", "which": "all"}, headers=mei.cookie
    )
    assert none.status_code == 400
    many = {"deed": "hide", "which": "all", "ids": [str(n) for n in range(201)]}
    refused = await client.post(f"/n/{note.id}/comments/tend", data=many, headers=mei.cookie)
    assert refused.status_code == 400
    assert "200" in refused.text


async def test_the_page_lists_by_person_and_chooses_all_without_script(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    note = await factories.note(db, mei, "A note")
    bo = await factories.person(db, "bo_reads")
    for person, body in ((ines, "from ines"), (bo, "from bo")):
        await factories.comment(db, person, note.id, body)
    page = (await client.get(f"/n/{note.id}/comments?by=@ines&all=1", headers=mei.cookie)).text
    assert "from ines" in page
    assert "from bo" not in page
    assert page.count(" checked") == 1
    assert (await client.get(f"/n/{note.id}/comments?by=nobody_here", headers=mei.cookie)).status_code == 200
    assert (await client.get(f"/n/{note.id}/comments", headers=ines.cookie)).status_code == 403
    ids = [part.split('"')[0] for part in page.split('name="ids" value="')[1:]]
    answer = await client.post(
        f"/n/{note.id}/comments/tend",
        data={"deed": "remove", "which": "all", "by": "ines", "ids": ids},
        headers=mei.cookie,
    )
    after = (await client.get(answer.headers["location"], headers=mei.cookie)).text
    action = after.split('class="toast undo" method="post" action="')[1].split('"')[0].replace("&#x2f;", "/")
    assert await thread(client, note.id) == ["from bo"]
    assert (await client.post(action, headers=mei.cookie)).status_code == 303
    assert await thread(client, note.id) == ["from bo", "from ines"]


async def test_two_hundred_are_changed_in_as_many_statements_as_two(
    db: Db, mei: Person, ines: Person
) -> None:
    note = await factories.note(db, mei, "A note")
    said = await factories.comment(db, ines, note.id, "one")
    await db.run(
        """INSERT INTO comment (note_id, id, author_id, state, body, body_lang, body_hash, created_at)
           SELECT $1, $2::bigint + n, $3, 'public', 'many', 'en', '', $4 FROM generate_series(1, 199) n""",
        note.id, said.id, ines.id, now(),
    )  # fmt: skip
    ids = [int(said.id) + n for n in range(200)]
    with statements(db, at_most=9) as few:
        assert (await tending.tend(db, mei.viewer, note.id, "hide", ids[:2])).count == 2
    with statements(db, at_most=len(few)):
        assert (await tending.tend(db, mei.viewer, note.id, "hide", ids)).count == 198
    _, page = await get_note_and_thread(db, ines.viewer, note.id)
    assert all(card.state == "hidden" for card in page.items)
