from datetime import timedelta

import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from vermilion.accounts import actions as accounts
from vermilion.accounts.schema import EditProfile
from vermilion.engines.language import Language
from vermilion.kernel.ids import Id
from vermilion.kernel.text import content_hash
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.moderation.actions import label
from vermilion.notes import actions as notes
from vermilion.notes.schema import EditNote, NewVersion
from vermilion.search import jobs
from vermilion.search.jobs import count_words, sweep
from vermilion.search.query import cut, understand
from vermilion.search.reads import find_notes
from vermilion.search.schema import Filters, Found
from vermilion.storage.db import Db
from vermilion.translation.queue import finish
from vermilion.translation.schema import Done
from vermilion.work.jobs import Job


async def ask(db: Db, viewer: Viewer, typed: str, **filters: object) -> Found:
    query = understand(cut(typed), "en", viewer.reads)
    return await find_notes(db, viewer, query, Filters(**filters))


async def titles(db: Db, viewer: Viewer, typed: str, **filters: object) -> list[str]:
    return [hit.note.title.original for hit in (await ask(db, viewer, typed, **filters)).items]


async def write(db: Db, author: Person, title: str, **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": "en", **fields})).id


async def test_a_note_is_found_at_its_commit_and_gone_with_it(db: Db, ines: Person) -> None:
    note_id = await write(db, ines, "Three days in Lisbon")
    assert await titles(db, GUEST, "lisbon") == ["Three days in Lisbon"]
    await notes.delete(db, ines.viewer, note_id)
    assert await titles(db, GUEST, "lisbon") == []
    await notes.restore(db, ines.viewer, note_id)
    assert await titles(db, GUEST, "LISBON") == ["Three days in Lisbon"]


async def test_an_edited_note_is_found_by_its_new_words_alone(
    db: Db, ines: Person, language: Language
) -> None:
    note_id = await write(db, ines, "Harbour lights")
    await notes.edit(db, ines.viewer, language, note_id, EditNote(title="Mountain lake", lang="en"))
    assert await titles(db, GUEST, "harbour") == []
    assert await titles(db, GUEST, "mountain") == ["Mountain lake"]


async def test_words_are_found_in_any_of_their_forms(db: Db, ines: Person, mei: Person) -> None:
    await write(db, ines, "Travelling alone")
    await write(db, mei, "里斯本三日游攻略", lang="zh")
    assert await titles(db, GUEST, "travel") == ["Travelling alone"]
    assert await titles(db, GUEST, "travels") == ["Travelling alone"]
    assert await titles(db, GUEST, "里斯本") == ["里斯本三日游攻略"]
    assert await titles(db, GUEST, "里斯本 攻略") == ["里斯本三日游攻略"]
    assert await titles(db, GUEST, "北京") == []


async def test_the_note_that_says_more_of_it_stands_first(db: Db, job: Job, ines: Person) -> None:
    await write(db, ines, "A walk", body="Coffee somewhere near the river in Porto, then home.")
    await write(db, ines, "Porto coffee", body="The best coffee in Porto.")
    await count_words(job)
    assert await titles(db, GUEST, "coffee porto") == ["Porto coffee", "A walk"]
    first = (await ask(db, GUEST, "coffee porto")).items[0]
    assert first.note.reason is not None
    assert first.note.reason.source == "words"
    assert {"words", "fresh"} <= set(first.note.reason.terms)


async def test_a_word_of_letters_counts_as_much_as_a_run_and_grammar_less(
    db: Db, job: Job, ines: Person, mei: Person
) -> None:
    await write(db, ines, "PS5入荷", lang="ja")
    await write(db, mei, "修理情報", lang="ja")
    await write(db, ines, "京都の秋", lang="ja")
    await write(db, mei, "奈良でも", lang="ja")
    await count_words(job)
    assert await titles(db, GUEST, "PS5 修理") == ["PS5入荷", "修理情報"]
    assert await titles(db, GUEST, "京都でも") == ["京都の秋", "奈良でも"]


async def test_operators_narrow_what_is_found(db: Db, ines: Person, mei: Person) -> None:
    await write(db, ines, "Cat on the roof #cats")
    await write(db, mei, "Roof garden with a cat")
    await write(db, mei, "猫在屋顶", lang="zh")
    assert await titles(db, GUEST, '"roof garden"') == ["Roof garden with a cat"]
    assert await titles(db, GUEST, '"garden roof"') == []
    assert await titles(db, GUEST, "cat -garden") == ["Cat on the roof #cats"]
    assert await titles(db, GUEST, "#cats") == ["Cat on the roof #cats"]
    assert await titles(db, GUEST, "roof from:mei") == ["Roof garden with a cat"]
    assert await titles(db, GUEST, "@ines") == ["Cat on the roof #cats"]
    assert await titles(db, GUEST, "猫 lang:zh") == ["猫在屋顶"]
    assert await titles(db, GUEST, "猫 lang:en") == []
    assert await titles(db, GUEST, "cat from:nobody_here") == []
    assert await titles(db, GUEST, "roof -from:mei") == ["Cat on the roof #cats"]
    assert await titles(db, GUEST, "roof -@ines") == ["Roof garden with a cat"]
    assert await titles(db, GUEST, "from:mei -lang:zh") == ["Roof garden with a cat"]
    assert await titles(db, GUEST, "from:mei -from:mei") == []
    found = await ask(db, GUEST, "from:mei")
    assert not found.is_weak
    assert {hit.note.reason.source for hit in found.items if hit.note.reason} == {"filters"}


@pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "\u2060", "\u200d", "\ufeff"])
async def test_what_nobody_sees_parts_no_word(db: Db, ines: Person, mei: Person, unseen: str) -> None:
    await write(db, ines, "A walk in Lisbon")
    await write(db, mei, "上海周末", lang="zh")
    assert await titles(db, GUEST, f"lis{unseen}bon") == ["A walk in Lisbon"]
    assert await titles(db, GUEST, f"上{unseen}海") == ["上海周末"]


async def test_a_note_is_found_by_what_its_author_is_called(
    db: Db, job: Job, later: Later, language: Language
) -> None:
    carmen = await factories.person(db, "carmen_sev", display_name="Carmen Ruiz 小林")
    await write(db, carmen, "Harbour lights")
    for typed in ("Carmen", "carmen ruiz", "小林", "carmen_sev", "carmen harbour"):
        assert await titles(db, GUEST, typed) == ["Harbour lights"], typed
    await accounts.edit_profile(db, carmen.viewer, language, EditProfile(display_name="Amina"))
    await later()
    assert await titles(db, GUEST, "amina") == ["Harbour lights"]
    assert await titles(db, GUEST, "ruiz") == []
    # Another bio alone writes no row anew.
    written = await db.value("SELECT ctid::text FROM search_note")
    await accounts.edit_profile(db, carmen.viewer, language, EditProfile(bio="By the sea"))
    await later()
    assert await db.value("SELECT ctid::text FROM search_note") == written
    await accounts.edit_profile(db, carmen.viewer, language, EditProfile(display_name="Amina B"))
    await later()
    assert await titles(db, GUEST, "amina") == ["Harbour lights"]
    # Rows that were written before authors were part of them are written anew.
    await db.run("UPDATE search_note SET form = 0, words = array_to_tsvector(ARRAY['lights'])")
    assert await titles(db, GUEST, "amina") == []
    assert await sweep(job) == 1
    assert await titles(db, GUEST, "amina") == ["Harbour lights"]
    assert await sweep(job) == 0


async def test_a_note_is_found_by_its_authors_words_in_another_language(db: Db, mei: Person) -> None:
    await write(
        db, mei, "里斯本三日游", lang="zh", versions=(NewVersion(lang="en", title="Three days in Lisbon"),)
    )
    found = await ask(db, GUEST, "lisbon three days")
    assert [hit.note.title.text for hit in found.items] == ["Three days in Lisbon"]
    assert found.items[0].marks == ((0, 5), (6, 10), (14, 20))


async def test_only_who_may_see_a_note_finds_it(db: Db, ines: Person, mei: Person) -> None:
    for audience in ("everyone", "followers", "mutual", "me"):
        await write(db, ines, f"quiet harbour {audience}", audience=audience)
    every = {f"quiet harbour {audience}" for audience in ("everyone", "followers", "mutual", "me")}
    assert set(await titles(db, ines.viewer, "quiet harbour")) == every
    assert await titles(db, GUEST, "quiet harbour") == ["quiet harbour everyone"]
    assert await titles(db, mei.viewer, "quiet harbour") == ["quiet harbour everyone"]
    await accounts.follow(db, mei.viewer, ines.id)
    assert set(await titles(db, mei.viewer, "quiet harbour")) == {
        "quiet harbour everyone",
        "quiet harbour followers",
    }
    await accounts.block(db, ines.viewer, mei.id)
    assert await titles(db, mei.viewer, "quiet harbour") == []


async def test_a_withheld_note_is_not_found_where_it_is_withheld(db: Db, ines: Person) -> None:
    note_id = await write(db, ines, "quiet harbour")
    await label(db, note_id, note_id, "withheld", region="DE", reason="test")
    assert await titles(db, Viewer(region="DE"), "harbour") == []
    assert await titles(db, Viewer(region="FR"), "harbour") == ["quiet harbour"]


async def test_a_note_is_found_by_its_rendering(
    db: Db, job: Job, mei: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(db, mei, "里斯本三日游", lang="zh")
    monkeypatch.setattr(jobs, "SETTLED", timedelta(0))
    for text, lang in (("Three days in Lisbon", "en"), ("", "es")):
        done = Done(
            text_hash=content_hash("里斯本三日游"), lang=lang, source_lang="zh", text=text, engine="test"
        )
        await finish(db, [done])
    assert await titles(db, GUEST, "lisbon") == []
    assert await jobs.add_renderings(job) == 1
    assert await titles(db, GUEST, "lisbon") == ["里斯本三日游"]
    assert await jobs.add_renderings(job) == 0


async def test_words_are_counted_as_notes_come_and_go(db: Db, job: Job, ines: Person) -> None:
    first = await write(db, ines, "harbour harbour")
    await write(db, ines, "harbour lights")
    await write(db, ines, "harbour secrets", audience="me")
    await count_words(job)

    async def having(word: str) -> int | None:
        return await db.value("SELECT note_count FROM search_term WHERE term = $1", word)

    assert (await having("harbour"), await having("lights"), await having("secrets")) == (2, 1, None)
    assert await db.value("SELECT note_count FROM search_size") == 2
    await notes.delete(db, ines.viewer, first)
    await count_words(job)
    assert await having("harbour") == 1
    assert await db.value("SELECT note_count FROM search_size") == 1


async def test_notes_that_were_there_before_the_index_are_found_after_a_sweep(
    db: Db, job: Job, ines: Person
) -> None:
    await write(db, ines, "harbour")
    await db.run("DELETE FROM search_note")
    assert await titles(db, GUEST, "harbour") == []
    assert await sweep(job) == 1
    assert await titles(db, GUEST, "harbour") == ["harbour"]
    assert await sweep(job) == 0


async def test_what_many_like_stands_before_what_is_the_same_otherwise(db: Db, ines: Person) -> None:
    liked = await write(db, ines, "harbour one")
    await write(db, ines, "harbour two")
    assert await titles(db, GUEST, "harbour") == ["harbour two", "harbour one"]
    await db.run("UPDATE note_count SET like_count = 500 WHERE note_id = $1", liked)
    assert await titles(db, GUEST, "harbour") == ["harbour one", "harbour two"]
    assert await titles(db, GUEST, "harbour", sort="newest") == ["harbour two", "harbour one"]
    assert await titles(db, GUEST, "harbour", sort="liked") == ["harbour one", "harbour two"]


async def test_paging_shows_each_note_once(db: Db, ines: Person) -> None:
    for at in range(45):
        await write(db, ines, f"harbour {at}")
    seen: list[str] = []
    cursor: str | None = None
    query = understand(cut("harbour"), "en")
    for size in (20, 20, 5):
        page = await find_notes(db, GUEST, query, Filters(), cursor)
        assert len(page.items) == size
        seen += [hit.note.title.text for hit in page.items]
        cursor = page.next
    assert cursor is None
    assert len(set(seen)) == 45


@pytest.mark.parametrize(
    "typed",
    ["", " ", "a", "x" * 2000, '"', '""', "-", "- -", "-a -b", "*", "a:* | b & !c <-> (d", "'", "\\", "\\'", "%_%",
     "🐱", "\u200b", "ＬＩＳＢＯＮ", "lang:", "from:", "from:@", "#", "@", "#####", "@@@", "里" * 300, "a" * 70 + "里 ",
     "\ud83d", "from:a from:b lang:zh lang:en", '"unbalanced phrase', "ÿ\u0301\u0301", "1 2 3", ":*", "~travel", "#a -#a"],
)  # fmt: skip
async def test_whatever_is_typed_has_an_answer(db: Db, ines: Person, typed: str) -> None:
    await write(db, ines, "harbour a b 里斯本 1 2 3 #a")
    for viewer in (GUEST, ines.viewer):
        await ask(db, viewer, typed)


def test_of_a_long_question_the_single_signs_are_left_out_first() -> None:
    query = understand(cut("".join(chr(0x4E00 + number) for number in range(190))), "zh")
    assert {len(group.alternatives[0].words[0]) for group in query.groups} == {2}
    assert understand(cut("x" * 300), "en").was_cut
