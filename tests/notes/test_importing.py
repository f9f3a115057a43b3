"""Folders of pictures with tables or Markdown files: read, refused line by line, made into drafts."""

import io
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion import importer
from vermilion.kernel.errors import Invalid
from vermilion.media.actions import MOST_WAITING
from vermilion.notes import drafts
from vermilion.notes.importing import MOST_ROWS, Plan, plan
from vermilion.settings import Settings
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING

NAMES = ["notes.csv", "a.jpg", "sub/B.PNG", "café.webp", "list.pdf"]


def read(text: str | bytes, name: str = "notes.csv", room: int = 100) -> Plan:
    data = text.encode() if isinstance(text, str) else text
    return plan([*NAMES, name], {name: data}, room)


def faults(found: Plan) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in found.faults]


def test_a_table_is_read_with_its_pictures_tags_and_places() -> None:
    found = read(
        "file,title,text,tags,place,alt,shelf\n"
        'a.jpg|SUB/b.png,The harbour,"At six\n\nin the morning #Food","lisbon, food",Lisbon,Boats|"Nets",7\n'
        "\n"
        "cafe\u0301.webp,,,,,,\n"
    )
    assert found.faults == ()
    first, second = found.notes
    assert first.files == ("a.jpg", "sub/B.PNG")
    assert first.alts[0] == "Boats"
    assert (first.note.title, first.note.body, first.note.place_name) == (
        "The harbour", "At six\n\nin the morning #Food\n\n#lisbon", "Lisbon",
    )  # fmt: skip
    assert (second.line, second.files, second.alts) == (6, ("café.webp",), ("",))


@pytest.mark.parametrize("text", [
    "title;text\nOne;Two", "title\ttext\nOne\tTwo", "\ufefftitle,text\nOne,Two", "TITLE,Text\r\nOne,Two\r\n",
])  # fmt: skip
def test_tables_are_read_as_spreadsheets_write_them(text: str) -> None:
    for data in (text, text.encode("utf-16")):
        (one,) = read(data).notes
        assert (one.note.title, one.note.body) == ("One", "Two")


@pytest.mark.parametrize(("text", "told"), [
    ("title,text\nOne,Two\n,\nx,", []),
    ("shelf,colour\n1,2", [(1, "import_columns")]),
    ("", [(1, "import_columns")]),
    ("title,text\nOne,Two,Three", [(2, "import_cells")]),
    ('title,text\nOne,"Two', [(2, "import_csv")]),
    ('title,text\nOne,"Two"x\nThree,Four', [(2, "import_csv")]),
    ("file,title\nb.jpg,One\na.jpg,Two", [(2, "import_no_file")]),
    ("file,title\nlist.pdf,One", [(2, "import_no_picture")]),
    ("file,title\n../a.jpg,One\n/etc/a.jpg,Two\nC:\\a.jpg,Three\nsub/../../a.jpg,Four",
     [(2, "import_outside"), (3, "import_outside"), (4, "import_outside"), (5, "import_outside")]),
    ("file,title\nhttps://x.example/a.jpg,One", [(2, "import_remote")]),
    ("file,title\na.jpg|A.JPG,One", [(2, "picture_twice")]),
    ("file,title\n" + "|".join(["a.jpg"] * 19) + ",One", [(2, "too_many_pictures")]),
    ("title\n" + "x" * 101, [(2, "import_too_long")]),
    ("text\n" + "x" * 5001, [(2, "import_too_long")]),
    ("title,audience\nOne,nobody", [(2, "import_value")]),
    ("title,lang\nOne,english please", [(2, "import_value")]),
    ("title,tags\nOne,a-b", [(2, "import_tag")]),
    ("title,place\nOne," + "x" * 101, [(2, "import_too_long")]),
    ("file,alt\na.jpg," + "x" * 1001, [(2, "import_too_long")]),
])  # fmt: skip
def test_what_is_wrong_is_told_by_its_line(text: str, told: list[tuple[int, str]]) -> None:
    assert faults(read(text)) == told


def test_letters_that_cannot_be_read_are_told() -> None:
    assert faults(read("title\nCafé".encode("latin-1"))) == [(0, "import_encoding")]
    assert faults(read("title\na\0b")) == [(0, "text_nul")]
    with pytest.raises(Invalid, match="import_nothing"):
        plan(NAMES[1:], {}, 100)


def test_a_table_has_an_end_and_there_is_room_for_so_many() -> None:
    long = read("title\n" + "x\n" * (MOST_ROWS + 5), room=2)
    assert len(long.notes) == 2
    assert faults(long) == [(MOST_ROWS + 2, "import_rows"), (4, "import_full")]
    assert read("title\n" + "x\n" * 100).faults == ()
    assert faults(read("x" * 4_000_001)) == [(0, "import_long")]


MARKDOWN = """---
title: "The harbour"
tags: [lisbon, food]
place: Lisbon
lang: en
layout:
  kind: post
---

At six.

![Boats](a.jpg "Boats") and ![](sub/B.PNG)

# More
"""


def test_a_markdown_file_is_one_note() -> None:
    (one,) = read(MARKDOWN, "one.md").notes
    assert (one.note.title, one.note.place_name, one.note.lang) == ("The harbour", "Lisbon", "en")
    assert (one.files, one.alts) == (("a.jpg", "sub/B.PNG"), ("Boats", ""))
    assert one.note.body == "At six.\n\n and \n\n# More\n\n#lisbon #food"
    (plain,) = read("# A title\n\nText [a link](https://x.example)", "two.md").notes
    assert (plain.note.title, plain.note.body) == ("A title", "Text [a link](https://x.example)")
    (listed,) = read("---\ntags:\n  - lisbon\n  - food\n---\nText ![x](B.PNG)", "sub/three.md").notes
    assert (listed.note.body, listed.files) == ("Text\n\n#lisbon #food", ("sub/B.PNG",))


@pytest.mark.parametrize(("text", "told"), [
    ("---\ntitle: x\n", [(1, "import_front_matter")]), ("---\nnonsense\n---\nx", [(2, "import_front_matter")]),
    ("![x](../../a.jpg)", [(1, "import_outside")]), ("![x](https://x.example/a.jpg)", [(1, "import_remote")]),
    ("", [(1, "empty_note")]),
])  # fmt: skip
def test_what_is_wrong_in_markdown_is_told(text: str, told: list[tuple[int, str]]) -> None:
    assert faults(read(text, "one.md")) == told


TABLE = "file,title\na.png,One\nmissing.png,Two\nb.png,Three\n,Four\n"


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"folder/{name}", data)
    return file.getvalue()


def folder() -> dict[str, Any]:
    return {"t.csv": TABLE.encode(), "a.png": factories.picture(), "b.png": b"no picture"}


async def send(
    client: httpx.AsyncClient, ines: Person, data: bytes, deed: str, name: str = "folder.zip"
) -> httpx.Response:
    files = {"file": (name, data, "application/zip")}
    return await client.post("/drafts/import", data={"deed": deed}, files=files, headers=ines.cookie)


async def test_a_zip_is_looked_through_and_then_made(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    looked = await send(client, ines, zipped(**folder()), "check")
    assert looked.status_code == 200
    assert "1 thing is wrong" in looked.text
    assert "line 3" in looked.text
    assert "There is no “missing.png” in the folder." in looked.text
    assert await drafts.drafts(db, ines.viewer) == [], "nothing is made before"
    made = await send(client, ines, zipped(**folder()), "make")
    assert "2 drafts made." in made.text
    assert "line 4" in made.text, "the picture that is none"
    found = {card.note.title: card for card in await drafts.drafts(db, ines.viewer)}
    assert set(found) == {"One", "Four"}
    assert len(found["One"].pictures) == 1
    assert await db.value("SELECT count(*) FROM upload WHERE draft_id = 0") == 0, (
        "nothing is left of the other"
    )
    whole = await send(client, ines, zipped(**{"t.csv": b"title\nFive"}), "make")
    assert (whole.status_code, whole.headers["location"]) == (303, "/drafts?kept=")


async def test_zips_that_are_none_or_too_much_are_refused(client: httpx.AsyncClient, ines: Person) -> None:
    bomb = zipped(**{"t.csv": b"file,title\na.png,One", "a.png": b"\0" * 60_000_000})
    assert len(bomb) < 100_000
    made = await send(client, ines, bomb, "make")
    assert "This picture file is too large." in made.text
    texts = zipped(**{f"{number}.md": b"x" * 3_900_000 for number in range(12)})
    assert "at most 4 megabytes" in (await send(client, ines, texts, "check")).text
    for data in (b"no zip", zipped(**folder())[:-40], b""):
        answer = await send(client, ines, data, "check")
        assert answer.status_code == 400
        assert "damaged" in answer.text or "no Markdown file" in answer.text
    many = zipped(**{f"{number}.png": b"" for number in range(2_501)})
    assert "At most 2500 files" in (await send(client, ines, many, "check")).text
    rows = "file,title\n" + "".join(f"p{n}.png,x\n" for n in range(MOST_WAITING + 1))
    crowd = zipped(**{"t.csv": rows.encode(), **{f"p{n}.png": b"" for n in range(MOST_WAITING + 1)}})
    assert "At most 60 pictures" in (await send(client, ines, crowd, "make")).text
    evil = zipped(**{"../../t.csv": b"file,title\n../../a.png,One", "../../a.png": factories.picture()})
    assert "lies outside of the folder" in (await send(client, ines, evil, "check")).text


async def test_the_script_sends_texts_and_names(client: httpx.AsyncClient, ines: Person) -> None:
    files = {"file": ("t.csv", TABLE.encode(), "text/csv")}
    headers = {**ines.cookie, "x-fragment": "1"}
    sent = {"names": "t.csv\r\na.png\r\nb.png"}
    answer = await client.post("/drafts/import", data=sent, files=files, headers=headers)
    assert answer.status_code == 200
    assert answer.text.count("<li data-note=") == 3
    assert "<html" not in answer.text
    assert (await client.get("/drafts/import", headers=ines.cookie)).status_code == 200
    assert (await client.get("/drafts/import")).status_code == 303


async def test_the_command_makes_drafts_and_tells_what_it_did_not(cloned_dsn: str, tmp_path: Path) -> None:
    database = Database(cloned_dsn, max_size=2, wiring=WIRING)
    said: list[str] = []
    settings = Settings(
        data=tmp_path, blobs="memory:///", origin="http://x.test", models=tmp_path, database_url=cloned_dsn
    )
    place = tmp_path / "folder"
    place.mkdir()
    for name, data in folder().items():
        (place / name).write_bytes(data)
    (tmp_path / "secret.png").write_bytes(factories.picture())
    (place / "linked.png").symlink_to(tmp_path / "secret.png")
    (place / "letters.csv").write_bytes(b"title\n\xff\n")
    (place / "more.csv").write_text("file,title\nlinked.png,Five\n../secret.png,Six\n")
    try:
        ines = await factories.person(database.session(), "ines")
        assert await importer.tend(settings, said.append, place, "@ines", is_trial=True) == 1
        assert said[-1] == "2 drafts could be made"
        assert any(line.startswith("t.csv, line 4: ") for line in said), "the picture that is none"
        assert "letters.csv: We cannot read the letters of this file. Please save it as UTF-8." in said
        said.clear()
        assert await drafts.drafts(database.session(), ines.viewer) == []
        assert await importer.tend(settings, said.append, place, "ines", is_trial=False) == 1
        assert "more.csv, line 2: There is no “linked.png” in the folder." in said
        assert "more.csv, line 3: The file “../secret.png” lies outside of the folder." in said
        assert any(line.startswith("t.csv, line 4: ") for line in said)
        assert said[-1] == "2 drafts made for ines"
        (place / "one").mkdir()
        (place / "one" / "t.csv").write_text("title\nFive\n")
        assert await importer.tend(settings, said.append, place / "one", "ines", is_trial=True) == 0
        assert said[-1] == "1 draft could be made"
        assert await importer.tend(settings, said.append, place / "one", "ines", is_trial=False) == 0
        assert said[-1] == "1 draft made for ines"
        assert await importer.tend(settings, said.append, place, "nobody", is_trial=True) == 1
        assert await importer.tend(settings, said.append, tmp_path / "none", "ines", is_trial=True) == 1
    finally:
        await database.close()
