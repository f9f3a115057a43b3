"""Saved notes, narrowed by kind and language and in either order."""

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import upload
from tests.statements import statements
from vermilion.notes import saved as saved_notes
from vermilion.notes.actions import save
from vermilion.notes.saved import Choice, saved
from vermilion.notes.schema import NewPicture
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db

API = "/api/v1"


async def all_saved(client: httpx.AsyncClient, db: Db, blobs: Blobs, ines: Person, mei: Person) -> None:
    """Ines saves a film, a note with a picture and one in words, of two languages, in this order."""
    picture = await upload(db, blobs, mei)
    for note in (
        await factories.film(db, mei, "Film", lang="pt"),
        await factories.note(db, mei, "Picture", lang="en", pictures=(NewPicture(id=picture),)),
        await factories.note(db, mei, "Words", lang="pt"),
    ):
        await client.put(f"{API}/notes/{note.id}/save", headers=ines.bearer)


async def test_saved_notes_are_narrowed_by_kind_and_language(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, ines: Person, mei: Person
) -> None:
    await all_saved(client, db, blobs, ines, mei)
    for query, titles in {
        "": ["Words", "Picture", "Film"], "?sort=oldest": ["Film", "Picture", "Words"], "?kind=film": ["Film"],
        "?kind=picture": ["Picture"], "?kind=text": ["Words"], "?lang=pt": ["Words", "Film"],
        "?lang=pt&sort=oldest": ["Film", "Words"], "?kind=film&lang=en": [],
    }.items():  # fmt: skip
        found = (await client.get(f"{API}/me/saved{query}", headers=ines.bearer)).json()["items"]
        assert [card["title"]["original"] for card in found] == titles, query
    page = (await client.get("/saved?kind=film&lang=en", headers=ines.cookie)).text
    assert "Nothing saved fits" in page
    assert '<option value="film" selected>' in page
    page = (await client.get("/saved?kind=film&lang=nonsense", headers=ines.cookie)).text
    assert "Film" in page
    assert "Nothing saved yet" in (await client.get("/saved", headers=mei.cookie)).text.replace(
        "还没有收藏", "Nothing saved yet"
    )


async def test_some_of_many_are_paged_without_loss_and_in_as_many_statements(
    db: Db, ines: Person, mei: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_notes, "LOOKED_AT", 25)
    made = [await factories.note(db, mei, str(n), lang="pt" if n % 3 else "en") for n in range(30)]
    for note in made:
        await save(db, ines.viewer, note.id, True)
    for sort, order in (("newest", -1), ("oldest", 1)):
        found, cursor = [], None
        for _ in range(4):
            with statements(db, at_most=5):
                page = await saved(db, ines.viewer, cursor, Choice(lang="pt", sort=sort))  # type: ignore[arg-type]  # one of both
            found += [card.id for card in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert found == [note.id for note in made if note.body_lang == "pt"][::order]
