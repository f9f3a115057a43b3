"""Text in pictures as pages lay it over them."""

import re
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Signs, line, upload
from vermilion.accounts import actions as accounts
from vermilion.comments import actions as comments
from vermilion.kernel.ids import Id
from vermilion.kernel.text import content_hash
from vermilion.media.jobs import read_pictures
from vermilion.media.schema import Picture, PictureText
from vermilion.notes.schema import NewPicture, Note
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.translation import queue
from vermilion.translation.lore import Lore
from vermilion.translation.queue import finish
from vermilion.translation.schema import Done, Kind, Passage, Words
from vermilion.translation.state import tell
from vermilion.translation.table import Table
from vermilion.translation.topics import read as read_topics
from vermilion.web.reading import Manner
from vermilion.web.signs import fit, of_pictures, readable, signs
from vermilion.work.jobs import Job

SIGN = "老王牛肉面"


def picture(kind: Kind = "machine", text: str = "Beef noodles", **place: float) -> Picture:
    words = Passage(text=text, lang="en", original=SIGN, original_lang="zh", kind=kind, key="aa.en")
    where = {"left": 0.2, "top": 0.1, "width": 0.6, "height": 0.1, "angle": 0.0, **place}
    sign = PictureText(words=words, quad=(), ink="#ffffff", ground="#c8102e", **where)
    return Picture(
        id=Id(1), kind="picture", width=800, height=600, thumbhash="", mean_color="#000000", alt="", alt_lang="und",
        sources=(), texts=(sign,),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("machine", 1), ("corrected", 1), ("missing", 1), ("original", 0), ("version", 0), ("poor", 0)],
)
def test_only_what_is_translated_or_will_be_lies_over_the_picture(kind: Kind, shown: int) -> None:
    assert len(signs(picture(kind))) == shown


def test_what_is_still_to_come_waits_under_its_key_and_shows_nothing() -> None:
    (waits,), (here,) = signs(picture("missing")), signs(picture())
    assert (waits.text, waits.key) == ("", "aa.en")
    assert (here.text, here.key) == ("Beef noodles", "")


def test_a_line_stands_where_it_was_found_and_a_column_is_read_along_it() -> None:
    (level,) = signs(picture())
    assert level.style.startswith("left:20.00%;top:15.00%;width:60.00%;min-height:10.00%")
    assert "rotate" not in level.style
    (column,) = signs(picture(left=0.8, width=0.05, top=0.2, height=0.5))
    assert "rotate:90.0deg" in column.style
    assert "width:37.50%;min-height:6.67%" in column.style


def test_letters_fill_their_box_and_long_texts_take_more_rows() -> None:
    assert fit("Exit", 0.5, 0.1) == pytest.approx(100 * 0.1 / 1.14)
    one, many = fit("noodles" * 3, 0.4, 0.1), fit("fresh noodles every day", 0.4, 0.1)
    assert one < many
    assert fit("x" * 300, 0.1, 0.02) == 1.3


def test_ink_that_cannot_be_read_becomes_black_or_white() -> None:
    assert readable("#ffffff", "#000000") == "#ffffff"
    assert readable("#777777", "#808080") == "#000000"
    assert readable("#333333", "#222222") == "#ffffff"


async def test_the_page_holds_lines_for_readers_and_a_list_for_everybody(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, mei: Person, ines: Person
) -> None:
    note = await factories.note(db, mei, pictures=(NewPicture(id=await upload(db, blobs, mei)),))
    hostile = "<b>面</b> 馆馆馆馆馆"
    await read_pictures(Job(db=db, blobs=blobs, ocr=Signs(line(SIGN), line(hostile, 0.4))))
    words = Words(text=SIGN, lang="zh", subject_id=note.id, part="picture", is_public=True)
    await finish(
        db, [Done(text_hash=words.hash, lang="en", source_lang="zh", text="Beef <i>noodles", engine="e")]
    )
    await tell(db, "test", "ready")
    foreign = (await client.get(f"/n/{int(note.id)}", headers=ines.cookie)).text
    assert '<span lang="en" dir="auto">Beef &lt;i&gt;noodles</span>' in foreign
    assert f'<span lang="zh" dir="auto">{SIGN}</span>' in foreign
    assert "&lt;b&gt;面&lt;&#x2f;b&gt;" in foreign
    assert "<b>面" not in foreign
    waits = Words(text=hostile, lang="zh", subject_id=note.id, part="picture", is_public=True)
    assert foreign.count(f'data-wait="{waits.hash.hex()}.en"') == 2
    assert "data-signs" in foreign
    assert foreign.count("Translated from Chinese · by machine") >= 2
    own = (await client.get(f"/n/{int(note.id)}", headers=mei.cookie)).text
    assert 'class="sign"' not in own
    assert "data-signs" not in own


@pytest.fixture
async def signposted(db: Db, blobs: Blobs, mei: Person) -> tuple[Note, Id]:
    """A note with a picture, and a comment with one; the same line stands in both."""
    note = await factories.note(db, mei, pictures=(NewPicture(id=await upload(db, blobs, mei)),))
    shown = NewPicture(id=await upload(db, blobs, mei))
    said = await factories.comment(db, mei, note.id, "看", lang="zh", pictures=(shown,))
    job = Job(db=db, blobs=blobs, ocr=Signs(line(SIGN)))
    while await read_pictures(job):
        pass
    await tell(db, "test", "ready")
    return note, said.id


async def test_on_tap_the_lines_of_a_picture_are_asked_for_as_other_passages_are(
    client: httpx.AsyncClient, db: Db, people: Callable[..., Awaitable[Person]], signposted: tuple[Note, Id]
) -> None:
    note, _ = signposted
    tom = await people("tom", translate="tap")
    page = (await client.get(f"/n/{note.id}", headers=tom.cookie)).text
    places = re.findall(r'name="at" value="(picture\.[\d.]+)"', page)
    assert len(places) == 2  # in the note and under the comment
    key = f"{content_hash(SIGN).hex()}.en"
    assert page.count(f'data-tap="{key}"') == 3  # over the picture, in its list, in the comment's
    assert f'data-wait="{key}"' not in page
    for place in places:
        answer = await client.post("/translate", data={"at": place}, headers=tom.cookie)
        assert answer.headers["location"] == f"/n/{note.id}?asked={place}#s{place}"
    asked = (await client.get(f"/n/{note.id}?asked={places[1]}", headers=tom.cookie)).text
    assert f'id="s{places[1]}" open' in asked
    assert f'data-wait="{key}"' in asked
    waiting = next(one for one in await queue.claim(db, 9) if one.part == "picture")
    assert (waiting.text, waiting.priority // 100) == (SIGN, 3)
    done = Done(text_hash=waiting.text_hash, lang="en", source_lang="zh", text="Beef noodles", engine="e")
    await finish(db, [done])
    plain = (await client.get(f"/n/{note.id}", headers=tom.cookie)).text
    assert "data-plain" in plain  # who taps sees the picture as it is, and turns it
    assert plain.count('<b lang="en" dir="auto">Beef noodles</b>') == 2
    assert "data-plain" not in (await client.get(f"/n/{note.id}?asked={places[0]}", headers=tom.cookie)).text


async def test_lines_of_a_picture_are_asked_for_by_those_who_may_see_it(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person, signposted: tuple[Note, Id]
) -> None:
    note, comment_id = signposted
    rows = await db.rows("SELECT id FROM media WHERE note_id = $1 ORDER BY subject_id = $1 DESC", note.id)

    async def asked() -> list[int]:
        codes = []
        for place in [f"picture.{note.id}.{row[0]}" for row in rows]:
            page = await client.post("/translate", data={"at": place}, headers=ines.cookie)
            twin = await client.post(f"/api/v1/passages/{place}/translate", headers=ines.bearer)
            codes += [page.status_code, twin.status_code]
        return codes

    assert await asked() == [303, 202, 303, 202]
    await comments.delete(db, mei.viewer, note.id, comment_id)
    assert await asked() == [303, 202, 404, 404]
    await accounts.block(db, mei.viewer, ines.id)
    assert await asked() == [404] * 4


def test_a_pair_machines_get_wrong_is_read_on_tap_in_pictures_too() -> None:
    doubtful = Table(make=())  # no make serves any pair
    manner = Manner(is_on=True, tongues=("en",), lore=Lore(read_topics(), table=doubtful))
    (missing,) = of_pictures([picture("missing")], Id(2), manner)
    assert (missing.taps, missing.lines[0].step, missing.is_plain) == ("aa.en", "tap", False)
    (stored,) = of_pictures([picture("machine")], Id(2), manner)
    assert (stored.taps, stored.lines[0].step, stored.is_plain) == ("", "done", True)
