"""The statements the run sends: who writes which table, who reads whose, and nothing of what people sent in their text."""

import tomllib
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
import sqlglot
from sqlglot import exp

from tests import factories
from tests.captions.test_hearing import Ears
from tests.scene import Cameras, Darkroom, Signs, line, upload
from tests.statements import SENT, Sent
from vermilion.accounts import actions as accounts
from vermilion.accounts import applications, entry, grants, hiding, jobs
from vermilion.accounts.applications import NewApplication
from vermilion.accounts.hiding import NewFilter
from vermilion.accounts.passwords import Passwords
from vermilion.accounts.quiet import NewQuiet, be_quiet, be_told, find_quiet
from vermilion.accounts.schema import EditProfile, NewAccount
from vermilion.captions import actions as captions
from vermilion.captions.hearing import hear_films
from vermilion.captions.reads import get_captions
from vermilion.comments import actions as comments
from vermilion.comments import editing
from vermilion.comments import reads as comment_reads
from vermilion.comments.passages import get_spot
from vermilion.comments.schema import EditComment
from vermilion.engines.language import Language
from vermilion.feed import jobs as feed_jobs
from vermilion.feed import places as feed_places
from vermilion.feed import reads as feeds
from vermilion.feed import watching
from vermilion.feed.openings import opened
from vermilion.feed.schema import Seen, SeenBatch, Watched, WatchedBatch
from vermilion.feed.seen import SeenBuffer
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.learning import actions as learning
from vermilion.learning import corrections, review
from vermilion.learning import reads as learning_reads
from vermilion.learning.lexicon import Lexicon
from vermilion.learning.schema import Learner, NewSuggestion, NewWord, Place
from vermilion.media import actions as media
from vermilion.media import arriving
from vermilion.media.actions import discard
from vermilion.media.film_jobs import drop_old_films, prepare_films
from vermilion.media.film_table import read_table
from vermilion.media.film_uploads import Desk, progress, take_in
from vermilion.media.jobs import drop_old_uploads, read_pictures
from vermilion.media.texts import get_upload_text
from vermilion.moderation.actions import label, lift
from vermilion.notes import actions as notes
from vermilion.notes import album_actions, albums, drafts, scheduling, series_actions
from vermilion.notes import hiding as notes_hiding
from vermilion.notes import jobs as note_jobs
from vermilion.notes import reads as note_reads
from vermilion.notes.album_table import NewAlbum, Placing
from vermilion.notes.films import choose_cover
from vermilion.notes.places import match_unplaced
from vermilion.notes.reads import Offer
from vermilion.notes.saved import saved as saved_notes
from vermilion.notes.schema import EditNote, NewNote, NewPicture, NewVersion
from vermilion.notes.series import get_place, series_by
from vermilion.notes.series_schema import EditSeries, NewSeries
from vermilion.notes.sitemap import divide_sitemap
from vermilion.notifications.actions import mark_read
from vermilion.notifications.reads import count_unread, notices
from vermilion.places.jobs import load_some
from vermilion.places.names import Entry
from vermilion.places.reads import Near, offer_towns
from vermilion.search import history, saved
from vermilion.search.asked import Asked, count_questions, write
from vermilion.search.hot import hot
from vermilion.search.jobs import add_renderings, count_words, sweep
from vermilion.search.query import Query, cut, understand
from vermilion.search.reads import find_notes
from vermilion.search.schema import EditSavedSearch, Filters, HistoryChoice
from vermilion.search.spelling import Spelling
from vermilion.search.suggestions import suggest
from vermilion.search.towns import find_towns
from vermilion.search.watching import forget_news, watch
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.translation import actions as renderings
from vermilion.translation.corrections import corrections as corrected_by
from vermilion.translation.jobs import drop_drafts
from vermilion.translation.reads import get_bio
from vermilion.translation.reads import passages as translated
from vermilion.translation.schema import Place as Spotted
from vermilion.translation.state import count_readers, tell
from vermilion.translation.topics import grown
from vermilion.webhooks import actions as hooks
from vermilion.webhooks.jobs import deliver, trim_deliveries
from vermilion.webhooks.reads import deliveries
from vermilion.webhooks.schema import KINDS, EditWebhook
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job
from vermilion.work.runner import run_due

OWNERS = {
    "account": "accounts", "handle": "accounts", "account_count": "accounts", "credential": "accounts",
    "session": "accounts", "token": "accounts", "follow_out": "accounts", "follow_in": "accounts", "block": "accounts",
    "block_in": "accounts", "mute": "accounts", "idempotency": "accounts", "application": "accounts", "application_secret": "accounts",
    "webhook": "webhooks", "webhook_secret": "webhooks", "webhook_delivery": "webhooks",
    "consent": "accounts", "grant_code": "accounts", "refresh_token": "accounts", "label": "moderation", "media": "media",
    "rendition": "media", "upload": "media", "note": "notes", "note_count": "notes", "note_like": "notes",
    "hidden_note": "accounts", "hidden_topic": "accounts", "filter_word": "accounts", "quiet": "accounts",
    "album": "notes", "album_note": "notes",
    "version": "notes", "note_draft": "notes", "series": "notes", "edition": "notes",
    "author_note": "notes", "save": "notes", "topic_note": "notes", "count_log": "notes",
    "comment": "comments", "comment_count": "comments", "timeline": "feed", "popular_author": "feed",
    "popular_note": "feed", "explore": "feed", "impression": "feed", "opening": "feed", "notice": "notifications",
    "notice_actor": "notifications", "pgqueuer": "work", "rendering": "translation", "correction": "translation",
    "picture_text": "media", "upload_text": "media", "film": "media", "film_part": "media", "film_size": "media",
    "film_queue": "media", "watch_log": "feed", "viewing": "feed", "watch_count": "feed", "caption": "captions",
    "caption_queue": "captions",
    "picture_queue": "media", "correction_vote": "translation", "translation_queue": "translation", "translator": "translation",
    "reader_count": "translation", "translation_draft": "translation", "topic_pair": "translation", "seal": "translation",
    "learner": "learning", "saved_word": "learning", "word_review": "learning",
    "correct_me": "comments", "suggestion": "learning",
    "search_note": "search", "search_change": "search", "search_term": "search", "search_size": "search",
    "search_text": "search", "search_prefix": "search", "search_place": "search", "picture_look": "media", "look": "media",
    "search_salt": "search", "search_asked": "search", "search_answer": "search", "search_hot": "search",
    "search_meaning": "search", "search_vector": "search",
    "search_history": "search", "search_choice": "search", "search_saved": "search", "search_news": "search",
    "search_fresh": "search", "town": "places", "town_name": "places", "gazetteer": "places", "place_note": "notes",
    "sitemap_page": "notes",
    "arriving": "media", "arriving_part": "media",
}  # fmt: skip
EXEMPT = {
    "sample": "it lays a whole world down and takes it away in one statement a table",
}
ALSO_WRITES = {
    (
        "web",
        "idempotency",
    ): "the stored answer commits with the effect of the request; accounts clears it away",
}


def floors() -> dict[str, int]:
    """Each top-level module's floor, 0 on top, as import-linter keeps them."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    layers = tomllib.loads(text)["tool"]["importlinter"]["contracts"][0]["layers"]
    return {name.strip(): at for at, layer in enumerate(layers) for name in layer.split("|")}


def tables_of(text: str) -> tuple[set[str], set[str]]:
    """The tables a statement writes, and those it touches at all."""
    tree = sqlglot.parse_one(text, dialect="postgres")
    named = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    touched = {table.name for table in tree.find_all(exp.Table) if table.name} - named
    written = set()
    for node in tree.find_all(exp.Insert, exp.Update, exp.Delete):
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        written.add(target.name)
    return written, touched


def trespasses(sent: set[Sent]) -> list[str]:
    """Statements that write another domain's table or read one of a higher floor."""
    floor, found = floors(), []
    for one in sent:
        domain = one.sender.split(".")[1]
        if not one.sender.startswith("vermilion.") or domain in EXEMPT:
            continue
        written, touched = tables_of(one.text)
        found += [
            f"{one.sender} writes {table}"
            for table in written
            if OWNERS.get(table, domain) != domain and (domain, table) not in ALSO_WRITES
        ]
        found += [
            f"{one.sender} reads {table}"
            for table in touched & OWNERS.keys()
            if OWNERS[table] != domain and floor[OWNERS[table]] <= floor[domain]
        ]
    return found


async def tour(
    database: Database, blobs: Blobs, passwords: Passwords, language: Language, lexicon: Lexicon, word: str
) -> None:
    """Something of everything people do, with `word` in every field they can fill."""
    db = database.session()
    job = Job(db=db, blobs=blobs)
    new = NewAccount(
        handle=f"{word}x", display_name=f"A {word}", password=f"{word} lighthouses", reads=("en", "pt")
    )
    joined = await entry.join(db, passwords, new, agent=word)
    ines = factories.Person(viewer=joined.viewer, token="", secret=joined.secret)
    mei = await factories.person(db, f"{word}y")
    await entry.viewer_of_secret(db, joined.secret)
    await entry.sign_in(db, passwords, f"{word}x", f"{word} lighthouses", word)
    await entry.change_password(db, ines.viewer, passwords, f"{word} lighthouses", f"{word} foghorns")
    await entry.sessions(db, ines.viewer)
    await accounts.edit_profile(db, ines.viewer, language, EditProfile(bio=f"Bio {word}", interests=(word,)))
    for deed in (
        accounts.follow,
        accounts.mute,
        accounts.unmute,
        accounts.unfollow,
        accounts.follow,
        accounts.block,
        accounts.unblock,
    ):
        await deed(db, mei.viewer, ines.id)
    await accounts.follow(db, mei.viewer, ines.id)
    await let_in(db, ines, mei, word)
    await send_on(db, job, ines, word)
    await note_and_thread(db, job, ines, mei, language, word)
    await draft(db, job, ines, language, word)
    await learn(db, ines, mei, lexicon, word)
    await places(db, job, ines, word)
    await arrive(db, job, ines, word)
    await count_readers(job)
    await drop_drafts(job)
    await tell(db, word, "ready", why=word)
    await film_and_captions(db, job, ines, mei, language, word)
    for read in (feeds.watch, feeds.explore, feeds.following, saved_notes, notices):
        await read(db, mei.viewer)
    await feeds.topic(db, mei.viewer, word)
    await keep(db, mei, (await factories.note(db, ines, word)).id, word)
    await look_for(db, job, mei, word)
    await note_reads.notes_by(db, mei.viewer, ines.id)
    await count_unread(db, ines.viewer)
    await mark_read(db, ines.viewer)
    for work in (
        jobs.forget_old_entries,
        feed_jobs.trim_pools,
        drop_old_uploads,
        note_jobs.rescue_pending,
        note_jobs.purge_deleted,
        divide_sitemap,
    ):
        await work(job)
    await run_due(database, blobs, WIRING)


async def let_in(db: Db, ines: factories.Person, mei: factories.Person, word: str) -> None:
    new = NewApplication(
        name=word, address=f"https://{word}.example", redirects=(f"{word}.x:/back",), is_confidential=True
    )
    made = (await applications.register(db, ines.viewer, new)).application
    await applications.edit_application(db, ines.viewer, made.id, new)
    await applications.renew_secret(db, ines.viewer, made.id)
    await applications.proves_itself(db, made, word)
    await applications.find_application(db, str(made.id))
    verifier = word * 10
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    code = await grants.allow(db, mei.viewer, made, word, challenge, ["read"])
    given = await grants.exchange(db, made, code, word, verifier)
    again = await grants.renew(db, made, given.refresh_token)
    await grants.revoke(db, made, given.access_token)
    await grants.revoke(db, made, again.refresh_token)
    await grants.accesses(db, mei.viewer)
    await grants.withdraw(db, mei.viewer, made.id)
    await applications.drop_application(db, ines.viewer, made.id)


async def film_and_captions(
    db: Db, job: Job, ines: factories.Person, mei: factories.Person, language: Language, word: str
) -> None:
    works = Cameras()
    desk = Desk(blobs=job.blobs, images=Darkroom(), works=works, table=read_table())
    dropped = await take_in(db, ines.viewer, desk, word.encode())
    await discard(db, ines.viewer, job.blobs, dropped.id)
    film = await take_in(db, ines.viewer, desk, word.encode())
    await choose_cover(db, ines.viewer, desk, film.id, 10, None)
    shown = NewNote(title=f"F {word}", body=word, lang="pt", pictures=(NewPicture(id=film.id, alt=word),))
    page = await notes.publish(db, ines.viewer, language, shown)
    await prepare_films(Job(db=db, blobs=job.blobs, films=works))
    await progress(db, ines.viewer, film.id)
    await choose_cover(db, ines.viewer, desk, film.id, 20, None)
    await run_due(db.database, job.blobs, WIRING)
    assert await hear_films(Job(db=db, blobs=job.blobs, speech=Ears(killed_after=-1))) == 1
    for text in (word, f"{word}2"):
        said = f"WEBVTT\n\n00:00.000 --> 00:01.000\n{text}\n"
        await captions.write_captions(db, ines.viewer, page.id, film.id, "pt", said)
    await captions.take_back(db, ines.viewer, page.id, film.id, "pt")
    for lang in ("pt", "en"):
        await get_captions(db, mei.viewer, page.id, film.id, lang)
    await captions.drop_captions(db, ines.viewer, page.id, film.id, "pt")
    told = Watched(note_id=page.id, key=uuid4(), seconds=4, share=1)
    await watching.report(db, mei.viewer, WatchedBatch(watches=(told,)))
    await watching.add_watches(job)
    await watching.figures(db, ines.viewer, page.id)
    await drop_old_films(job)


async def arrive(db: Db, job: Job, ines: factories.Person, word: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield word.encode()

    for _ in range(2):
        found = await arriving.begin(db, ines.viewer, job.blobs, len(word))
        await arriving.receive(db, job.blobs, found, 0, pieces())
        await arriving.finish(db, ines.viewer, job.blobs, Darkroom(), found.id)
        await arriving.progress(db, ines.viewer, found.id)
        await arriving.discard(db, ines.viewer, job.blobs, found.id)
    await arriving.drop_old(job)


async def places(db: Db, job: Job, ines: factories.Person, word: str) -> None:
    town = Entry(
        geonameid=7, name=word, countrycode="PT", latitude=1, longitude=2, population=9, timezone="", alternatenames=(word,)
    )  # fmt: skip
    written = await factories.note(db, ines, word, place_name=word)
    while await load_some(db, [msgspec.Raw(msgspec.json.encode(town))], {}, word):
        pass
    await match_unplaced(job)
    for sort in ("newest", "best"):
        await feed_places.place(db, ines.viewer, Id(7), sort)
    await offer_towns(db, ines.viewer, word, Near(latitude=1, longitude=2))
    await find_towns(db, ines.viewer, word)
    await notes.edit(db, ines.viewer, Language(), written.id, EditNote(title=word, place_id=Id(7)))
    await notes.delete(db, ines.viewer, written.id)


async def send_on(db: Db, job: Job, ines: factories.Person, word: str) -> None:
    address = f"http://127.0.0.1:9/{word}"
    made = (await hooks.add_webhook(db, ines.viewer, EditWebhook(address=address, kinds=KINDS))).webhook
    await hooks.edit_webhook(db, ines.viewer, made.id, made)
    await hooks.try_webhook(db, ines.viewer, made.id)
    await deliver(Job(db=db, blobs=job.blobs, webhooks="loopback"))
    (one,) = await deliveries(db, ines.viewer, made.id)
    await hooks.send_again(db, ines.viewer, made.id, one.id)
    await trim_deliveries(job)
    await hooks.drop_webhook(db, ines.viewer, made.id)


async def same(query: Query) -> Query:
    return query


async def look_for(db: Db, job: Job, mei: factories.Person, word: str) -> None:
    await count_words(job)
    await add_renderings(job)
    await sweep(job)
    for typed in (word, f'"{word}"', f"#{word}", f"@{word}x", f"{word} -{word}2 from:{word}x"):
        query = understand(cut(typed), "en", ("en", "pt"))
        await find_notes(db, mei.viewer, query, Filters())
        await saved.save_search(db, mei.viewer, query, Filters(), word)
    one, other, *_ = await saved.saved_searches(db, mei.viewer)
    await saved.rename_search(db, mei.viewer, one.id, EditSavedSearch(name=f"{word} {word}"))
    await saved.look_at(db, mei.viewer, one.id)
    await saved.drop_search(db, mei.viewer, other.id)
    await saved.restore_search(db, mei.viewer, other.id)
    offer = Offer(note_id=new_id(), author_id=mei.id)
    for text in (word, f"{word} {word}"):
        asked = Asked(
            account_id=mei.id, question=text, lang="en", region=word, asked_at=now(), answers=(offer,), is_counted=True
        )  # fmt: skip
        await write(db, [asked])
    for work in (count_questions, watch, forget_news):
        await work(Job(db=db, blobs=job.blobs, least_asking=1))
    await hot(db, mei.viewer, "en", word)
    await suggest(db, mei.viewer, Spelling(), word)
    await history.restore(db, mei.viewer, await history.erase(db, mei.viewer))
    await history.past_searches(db, mei.viewer)
    await history.choose(db, mei.viewer, HistoryChoice(keeps_history=True, erase=True))
    await history.keeps_history(db, mei.viewer)


async def draft(db: Db, job: Job, ines: factories.Person, language: Language, word: str) -> None:
    note = NewNote(title=word, body=word, place_name=word)
    one, other = [await drafts.keep_new(db, ines.viewer, note) for _ in range(2)]
    changed = msgspec.structs.replace(note, title=f"{word} again")
    await drafts.keep_changed(db, ines.viewer, job.blobs, one.id, 1, changed)
    await drafts.keep_changed(db, ines.viewer, job.blobs, one.id, 1, note)
    await drafts.drafts(db, ines.viewer)
    await drafts.publish(db, ines.viewer, language, one.id, 2, changed)
    await scheduling.schedule(db, ines.viewer, language, other.id, now() + timedelta(hours=2), "UTC")
    await scheduling.call_off(db, ines.viewer, other.id)
    await db.run("UPDATE note_draft SET due_at = $1 WHERE id = $2", now() - timedelta(hours=1), other.id)
    await scheduling.publish_due(job)
    other = await drafts.keep_new(db, ines.viewer, note)
    await drafts.delete(db, ines.viewer, other.id)
    await drafts.restore(db, ines.viewer, other.id)
    await drafts.purge_drafts(job)
    part = await factories.note(db, ines, word)
    series = await series_actions.open_series(db, ines.viewer, language, NewSeries(title=word))
    await series_actions.put_into(db, ines.viewer, part.id, series.id)
    order = EditSeries(title=f"{word} anew", note_ids=(part.id,))
    await series_actions.edit_series(db, ines.viewer, language, series.id, order)
    await get_place(db, ines.viewer, part.id)
    await series_by(db, ines.viewer, ines.id)
    await series_actions.delete_series(db, ines.viewer, series.id)
    await series_actions.purge_series(job)


async def note_and_thread(
    db: Db, job: Job, ines: factories.Person, mei: factories.Person, language: Language, word: str
) -> None:
    pictures = tuple([NewPicture(id=await upload(db, job.blobs, ines), alt=word) for _ in range(2)])
    page = await notes.publish(
        db, ines.viewer, language,
        NewNote(title=f"T {word}", body=f"#{word} @{mei.viewer.handle}", pictures=pictures, place_name=word,
                versions=(NewVersion(lang="pt", title=word, body=f"#{word}3"),)),
    )  # fmt: skip
    reading = Job(db=db, blobs=job.blobs, ocr=Signs(line(word)))
    await get_upload_text(db, ines.viewer, await upload(db, job.blobs, ines))
    await read_pictures(reading)
    await run_due(db.database, job.blobs, WIRING)
    await notes.edit(
        db, ines.viewer, language, page.id, EditNote(title=word, body=f"#{word}2", pictures=pictures[:1])
    )
    for on in (True, False, True):
        await notes.like(db, mei.viewer, page.id, on=on)
        await notes.save(db, mei.viewer, page.id, on=on)
    said = await factories.comment(
        db, mei, page.id, word, pictures=(NewPicture(id=await upload(db, job.blobs, mei)),)
    )
    await factories.comment(db, ines, page.id, word, reply_to=said.id)
    await editing.edit(db, mei.viewer, language, page.id, said.id, EditComment(body=f"{word} again"))
    await comments.like(db, ines.viewer, page.id, said.id, on=True)
    await comments.pin(db, ines.viewer, page.id, said.id, on=True)
    await note_jobs.roll_up(job)
    await read_pictures(reading)
    await run_due(db.database, job.blobs, WIRING)
    for order in ("newest", "liked"):
        await comment_reads.get_note_and_thread(db, mei.viewer, page.id, order)
    await corrected(db, ines, mei, language, page.id, said.id, word)
    await comments.delete(db, mei.viewer, page.id, said.id)
    await comments.restore(db, mei.viewer, page.id, said.id)
    await lift(db, page.id, await label(db, page.id, page.id, "withheld", region="DE", reason=word))
    await media.discard(db, ines.viewer, job.blobs, await upload(db, job.blobs, ines))
    seen = SeenBuffer(db.database)
    seen.add(mei.viewer, SeenBatch(events=(
        Seen(kind="opening", note_id=page.id, surface="explore", source=word),
        Seen(kind="impression", note_id=page.id, surface="explore", source=word),
    )))  # fmt: skip
    await seen.flush()
    await notes.delete(db, ines.viewer, page.id)
    await notes.restore(db, ines.viewer, page.id)
    await notes.delete(db, ines.viewer, page.id)
    await db.run("UPDATE note SET deleted_at = $1 WHERE id = $2", now() - timedelta(hours=1), page.id)
    await note_jobs.purge_deleted(job)


async def learn(db: Db, ines: factories.Person, mei: factories.Person, lexicon: Lexicon, word: str) -> None:
    """What learners do; `mei` speaks the language and `ines` learns it."""
    learner = msgspec.structs.replace(ines.viewer, learns="en", reads=("zh",))
    native = msgspec.structs.replace(mei.viewer, reads=("en",))
    note = await factories.note(db, mei, f"The {word}", body=f"One {word} here.", lang="en")
    said = await factories.comment(db, ines, note.id, f"I likes the {word} very much.", lang="en")
    await learning.set_learner(db, learner, Learner())
    saved = await learning.save_word(db, learner, lexicon, NewWord(word=word, lang="en", note_id=note.id))
    await learning.know(db, learner, saved.id, on=False)
    await learning.answer(db, learner, saved.id, 3, now())
    await review.today(db, learner, lexicon, [*await opened(db, learner), note.id], now())
    await review.suggestions(db, learner, lexicon, [note.id])
    await learning.undo_answer(db, learner, now())
    await learning_reads.saved_words(db, learner, lexicon, "en", query=word)
    await learning_reads.readings(db, learner, lexicon, "en", [word])
    place = Place(note_id=note.id, comment_id=said.id)
    await learning_reads.explain(db, learner, lexicon, "en", word, place=place)
    await corrections.ask(db, learner, note.id, said.id)
    made = await corrections.suggest(db, native, note.id, said.id, NewSuggestion(text=f"I like the {word}."))
    await corrections.helps(
        db, learner, note.id, [await comment_reads.get_comment(db, learner, note.id, said.id)]
    )
    await corrections.thank(db, learner, note.id, made.suggestions[0].id, on=True)
    await corrections.hide(db, learner, note.id, made.suggestions[0].id)
    await comments.ask_in(db, learner, note.id, said.id, None)
    await learning.drop_word(db, learner, saved.id)


async def corrected(
    db: Db,
    ines: factories.Person,
    mei: factories.Person,
    language: Language,
    note_id: Id,
    said: Id,
    word: str,
) -> None:
    place = Spotted(part="comment", note_id=note_id, subject_id=said)
    spot = await get_spot(db, mei.viewer, place)
    spot = msgspec.structs.replace(spot, words=msgspec.structs.replace(spot.words, lang="fr"))
    for deed in ("vote", "report", "revert", "accept"):
        one = await renderings.correct(db, ines.viewer, language, spot, f"{word} {deed}", "en")
        await corrected_by(db, mei.viewer, spot)
        if deed == "vote":
            await renderings.vote(db, mei.viewer, spot, one, -1)
            await renderings.vote(db, mei.viewer, spot, one, 0)
        elif deed == "report":
            await renderings.report(db, mei.viewer, spot, one, word)
        elif deed == "revert":
            await renderings.revert(db, ines.viewer, spot, one)
        else:
            await renderings.accept(db, mei.viewer, spot, one)
    await translated(db, mei.viewer, [spot.words])
    await get_bio(db, mei.viewer, ines.id)
    await grown(db)


async def keep(db: Db, mei: factories.Person, note_id: Id, word: str) -> None:
    """Albums, what is hidden, filtered words."""
    album = await album_actions.open_album(db, mei.viewer, NewAlbum(name=word))
    await album_actions.put_into(db, mei.viewer, note_id, [album.id])
    await album_actions.place(db, mei.viewer, album.id, note_id, Placing())
    await albums.album_notes(db, mei.viewer, mei.id, album.id)
    await notes_hiding.hide(db, mei.viewer, note_id)
    await notes_hiding.hidden_notes(db, mei.viewer)
    await hiding.hide_topic(db, mei.viewer, word)
    await hiding.add_filter(db, mei.viewer, NewFilter(place="reading", word=word, manner="fold"))
    await hiding.filters_of(db, mei.viewer)
    await be_quiet(db, mei.viewer, NewQuiet(zone="UTC", begins=0, ends=1))
    await find_quiet(db, mei.viewer)
    await be_told(db, mei.viewer)


def ours(sent: set[Sent]) -> set[Sent]:
    return {one for one in sent if one.sender.startswith("vermilion.")}


async def test_each_domain_writes_its_own_tables_and_reads_downward(
    database: Database, blobs: Blobs, passwords: Passwords, language: Language, dictionary_folder: Path
) -> None:
    await tour(database, blobs, passwords, language, Lexicon(dictionary_folder), "quokka")
    written = set().union(*(tables_of(one.text)[0] for one in ours(SENT)))
    assert written >= OWNERS.keys() - {"popular_author", "seal"}
    assert trespasses(SENT) == []


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        (
            "vermilion.notes.actions",
            "UPDATE account_count SET note_count = note_count + 1 WHERE account_id = $1",
        ),
        (
            "vermilion.comments.actions",
            "WITH gone AS (DELETE FROM note WHERE id = $1 RETURNING id) SELECT id FROM gone",
        ),
        ("vermilion.accounts.reads", "SELECT a.id FROM account a JOIN note n ON n.author_id = a.id"),
        ("vermilion.feed.reads", "SELECT EXISTS (SELECT 1 FROM notice WHERE account_id = $1)"),
        ("vermilion.web.pages.feeds", "INSERT INTO save (account_id, note_id) VALUES ($1, $2)"),
    ],
)
def test_a_planted_trespass_is_found(sender: str, text: str) -> None:
    assert len(trespasses({Sent(sender, text)})) >= 1
    assert trespasses({Sent("vermilion.accounts.reads", "SELECT id FROM account WHERE id = $1")}) == []


def carrying(sent: set[Sent], before: set[Sent], words: tuple[str, ...]) -> list[str]:
    """Statements with what people sent in their text, or such as only came up with other words."""
    return [
        one.text
        for one in ours(sent)
        if any(word in one.text.casefold() for word in words) or one not in before
    ]


async def test_no_statement_carries_what_people_sent(
    database: Database, blobs: Blobs, passwords: Passwords, language: Language, dictionary_folder: Path
) -> None:
    await tour(database, blobs, passwords, language, Lexicon(dictionary_folder), "quokka")
    before = set(SENT)
    await tour(database, blobs, passwords, language, Lexicon(dictionary_folder), "numbat")
    assert carrying(SENT, before, ("quokka", "numbat")) == []
    planted = Sent("vermilion.notes.reads", "SELECT id FROM note WHERE title = 'numbat'")
    assert carrying({*SENT, planted}, {*before, planted}, ("quokka", "numbat")) == [planted.text]
    assert carrying({*SENT, planted}, before, ()) == [planted.text]


async def test_every_table_has_an_owner(db: Db) -> None:
    rows = await db.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    assert {row[0] for row in rows} - OWNERS.keys() - {"migration"} <= {
        name for name in {row[0] for row in rows} if name.startswith("pgqueuer_")
    }
