from datetime import timedelta

import pytest

from tests.factories import Person, note
from vermilion.kernel.clock import now
from vermilion.kernel.errors import NotFound
from vermilion.kernel.viewer import GUEST
from vermilion.moderation.actions import label, lift
from vermilion.moderation.rules import MOST_LINKS, NEW_ACCOUNT, screen
from vermilion.notes.reads import get_note
from vermilion.storage.db import Db


@pytest.mark.parametrize(
    ("links", "age", "reason"),
    [
        (1, timedelta(), None),
        (2, timedelta(), "new_account_links"),
        (2, NEW_ACCOUNT, None),
        (MOST_LINKS, NEW_ACCOUNT, None),
        (MOST_LINKS + 1, NEW_ACCOUNT, "text_too_many_links"),
        (MOST_LINKS + 1, timedelta(days=900), "text_too_many_links"),
    ],
)
def test_links_are_held_by_their_number_and_the_age_of_the_account(
    links: int, age: timedelta, reason: str | None
) -> None:
    moment = now()
    text = " ".join(f"HTTPS://a.example/{at}" for at in range(links))
    assert screen(text, moment - age, moment) == reason


async def test_a_label_counts_until_it_is_lifted_and_stays_on_record(db: Db, ines: Person) -> None:
    shown = await note(db, ines, lang="en")
    await get_note(db, GUEST, shown.id)
    label_id = await label(db, shown.id, shown.id, "withheld", region=None, reason="court")
    with pytest.raises(NotFound, match="note_gone"):
        await get_note(db, GUEST, shown.id)
    await lift(db, shown.id, label_id)
    assert (await get_note(db, GUEST, shown.id)).id == shown.id
    assert await db.value("SELECT count(*) FROM label WHERE lifted_at IS NOT NULL") == 1
