"""A form that is refused comes back with everything that stood in it, over HTTP."""

import re

import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.accounts.actions import block
from vermilion.media.actions import upload
from vermilion.notes.schema import MOST_PICTURES, NewPicture, Note
from vermilion.web.context import State

FORM = {"title": "The harbour", "body": "One", "lang": "en", "audience": "everyone"}
PICTURE = ("a.png", factories.picture(), "image/png")
NO_PICTURE = ("b.png", b"this is no picture", "image/png")


async def pictured(state: State, author: Person, count: int = 2) -> Note:
    db = state.database.session()
    cards = [
        await upload(db, author.viewer, state.blobs, state.images, factories.picture()) for _ in range(count)
    ]
    pictures = tuple(NewPicture(id=card.id, alt=f"Boat {place}") for place, card in enumerate(cards))
    return await factories.note(db, author, "The harbour", pictures=pictures)


def named(page: str) -> list[str]:
    return re.findall(r'name="picture" value="(\d+)"', page)


async def test_standing_pictures_come_back_beside_a_bad_file_and_are_not_lost(
    client: httpx.AsyncClient, state: State, ines: Person
) -> None:
    note = await pictured(state, ines)
    address = f"/n/{note.id}/edit"
    standing = named((await client.get(address, headers=ines.cookie)).text)
    assert len(standing) == 2
    sent = {**FORM, "picture": standing, f"alt-{standing[0]}": "Boat 0", f"alt-{standing[1]}": "Boat 1"}
    answer = await client.post(
        address, data=sent, files=[("file", PICTURE), ("file", NO_PICTURE)], headers=ines.cookie
    )
    assert answer.status_code in (400, 415, 422)
    back = named(answer.text)
    assert back[:2] == standing
    assert len(back) == 3, "the good file was kept too"
    assert 'value="Boat 1"' in answer.text
    again = await client.post(address, data={**sent, "picture": back}, headers=ines.cookie)
    assert again.status_code == 303
    assert named((await client.get(address, headers=ines.cookie)).text) == back


async def test_standing_pictures_come_back_when_there_are_too_many(
    client: httpx.AsyncClient, state: State, ines: Person
) -> None:
    note = await pictured(state, ines)
    address = f"/n/{note.id}/edit"
    standing = named((await client.get(address, headers=ines.cookie)).text)
    files = [("file", PICTURE)] * (MOST_PICTURES - 1)
    answer = await client.post(address, data={**FORM, "picture": standing}, files=files, headers=ines.cookie)
    assert answer.status_code == 400
    assert named(answer.text) == standing


async def test_a_new_note_keeps_the_files_that_were_pictures(client: httpx.AsyncClient, ines: Person) -> None:
    files = [("file", PICTURE), ("file", NO_PICTURE)]
    answer = await client.post("/publish", data=FORM, files=files, headers=ines.cookie)
    assert len(named(answer.text)) == 1


async def test_another_description_is_another_form(
    client: httpx.AsyncClient, state: State, ines: Person
) -> None:
    card = await upload(state.database.session(), ines.viewer, state.blobs, state.images, factories.picture())
    sent = {**FORM, "form_key": "k1", "picture": str(int(card.id)), f"alt-{int(card.id)}": "A boat"}
    assert (await client.post("/publish", data=sent, headers=ines.cookie)).status_code == 303
    assert (await client.post("/publish", data=sent, headers=ines.cookie)).status_code == 303
    for other in ({f"alt-{int(card.id)}": "A ship"}, {"drop": str(int(card.id))}):
        assert (await client.post("/publish", data={**sent, **other}, headers=ines.cookie)).status_code == 409


async def test_a_refused_reply_stays_a_reply(client: httpx.AsyncClient, state: State, ines: Person) -> None:
    db = state.database.session()
    note = await factories.note(db, ines)
    first = await factories.comment(db, ines, note.id, "Where is it?")
    sent = {"body": "At the port", "reply_to": str(int(first.id))}
    answer = await client.post(
        f"/n/{note.id}/comments", data=sent, files=[("file", NO_PICTURE)], headers=ines.cookie
    )
    assert f'name="reply_to" value="{int(first.id)}"' in answer.text
    assert "At the port" in answer.text


@pytest.mark.parametrize(("name", "words"), [("title", "x" * 101), ("body", "x" * 5001)])
async def test_what_is_too_long_is_said_beside_its_field(
    client: httpx.AsyncClient, ines: Person, name: str, words: str
) -> None:
    answer = await client.post("/publish", data={**FORM, name: words}, headers=ines.cookie)
    assert answer.status_code == 400
    field = re.search(rf'<(?:input|textarea) name="{name}"[^>]*aria-describedby="wrong"', answer.text)
    assert field
    assert answer.text.count('class="problem"') == 1


async def test_a_thread_whose_only_voice_is_blocked_does_not_say_that_nobody_spoke(
    client: httpx.AsyncClient, state: State, ines: Person, mei: Person
) -> None:
    db = state.database.session()
    note = await factories.note(db, ines)
    assert "Nobody has said anything yet" in (await client.get(f"/n/{note.id}", headers=ines.cookie)).text
    await factories.comment(db, mei, note.id)
    await db.run("UPDATE note_count SET comment_count = 1 WHERE note_id = $1", note.id)
    await block(db, ines.viewer, mei.viewer.account_id)
    assert "Nobody has said anything yet" not in (await client.get(f"/n/{note.id}", headers=ines.cookie)).text


async def test_a_picture_taken_out_of_the_form_is_thrown_away_by_its_owner_alone(
    client: httpx.AsyncClient, ines: Person, mei: Person
) -> None:
    sent = await client.post("/uploads", content=factories.picture(), headers=ines.cookie)
    key = sent.json()["id"]
    assert (await client.post(f"/uploads/{key}/discard", headers=mei.cookie)).status_code == 204
    assert (await client.get(f"/u/{key}", headers=ines.cookie)).status_code == 200
    assert (await client.post(f"/uploads/{key}/discard", headers=ines.cookie)).status_code == 204
    assert (await client.get(f"/u/{key}", headers=ines.cookie)).status_code == 404
