from collections.abc import Awaitable, Callable

import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from tests.statements import statements
from vermilion.accounts import actions as accounts
from vermilion.comments import actions as comments
from vermilion.kernel.errors import Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.notes import actions as notes
from vermilion.notes.jobs import roll_up
from vermilion.notifications.actions import mark_read
from vermilion.notifications.reads import count_unread, notices
from vermilion.notifications.schema import NoticeCard
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

People = Callable[..., Awaitable[Person]]


async def told(db: Db, viewer: Viewer) -> list[tuple[str, list[str], int]]:
    """Kind, those named, how many in all; the newest first."""
    return [
        (card.kind, [actor.handle for actor in card.actors], card.actor_count)
        for card in (await notices(db, viewer)).items
    ]


async def write(db: Db, author: Person, title: str = "Harbour", **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": "en", **fields})).id


async def say(db: Db, author: Person, note_id: Id, body: str = "Hello", **fields: object) -> Id:
    return (await factories.comment(db, author, note_id, body, **{"lang": "en", **fields})).id


async def like(db: Db, job: Job, fan: Person, note_id: Id, on: bool = True) -> None:
    await notes.like(db, fan.viewer, note_id, on=on)
    await roll_up(job)


async def test_being_followed_and_asked_and_granted_is_told(
    db: Db, people: People, ines: Person, later: Later
) -> None:
    shy = await people("shy", approves_followers=True)
    await accounts.follow(db, shy.viewer, ines.id)
    await accounts.follow(db, ines.viewer, shy.id)
    await later()
    assert await told(db, ines.viewer) == [("followed", ["shy"], 1)]
    assert await told(db, shy.viewer) == [("follow_requested", ["ines"], 1)]
    await accounts.approve(db, shy.viewer, ines.id)
    await later()
    assert await told(db, ines.viewer) == [("follow_accepted", ["shy"], 1), ("followed", ["shy"], 1)]


async def test_a_like_is_told_after_the_roll_up_and_only_if_it_stands(
    db: Db, job: Job, ines: Person, mei: Person, later: Later
) -> None:
    note_id = await write(db, ines)
    await notes.like(db, mei.viewer, note_id, on=True)
    await notes.like(db, mei.viewer, note_id, on=False)
    await roll_up(job)
    await later()
    assert await told(db, ines.viewer) == []
    await like(db, job, mei, note_id)
    await like(db, job, ines, note_id)
    await later()
    assert await told(db, ines.viewer) == [("liked", ["mei"], 1)]


async def test_likes_are_gathered_until_they_are_read(
    db: Db, job: Job, people: People, ines: Person, later: Later
) -> None:
    note_id, other_id = await write(db, ines), await write(db, ines, "Another")
    fans = [await people(f"fan{at:02}") for at in range(13)]
    for fan in fans[:-1]:
        await notes.like(db, fan.viewer, note_id, on=True)
    await like(db, job, fans[-1], other_id)
    await later()
    await like(db, job, fans[-1], note_id)
    await later()
    first, second = (await notices(db, ines.viewer)).items
    assert (first.kind, first.actors[0].handle, len(first.actors), first.actor_count) == (
        "liked",
        "fan12",
        3,
        13,
    )
    assert (first.title, first.is_read, second.actor_count) == ("Harbour", False, 1)
    assert await count_unread(db, ines.viewer) == 2
    await mark_read(db, ines.viewer)
    assert await count_unread(db, ines.viewer) == 0
    assert {card.is_read for card in (await notices(db, ines.viewer)).items} == {True}
    await like(db, job, fans[0], note_id, on=False)
    await like(db, job, fans[0], note_id)
    await later()
    assert [(count, names[0]) for _, names, count in await told(db, ines.viewer)] == [
        (1, "fan00"),
        (13, "fan12"),
        (1, "fan12"),
    ]
    assert await count_unread(db, ines.viewer) == 1


async def test_who_is_commented_answered_or_named_is_told_once_with_the_closest_reason(
    db: Db, people: People, ines: Person, mei: Person, later: Later
) -> None:
    other, named = await people("other"), await people("named")
    note_id = await write(db, ines)
    first = await say(db, mei, note_id, "@ines @Named, look")
    await later()
    assert await told(db, ines.viewer) == [("commented", ["mei"], 1)]
    assert await told(db, named.viewer) == [("mentioned", ["mei"], 1)]
    card = (await notices(db, named.viewer)).items[0]
    assert (card.note_id, card.comment_id, card.excerpt) == (note_id, first, "@ines @Named, look")
    await say(db, other, note_id, "@mei yes", reply_to=first)
    await later()
    assert await told(db, mei.viewer) == [("replied", ["other"], 1)]
    assert await told(db, ines.viewer) == [("commented", ["other", "mei"], 2)]
    assert await told(db, other.viewer) == []
    assert (await notices(db, ines.viewer)).items[0].excerpt == "@mei yes"


async def test_who_is_named_in_a_note_is_told_when_it_is_released_and_for_them(
    db: Db, people: People, ines: Person, mei: Person, later: Later
) -> None:
    friend = await people("friend")
    await accounts.follow(db, friend.viewer, ines.id)
    await write(db, ines, "@mei @friend @nobody @ines", audience="followers")
    await later()
    assert await told(db, friend.viewer) == [("mentioned", ["ines"], 1)]
    assert await told(db, mei.viewer) == []
    assert await told(db, ines.viewer) == [("followed", ["friend"], 1)]
    await write(db, ines, "@mei")
    await later()
    assert await told(db, mei.viewer) == [("mentioned", ["ines"], 1)]


async def test_a_comment_tells_nobody_who_may_not_see_the_note(
    db: Db, people: People, ines: Person, mei: Person, later: Later
) -> None:
    other = await people("other")
    await accounts.follow(db, mei.viewer, ines.id)
    note_id = await write(db, ines, audience="followers")
    await say(db, mei, note_id, "@other come here")
    await later()
    assert await told(db, other.viewer) == []
    assert ("commented", ["mei"], 1) in await told(db, ines.viewer)


async def test_a_held_or_deleted_comment_is_not_told(db: Db, ines: Person, mei: Person, later: Later) -> None:
    note_id = await write(db, ines)
    await say(db, mei, note_id, "https://a.example/1 https://a.example/2")
    gone = await say(db, mei, note_id)
    await comments.delete(db, mei.viewer, note_id, gone)
    await later()
    assert await told(db, ines.viewer) == []
    await say(db, mei, note_id)
    await later()
    assert await told(db, ines.viewer) == [("commented", ["mei"], 1)]


@pytest.mark.parametrize("part", ["mute", "block", "blocked by"])
async def test_nobody_is_told_of_those_they_are_apart_from(
    part: str, db: Db, job: Job, people: People, ines: Person, mei: Person, later: Later
) -> None:
    host = await people("host")
    note_id = await write(db, host)
    said = await say(db, ines, note_id)
    if part == "mute":
        await accounts.mute(db, ines.viewer, mei.id)
    elif part == "block":
        await accounts.block(db, ines.viewer, mei.id)
    else:
        await accounts.block(db, mei.viewer, ines.id)
    await say(db, mei, note_id, "@ines hello")
    if part == "mute":
        await comments.like(db, mei.viewer, note_id, said, on=True)
        await say(db, mei, note_id, reply_to=said)
        await accounts.follow(db, mei.viewer, ines.id)
    await roll_up(job)
    await later()
    assert await told(db, ines.viewer) == []
    assert await count_unread(db, ines.viewer) == 0
    assert [kind for kind, *_ in await told(db, host.viewer)] == ["commented"]


async def test_what_was_told_before_a_block_is_shown_no_more(
    db: Db, ines: Person, mei: Person, later: Later
) -> None:
    await accounts.follow(db, mei.viewer, ines.id)
    await later()
    assert await told(db, ines.viewer) == [("followed", ["mei"], 1)]
    await accounts.block(db, ines.viewer, mei.id)
    assert await told(db, ines.viewer) == []


async def test_a_notice_of_a_note_that_is_gone_is_not_shown(
    db: Db, job: Job, ines: Person, mei: Person, later: Later
) -> None:
    note_id = await write(db, ines)
    await like(db, job, mei, note_id)
    await later()
    assert len(await told(db, ines.viewer)) == 1
    await notes.delete(db, ines.viewer, note_id)
    assert await told(db, ines.viewer) == []


async def test_likes_of_comments_are_told_with_the_comment(
    db: Db, job: Job, ines: Person, mei: Person, later: Later
) -> None:
    note_id = await write(db, ines)
    said = await say(db, mei, note_id, "Lovely")
    await comments.like(db, ines.viewer, note_id, said, on=True)
    await roll_up(job)
    await later()
    card = next(card for card in (await notices(db, mei.viewer)).items if card.kind == "liked")
    assert (card.note_id, card.comment_id, card.excerpt) == (note_id, said, "Lovely")


async def test_notices_are_paged_and_take_five_statements(
    db: Db, job: Job, ines: Person, mei: Person, later: Later
) -> None:
    for at in range(PAGE_SIZE + 4):
        await notes.like(db, mei.viewer, await write(db, ines, f"Note {at}"), on=True)
    await roll_up(job)
    await later()
    with statements(db, at_most=5):
        first = await notices(db, ines.viewer)
    second = await notices(db, ines.viewer, first.next)
    found: list[NoticeCard] = first.items + second.items
    assert len({card.note_id for card in found}) == PAGE_SIZE + 4
    assert second.next is None


async def test_a_guest_has_no_notices(db: Db) -> None:
    assert await count_unread(db, GUEST) == 0
    with pytest.raises(Unauthorized, match="sign_in_first"):
        await notices(db, GUEST)
