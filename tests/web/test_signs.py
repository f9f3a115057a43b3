"""Text in pictures as pages lay it over them."""

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Signs, line, upload
from vermilion.kernel.ids import Id
from vermilion.media.jobs import read_pictures
from vermilion.media.schema import Picture, PictureText
from vermilion.notes.schema import NewPicture
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.translation.queue import finish
from vermilion.translation.schema import Done, Kind, Passage, Words
from vermilion.translation.state import tell
from vermilion.web.signs import fit, readable, signs
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
