import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests import factories
from tests.cursors import MADE_UP
from tests.factories import Person
from tests.scene import Later
from tests.statements import statements
from vermilion.accounts import actions as accounts
from vermilion.accounts import reads as account_reads
from vermilion.accounts.entry import viewer_of_secret
from vermilion.accounts.schema import AWAY
from vermilion.engines.language import Language
from vermilion.feed import jobs, reads
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid, NotFound, Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Page
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.notes import actions as notes
from vermilion.notes import reads as note_reads
from vermilion.notes.jobs import roll_up
from vermilion.notes.saved import saved as saved_notes
from vermilion.notes.schema import NewNote, NoteCard
from vermilion.notifications.reads import notices
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

People = Callable[..., Awaitable[Person]]
Feed = Callable[..., Awaitable[Page[NoteCard]]]


async def write(db: Db, author: Person, title: str, **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": "en", **fields})).id


async def pages(read: Callable[[str | None], Awaitable[Page[NoteCard]]]) -> list[list[NoteCard]]:
    found: list[list[NoteCard]] = []
    cursor: str | None = None
    while cursor is not None or not found:
        page = await read(cursor)
        found.append(page.items)
        cursor = page.next
    return found


async def titles(read: Feed, db: Db, viewer: Viewer, *args: object) -> list[str]:
    return [card.title.text for card in (await read(db, viewer, *args)).items]


async def test_what_is_liked_rises_above_what_is_only_newer(db: Db, job: Job, people: People) -> None:
    authors = [await people(f"author{at}") for at in range(3)]
    for at, author in enumerate(authors):
        await write(db, author, f"Note {at}")
    assert await titles(reads.explore, db, GUEST) == ["Note 2", "Note 1", "Note 0"]
    oldest = (await reads.explore(db, GUEST)).items[2]
    for fan in authors:
        await notes.like(db, fan.viewer, oldest.id, on=True)
    await roll_up(job)
    first = (await reads.explore(db, GUEST)).items[0]
    assert first.title.text == "Note 0"
    assert first.reason is not None
    assert (first.reason.source, set(first.reason.terms)) == ("recent", {"recent", "liked", "repeat"})


async def test_neighbours_in_explore_differ_in_author_and_language(db: Db, people: People) -> None:
    ines, mei, nour = [await people(name) for name in ("ines", "mei", "nour")]
    for author, lang in ((nour, "ar"), (nour, "ar"), (mei, "zh"), (mei, "zh"), (ines, "pt"), (ines, "pt")):
        await write(db, author, f"{lang}", lang=lang)
    shown = (await reads.explore(db, GUEST)).items
    assert len(shown) == 6
    for one, other in itertools.pairwise(shown):
        assert one.author.id != other.author.id
        assert one.title.lang != other.title.lang


async def test_an_author_who_writes_much_is_spread(db: Db, ines: Person, mei: Person) -> None:
    for at in range(4):
        await write(db, ines, f"Ines {at}")
    await write(db, mei, "Mei")
    terms = [card.reason.terms["repeat"] for card in (await reads.explore(db, GUEST)).items if card.reason]
    assert sorted(terms) == pytest.approx([-1.2, -0.8, -0.4, 0, 0])


async def test_paging_through_explore_visits_each_note_once(db: Db, people: People) -> None:
    authors = [await people(f"author{at}") for at in range(5)]
    made = [await write(db, authors[at % 5], f"Note {at}") for at in range(PAGE_SIZE * 2 + 5)]
    await db.run("UPDATE explore SET score = 5 WHERE note_id = ANY($1)", made[:30])
    found = await pages(lambda cursor: reads.explore(db, GUEST, cursor))
    assert [len(page) for page in found] == [20, 20, 5]
    assert sorted(card.id for page in found for card in page) == sorted(made)


async def test_who_is_muted_blocked_or_blocks_is_left_out_of_feeds(
    db: Db, people: People, mei: Person
) -> None:
    muted, blocked, blocking, shown = [await people(f"author{at}") for at in range(4)]
    for author in (muted, blocked, blocking, shown):
        await write(db, author, f"{author.viewer.handle} #boats")
    assert len(await titles(reads.explore, db, mei.viewer)) == 4
    await accounts.mute(db, mei.viewer, muted.id)
    await accounts.block(db, mei.viewer, blocked.id)
    await accounts.block(db, blocking.viewer, mei.id)
    assert await titles(reads.explore, db, mei.viewer) == ["author3 #boats"]
    assert await titles(reads.topic, db, mei.viewer, "boats") == ["author3 #boats"]
    assert await titles(note_reads.notes_by, db, mei.viewer, muted.id) == ["author0 #boats"]
    for author in (blocking,):
        with pytest.raises(NotFound, match="account_gone"):
            await note_reads.notes_by(db, mei.viewer, author.id)


async def test_only_notes_for_everyone_stand_in_explore(db: Db, ines: Person, mei: Person) -> None:
    for audience in ("everyone", "followers", "mutual", "me"):
        await write(db, ines, audience, audience=audience)
    await accounts.follow(db, mei.viewer, ines.id)
    assert await titles(reads.explore, db, mei.viewer) == ["everyone"]


async def test_following_shows_pushed_notes_of_those_one_follows(
    db: Db, people: People, ines: Person, mei: Person, later: Later
) -> None:
    other = await people("other")
    await accounts.follow(db, mei.viewer, ines.id)
    await later()
    await write(db, ines, "Pushed")
    await write(db, ines, "For followers", audience="followers")
    await write(db, ines, "For friends", audience="mutual")
    await write(db, other, "Unknown")
    await later()
    assert await titles(reads.following, db, mei.viewer) == ["For followers", "Pushed"]
    with pytest.raises(Unauthorized, match="sign_in_first"):
        await reads.following(db, GUEST)


async def test_who_starts_to_follow_finds_the_latest_notes(
    db: Db, people: People, mei: Person, later: Later
) -> None:
    shy = await people("shy", approves_followers=True)
    for at in range(3):
        await write(db, shy, f"Note {at}", audience="followers")
    await later()
    await accounts.follow(db, mei.viewer, shy.id)
    await later()
    assert await titles(reads.following, db, mei.viewer) == []
    await accounts.approve(db, shy.viewer, mei.id)
    await later()
    assert await titles(reads.following, db, mei.viewer) == ["Note 2", "Note 1", "Note 0"]
    await accounts.refuse(db, shy.viewer, mei.id)
    assert await titles(reads.following, db, mei.viewer) == []
    assert await db.value("SELECT count(*) FROM timeline") == 0


@pytest.mark.parametrize("end", [accounts.unfollow, accounts.block])
async def test_unfollowing_or_blocking_takes_the_notes_away(
    end: Callable[..., Awaitable[object]], db: Db, ines: Person, mei: Person, later: Later
) -> None:
    await accounts.follow(db, mei.viewer, ines.id)
    await accounts.follow(db, ines.viewer, mei.id)
    await write(db, ines, "Harbour")
    await write(db, mei, "港口")
    await later()
    assert await titles(reads.following, db, mei.viewer) == ["Harbour"]
    await end(db, mei.viewer, ines.id)
    assert await titles(reads.following, db, mei.viewer) == []
    assert await titles(reads.following, db, ines.viewer) == ([] if end is accounts.block else ["港口"])


async def test_above_the_boundary_notes_are_pulled_and_none_is_shown_twice(
    db: Db, people: People, mei: Person, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    star, quiet = await people("star"), await people("quiet")
    for author in (star, quiet):
        await accounts.follow(db, mei.viewer, author.id)
    await accounts.follow(db, quiet.viewer, star.id)
    await later()
    monkeypatch.setattr(jobs, "PULLED_FROM", 1)
    made = [await write(db, star if at % 3 else quiet, f"Note {at}") for at in range(PAGE_SIZE + 10)]
    await later()
    pushed = {row[0] for row in await db.rows("SELECT author_id FROM timeline WHERE account_id = $1", mei.id)}
    assert pushed == {quiet.id}
    await jobs._push(db, [(mei.id, made[1], star.id)])  # noqa: SLF001 - pushed before the boundary was crossed
    found = await pages(lambda cursor: reads.following(db, mei.viewer, cursor))
    assert [card.id for page in found for card in page] == made[::-1]
    with statements(db, at_most=4):
        await reads.following(db, mei.viewer)
    await accounts.unfollow(db, mei.viewer, star.id)
    shown = {
        card.author.id
        for page in await pages(lambda cursor: reads.following(db, mei.viewer, cursor))
        for card in page
    }
    assert shown == {quiet.id}


async def test_a_pulled_note_leaves_with_its_deletion_and_returns_with_the_undo(
    db: Db, people: People, mei: Person, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    star = await people("star")
    await accounts.follow(db, mei.viewer, star.id)
    await later()
    monkeypatch.setattr(jobs, "PULLED_FROM", 0)
    note_id = await write(db, star, "Harbour")
    await later()
    assert await titles(reads.following, db, mei.viewer) == ["Harbour"]
    await notes.delete(db, star.viewer, note_id)
    assert await titles(reads.following, db, mei.viewer) == []
    await notes.restore(db, star.viewer, note_id)
    await later()
    assert await titles(reads.following, db, mei.viewer) == ["Harbour"]


async def test_a_note_deleted_before_it_was_screened_reaches_followers_when_restored(
    db: Db, ines: Person, mei: Person, later: Later, language: Language
) -> None:
    await accounts.follow(db, mei.viewer, ines.id)
    page = await notes.publish(db, ines.viewer, language, NewNote(title="Harbour", lang="en"))
    await notes.delete(db, ines.viewer, page.id)
    await later()
    await notes.restore(db, ines.viewer, page.id)
    await later()
    assert await titles(reads.following, db, mei.viewer) == ["Harbour"]


async def test_nothing_is_pushed_to_who_is_away_and_it_is_fetched_when_they_return(
    db: Db, ines: Person, mei: Person, later: Later
) -> None:
    await accounts.follow(db, mei.viewer, ines.id)
    await later()
    await db.run("UPDATE account SET seen_at = $2 WHERE id = $1", mei.id, now() - AWAY - timedelta(days=1))
    await db.run(
        "UPDATE session SET seen_at = $2 WHERE account_id = $1", mei.id, now() - AWAY - timedelta(days=1)
    )
    await write(db, ines, "Harbour")
    await later()
    assert await titles(reads.following, db, mei.viewer) == []
    assert await viewer_of_secret(db, mei.secret)
    await later()
    assert await titles(reads.following, db, mei.viewer) == ["Harbour"]


async def test_what_a_late_job_pushes_of_somebody_left_meanwhile_is_not_shown(
    db: Db, ines: Person, mei: Person, later: Later
) -> None:
    await write(db, ines, "Harbour")
    await accounts.follow(db, mei.viewer, ines.id)
    await accounts.unfollow(db, mei.viewer, ines.id)
    await later()
    assert await titles(reads.following, db, mei.viewer) == []
    await accounts.follow(db, mei.viewer, ines.id)
    await later()
    assert await titles(reads.following, db, mei.viewer) == ["Harbour"]


async def test_topics_and_channels_gather_what_means_the_same(db: Db, ines: Person, mei: Person) -> None:
    await write(db, ines, "One #Travel #旅行")
    await write(db, mei, "Two #viaje")
    await write(db, mei, "Three #cats")
    assert await titles(reads.topic, db, GUEST, "TRAVEL") == ["One #Travel #旅行"]
    assert await titles(reads.channel, db, GUEST, "travel") == ["Two #viaje", "One #Travel #旅行"]
    assert await titles(reads.channel, db, GUEST, "cats") == ["Three #cats"]
    for nothing in ("nobody wrote this", "", "\0", "a" * 500):
        assert await titles(reads.topic, db, GUEST, nothing) == []
    with pytest.raises(NotFound, match="not_found"):
        await reads.channel(db, GUEST, "no such channel")


async def test_a_topic_is_paged_without_loss(db: Db, ines: Person) -> None:
    made = [await write(db, ines, f"Note {at} #boats") for at in range(PAGE_SIZE + 3)]
    found = await pages(lambda cursor: reads.topic(db, GUEST, "boats", cursor))
    assert [card.id for page in found for card in page] == made[::-1]


async def test_pages_keep_their_bounds(db: Db, people: People, mei: Person) -> None:
    for at in range(6):
        await write(db, await people(f"author{at}"), f"Note {at} #travel")
    for viewer in (mei.viewer, GUEST):
        with statements(db, at_most=3):
            assert len((await reads.explore(db, viewer)).items) == 6
        with statements(db, at_most=3):
            await reads.topic(db, viewer, "travel")
        with statements(db, at_most=3):
            await reads.channel(db, viewer, "travel")
    with statements(db, at_most=4):
        await reads.following(db, mei.viewer)


async def test_readers_of_explore_share_how_its_titles_are_translated(
    db: Db, ines: Person, mei: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(db, ines, "Uma casa velha", lang="pt")
    monkeypatch.setattr(db.database, "shares_for", 60.0)
    for viewer in (replace(mei.viewer, reads=("de",)), Viewer(reads=("de",)), Viewer(reads=("fr",))):
        sent = 2 if viewer.is_guest and viewer.reads == ("de",) else 4
        with statements(db, at_most=sent) as seen:
            assert [card.title.kind for card in (await reads.explore(db, viewer)).items] == ["missing"]
        assert any("FROM rendering" in sql for sql in seen) == (sent == 4)


async def test_a_made_up_cursor_is_refused_by_every_list(db: Db, ines: Person, mei: Person) -> None:
    await write(db, ines, "Harbour #travel")
    viewer = mei.viewer
    lists: list[Callable[[str], Awaitable[object]]] = [
        lambda cursor: reads.explore(db, viewer, cursor),
        lambda cursor: reads.following(db, viewer, cursor),
        lambda cursor: reads.topic(db, viewer, "travel", cursor),
        lambda cursor: reads.channel(db, viewer, "travel", cursor),
        lambda cursor: note_reads.notes_by(db, viewer, ines.id, cursor),
        lambda cursor: saved_notes(db, viewer, cursor),
        lambda cursor: account_reads.followers(db, viewer, ines.id, cursor),
        lambda cursor: account_reads.following(db, viewer, ines.id, cursor),
        lambda cursor: account_reads.follow_requests(db, viewer, cursor),
        lambda cursor: account_reads.blocked(db, viewer, cursor),
        lambda cursor: account_reads.muted(db, viewer, cursor),
        lambda cursor: notices(db, viewer, cursor),
    ]
    for read in lists:
        for cursor in MADE_UP:
            with pytest.raises(Invalid, match="bad_cursor"):
                await read(cursor)


async def test_the_pool_of_explore_is_kept_small(
    db: Db, job: Job, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(6):
        await write(db, await people(f"author{at}"), f"Note {at}")
    monkeypatch.setattr(jobs, "POOL_SIZE", 4)
    await jobs.trim_pools(job)
    assert await db.value("SELECT count(*) FROM explore") in {4, 5}
    assert "Note 5" in await titles(reads.explore, db, GUEST)
