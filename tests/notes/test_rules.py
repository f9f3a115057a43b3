import itertools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import pytest

from tests.factories import Person as Somebody
from vermilion.accounts import actions
from vermilion.accounts.reads import people as read_people
from vermilion.accounts.schema import Person
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import columns
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.notes.rules import VISIBLE, is_visible, may_edit, sight
from vermilion.notes.schema import Note
from vermilion.storage.db import Db

People = Callable[..., Awaitable[Somebody]]

HERE, ELSEWHERE = "PT", "DE"

# Written out by hand: what each relation to the author lets one read of public notes.
AUDIENCES = {
    "stranger": {"everyone"},
    "follower": {"everyone", "followers"},
    "followed": {"everyone"},
    "mutual": {"everyone", "followers", "mutual"},
    "requested": {"everyone"},
    "muted": {"everyone"},
    "muted follower": {"everyone", "followers"},
    "blocked": set(),
    "blocked by": set(),
    "closed": set(),
}
STATES = ("draft", "pending", "public", "held", "hidden")
LABELS = ("none", "everywhere", "here", "elsewhere", "lifted", "another name")
SEEN_UNDER = {"none", "elsewhere", "lifted", "another name"}


@dataclass(frozen=True)
class Case:
    relation: str
    state: str
    audience: str
    label: str
    deleted: bool

    def expected(self, guest: bool) -> bool:
        if self.deleted:
            return False
        if self.relation == "author" and not guest:
            return True
        allowed = {"everyone"} if guest and self.relation != "closed" else AUDIENCES.get(self.relation, set())
        if guest and self.relation == "author":
            allowed = {"everyone"}
        return self.state == "public" and self.audience in allowed and self.label in SEEN_UNDER


@pytest.fixture
async def cases(db: Db, people: People) -> tuple[Viewer, dict[Id, Case]]:
    """A viewer, and a note of every kind by an author of every relation to them."""
    me = await people("reader", region=HERE)
    authors = {relation: await people(f"author{at}") for at, relation in enumerate(AUDIENCES)}
    await _tie(db, me, authors)
    made: dict[Id, Case] = {}
    rows: list[tuple[object, ...]] = []
    first = new_id()
    for relation, author in [*authors.items(), ("author", me)]:
        for state, audience, deleted in itertools.product(
            STATES, ("everyone", "followers", "mutual", "me"), (False, True)
        ):
            for name in LABELS:
                note_id = Id(first + len(made))
                made[note_id] = Case(relation, state, audience, name, deleted)
                rows.append((note_id, author.id, state, audience, now(), now() if deleted else None))
    await db.run_many(
        """INSERT INTO note (id, author_id, state, audience, title, title_lang, title_hash, body, body_lang, body_hash,
               motif, created_at, deleted_at) VALUES ($1, $2, $3, $4, 't', 'en', '', '', 'en', '', 'sea', $5, $6)""",
        rows,
    )
    regions = {"everywhere": None, "here": HERE, "elsewhere": ELSEWHERE, "lifted": None, "another name": None}
    await db.run_many(
        """INSERT INTO label (shard_id, subject_id, id, name, region, reason, created_at, lifted_at)
           VALUES ($1, $1, $1, $2, $3, 'test', $4, $5)""",
        [
            (note_id, "noted" if case.label == "another name" else "withheld", regions[case.label], now(),
             now() if case.label == "lifted" else None)
            for note_id, case in made.items() if case.label != "none"
        ],
    )  # fmt: skip
    return Viewer(account_id=me.id, handle="reader", region=HERE), made


async def _tie(db: Db, me: Somebody, authors: dict[str, Somebody]) -> None:
    viewer = me.viewer
    for relation in ("follower", "mutual", "muted follower"):
        await actions.follow(db, viewer, authors[relation].id)
    for relation in ("followed", "mutual"):
        await actions.follow(db, authors[relation].viewer, me.id)
    await db.run("UPDATE account SET approves_followers = true WHERE id = $1", authors["requested"].id)
    await actions.follow(db, viewer, authors["requested"].id)
    for relation in ("muted", "muted follower"):
        await actions.mute(db, viewer, authors[relation].id)
    await actions.block(db, viewer, authors["blocked"].id)
    await actions.block(db, authors["blocked by"].viewer, me.id)
    await db.run("UPDATE account SET state = 'closed' WHERE id = $1", authors["closed"].id)


Rule = Callable[[Note, Viewer, Person | None, Iterable[str | None]], bool]


async def seen(
    db: Db, viewer: Viewer, cases: dict[Id, Case], rule: Rule = is_visible, sql: str = VISIBLE
) -> tuple[set[Id], set[Id]]:
    """What the two forms of the rule let this viewer see."""
    notes = await db.all(Note, f"SELECT {columns(Note)} FROM note WHERE id = ANY($1)", list(cases))
    found = await read_people(db, viewer, {note.author_id for note in notes})
    labels: dict[int, list[str | None]] = {}
    for row in await db.rows(
        "SELECT shard_id, region FROM label WHERE name = 'withheld' AND lifted_at IS NULL"
    ):
        labels.setdefault(row[0], []).append(row[1])
    one_by_one = {
        note.id for note in notes if rule(note, viewer, found.get(note.author_id), labels.get(note.id, ()))
    }
    rows = await db.rows(
        f"SELECT n.id FROM note n WHERE n.id = ANY($1) AND {sql}", list(cases), *sight(viewer, found.values())
    )
    return one_by_one, {Id(row[0]) for row in rows}


async def disagreements(
    db: Db, viewer: Viewer, cases: dict[Id, Case], rule: Rule = is_visible, sql: str = VISIBLE
) -> list[Case]:
    one_by_one, in_sql = await seen(db, viewer, cases, rule, sql)
    expected = {note_id for note_id, case in cases.items() if case.expected(viewer.is_guest)}
    return [cases[note_id] for note_id in (one_by_one ^ expected) | (in_sql ^ expected)]


async def test_both_forms_of_the_rule_and_the_table_agree_in_every_case(
    db: Db, cases: tuple[Viewer, dict[Id, Case]]
) -> None:
    viewer, made = cases
    assert await disagreements(db, viewer, made) == []
    assert sum(case.expected(guest=False) for case in made.values()) > 150


async def test_a_guest_sees_what_is_for_everyone(db: Db, cases: tuple[Viewer, dict[Id, Case]]) -> None:
    guest = Viewer(region=HERE)
    assert await disagreements(db, guest, cases[1]) == []


async def test_who_tells_no_region_is_only_kept_from_what_is_withheld_everywhere(
    db: Db, cases: tuple[Viewer, dict[Id, Case]]
) -> None:
    one_by_one, in_sql = await seen(db, GUEST, cases[1])
    assert one_by_one == in_sql
    assert {cases[1][note_id].label for note_id in in_sql} == SEEN_UNDER | {"here"}


FAULTS = {
    "n.deleted_at IS NULL AND": "",
    "n.state = 'public' AND": "n.state <> 'held' AND",
    "n.author_id = ANY($3)": "$3::bigint[] IS NOT NULL",
    "n.author_id = ANY($5)": "n.author_id = ANY($4) AND $5::bigint[] IS NOT NULL",
    "n.audience = 'everyone'": "n.audience <> 'me'",
    "OR w.region = $6": "OR $6::text IS NULL",
    "AND w.lifted_at IS NULL": "",
    "w.name = 'withheld'": "true",
}


async def test_a_fault_planted_in_the_sql_is_found(db: Db, cases: tuple[Viewer, dict[Id, Case]]) -> None:
    viewer, made = cases
    for right, wrong in FAULTS.items():
        assert right in VISIBLE
        assert await disagreements(db, viewer, made, sql=VISIBLE.replace(right, wrong)), right


async def test_a_fault_planted_in_the_function_is_found(db: Db, cases: tuple[Viewer, dict[Id, Case]]) -> None:
    viewer, made = cases

    def forgets_blocks(
        note: Note, viewer: Viewer, author: Person | None, withheld_in: Iterable[str | None]
    ) -> bool:
        if author is not None and author.is_apart and note.audience == "everyone" and note.state == "public":
            return note.deleted_at is None
        return is_visible(note, viewer, author, withheld_in)

    found = await disagreements(db, viewer, made, rule=forgets_blocks)
    assert {case.relation for case in found} == {"blocked", "blocked by", "closed"}


async def test_only_the_author_may_edit(db: Db, cases: tuple[Viewer, dict[Id, Case]]) -> None:
    viewer, made = cases
    notes = await db.all(Note, f"SELECT {columns(Note)} FROM note WHERE id = ANY($1)", list(made))
    assert {made[note.id].relation for note in notes if may_edit(note, viewer)} == {"author"}
    assert not any(may_edit(note, GUEST) for note in notes)
