"""Nobody sees what is not for them, wherever they look; and everybody finds what is."""

from pathlib import Path

import httpx

import vermilion
from bench.leak_faults import FAULTS
from bench.leak_probe import Finding, looks, search
from bench.leak_world import build, prepare
from bench.leaks import is_found, is_short
from tests import factories
from tests.factories import Person
from tests.scene import Later
from vermilion.accounts import actions as people
from vermilion.kernel.ids import Id
from vermilion.learning.lexicon import Lexicon
from vermilion.notes import actions as notes
from vermilion.notes.schema import EditNote
from vermilion.web.context import State

API = "/api/v1"
THOROUGH = ("guest", "follower", "blocked", "author")


async def test_everybody_sees_what_is_for_them_and_nothing_else(
    client: httpx.AsyncClient, state: State, dictionary_folder: Path
) -> None:
    state.lexicon = Lexicon(dictionary_folder)
    world = await build(state.database.session(), state.blobs)
    await prepare(state)
    # Some look at every surface, the others at one of each kind; the bench has everybody look everywhere.
    wanted = (look for look in looks(world) if look.viewer in THOROUGH or is_short(look))
    found: list[Finding] = [finding async for finding in search(client, world, wanted)]
    assert found == []
    # The search finds what is planted; the bench plants every fault.
    assert len(FAULTS) >= 40
    for fault in FAULTS[:: len(FAULTS) // 5]:
        assert await is_found(client, world, fault), fault.name


def test_a_fault_in_a_statement_is_in_one_domain_alone() -> None:
    root = Path(vermilion.__file__).parent
    sources = {path.relative_to(root): path.read_text() for path in root.rglob("*.py")}
    domains = {
        fault.name: sorted({path.parts[0] for path, source in sources.items() if fault.right in source})
        for fault in FAULTS
        if fault.right
    }
    assert len(domains) > 20
    assert {name: found for name, found in domains.items() if len(found) != 1} == {}


async def test_the_count_of_a_profile_tells_nothing_of_notes_for_a_few(
    client: httpx.AsyncClient, state: State, ines: Person
) -> None:
    db = state.database.session()

    async def count() -> int:
        return int((await client.get(f"{API}/profiles/ines")).json()["note_count"])

    made: dict[str, Id] = {}
    for audience in ("everyone", "followers", "mutual", "me"):
        made[audience] = (await factories.note(db, ines, audience=audience)).id
    assert await count() == 1
    await notes.edit(db, ines.viewer, state.language, made["me"], EditNote(title="For all now"))
    assert await count() == 2
    await notes.edit(
        db, ines.viewer, state.language, made["everyone"], EditNote(title="No more", audience="me")
    )
    assert await count() == 1
    await notes.delete(db, ines.viewer, made["everyone"])
    await notes.delete(db, ines.viewer, made["me"])
    assert await count() == 0
    await notes.restore(db, ines.viewer, made["me"])
    assert await count() == 1


async def test_who_was_blocked_is_in_no_list_of_people(
    client: httpx.AsyncClient, state: State, ines: Person, mei: Person
) -> None:
    db = state.database.session()
    nour = await factories.person(db, "nour")
    await people.follow(db, mei.viewer, nour.id)
    await people.follow(db, nour.viewer, mei.id)
    lists = [f"{API}/accounts/{int(nour.id)}/{which}" for which in ("followers", "following")]
    for blocker, other in ((ines, mei), (mei, ines)):
        assert ["mei" in (await client.get(path, headers=ines.bearer)).text for path in lists] == [True, True]
        await people.block(db, blocker.viewer, other.id)
        assert ["mei" in (await client.get(path, headers=ines.bearer)).text for path in lists] == [
            False,
            False,
        ]
        await people.unblock(db, blocker.viewer, other.id)


async def test_after_a_block_nothing_of_the_other_is_told_or_counted(
    client: httpx.AsyncClient, state: State, ines: Person, mei: Person, later: Later
) -> None:
    db = state.database.session()
    nour = await factories.person(db, "nour")
    note = await factories.note(db, ines, "Harbour")
    await factories.comment(db, nour, note.id, "from nour")
    await later()
    await factories.comment(db, mei, note.id, "from mei")
    await people.follow(db, mei.viewer, ines.id)
    await later()

    async def told() -> tuple[int, list[tuple[str, int, str]]]:
        unread = (await client.get(f"{API}/notices/unread", headers=ines.bearer)).json()["count"]
        cards = (await client.get(f"{API}/notices", headers=ines.bearer)).json()["items"]
        return unread, [(card["kind"], card["actor_count"], card["excerpt"]) for card in cards]

    assert await told() == (2, [("followed", 1, ""), ("commented", 2, "from mei")])
    await people.block(db, mei.viewer, ines.id)
    assert await told() == (1, [("commented", 1, "")])
