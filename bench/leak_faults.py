"""Faults to be planted, one at a time: each lets somebody see what is not for them, and the search must find it."""

import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import asyncpg
import msgspec
import pytest

from vermilion.accounts import reads as accounts
from vermilion.accounts.schema import BLOCKED_BY, BLOCKS, FOLLOWED_BY, FOLLOWS, Person
from vermilion.captions import reads as captions
from vermilion.comments import reads as comments
from vermilion.comments import rules as comment_rules
from vermilion.feed import reads as feed_reads
from vermilion.feed import watching
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes import actions, editions, films, rules, series, sitemap
from vermilion.notes import reads as note_reads
from vermilion.notes.entries import entries
from vermilion.notes.schema import Note
from vermilion.notes.texts import texts
from vermilion.search import hot, lookalikes, reads
from vermilion.translation import corrections
from vermilion.web import asked, atom_feeds, heads, oembed, share_cards

Function = Callable[..., Any]


@dataclass(frozen=True)
class Fault:
    """A fault by name; `plant` puts it in until the patch is undone."""

    name: str
    plant: Callable[[pytest.MonkeyPatch], None]
    right: str = ""
    """The text of a statement that it is planted in."""


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """The program with this fault in it."""
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        yield


def in_sql(name: str, right: str, wrong: str) -> Fault:
    """A fault in the text of whatever statement holds `right`."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        for method in ("fetch", "fetchrow", "fetchval", "execute", "prepare"):
            patch.setattr(
                asyncpg.Connection, method, _sending(getattr(asyncpg.Connection, method), right, wrong)
            )

    return Fault(name, plant, right)


def _sending(send: Function, right: str, wrong: str) -> Function:
    async def sending(connection: object, sql: str, *args: object, **options: object) -> object:
        return await send(connection, sql.replace(right, wrong), *args, **options)

    return sending


def instead(name: str, right: Function, wrong: Function) -> Fault:
    """A fault in a function, wherever it was imported to."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        for module in [module for path, module in sys.modules.items() if path.startswith("vermilion.")]:
            for attribute in [key for key, value in vars(module).items() if value is right]:
                patch.setattr(module, attribute, wrong)

    return Fault(name, plant)


def in_property(name: str, attribute: str, wrong: Function) -> Fault:
    """A fault in a property, in whichever class has it."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        for module in [module for path, module in sys.modules.items() if path.startswith("vermilion.")]:
            for kind in {value for value in vars(module).values() if isinstance(value, type)}:
                if attribute in vars(kind):
                    patch.setattr(kind, attribute, property(wrong))

    return Fault(name, plant)


def note_seen(**changes: object) -> Function:
    """The rule of notes, asked about a note that differs from the one at hand."""

    def seen(note: Note, viewer: Any, author: Person | None, withheld_in: Any = ()) -> bool:
        given = {
            key: value(note) if callable(value) else value for key, value in changes.items() if key in _FIELDS
        }
        if "tie" in changes and author is not None:
            author = msgspec.structs.replace(author, tie=changes["tie"](author.tie), state="active")  # type: ignore[operator]
        if "withheld_in" in changes:
            withheld_in = changes["withheld_in"](list(withheld_in))  # type: ignore[operator]
        # Whatever is a note to the rule: its own Record may not be one that can be replaced.
        fields = {field: getattr(note, field) for field in _FIELDS} | given
        return bool(_IS_VISIBLE(_Noted(**fields), viewer, author, withheld_in))

    return seen


_FIELDS = ("author_id", "state", "audience", "deleted_at")
_GET_NOTE = note_reads.get_note
_WATCH = feed_reads.watch
_GET_PERSON = accounts.get_person
_IS_VISIBLE = rules.is_visible
_COMMENT_IS_VISIBLE = comment_rules.is_visible


class _Noted(msgspec.Struct):
    author_id: Id
    state: str
    audience: str
    deleted_at: object


class _Said(msgspec.Struct):
    author_id: Id
    state: str
    deleted_at: object


def comment_seen(**changes: object) -> Function:
    """The rule of comments, asked about one that differs from the one at hand."""

    def seen(said: Any, viewer: Any, author: Person | None) -> bool:
        if "tie" in changes and author is not None:
            author = msgspec.structs.replace(author, tie=0, state="active")
        fields = {
            name: changes.get(name, getattr(said, name)) for name in ("author_id", "state", "deleted_at")
        }
        return _COMMENT_IS_VISIBLE(_Said(**fields), viewer, author)  # type: ignore[arg-type]

    return seen


def _without(audience: str) -> Callable[[Note], str]:
    return lambda note: "everyone" if note.audience == audience else note.audience


async def _anybody(db: Any, viewer: Any, account_id: int) -> Person:
    found: Person = (await accounts.people(db, viewer, [account_id]))[Id(account_id)]
    return found


async def _any_but_blockers(db: Any, viewer: Any, account_id: int) -> Person:
    found = await _anybody(db, viewer, account_id)
    return found if not found.tie & BLOCKED_BY else await _GET_PERSON(db, viewer, account_id)


async def _any_comment(*_args: object) -> Any:
    return _Said(author_id=Id(1), state="public", deleted_at=None)


async def _any_note(db: Any, _viewer: object, note_id: int) -> Any:
    author = await db.value("SELECT author_id FROM note WHERE id = $1", note_id)
    return await _GET_NOTE(db, Viewer(account_id=Id(author)), note_id)


async def _watched_by_author(db: Any, _viewer: object, cursor: str | None = None) -> Any:
    author = await db.value("SELECT account_id FROM handle WHERE handle = 'author'")
    return await _WATCH(db, Viewer(account_id=Id(author)), cursor)


def _in(module: ModuleType, name: str) -> Fault:
    """A fault in the one module that asks for a note no matter who asks."""
    return Fault(name, lambda patch: patch.setattr(module, "get_note", _any_note))


async def _yes(*_args: object) -> bool:
    return True


def _sight_of_all(viewer: Any, people: Any) -> rules.Sight:
    every = [person.id for person in people]
    return (viewer.account_id, every, [], [], viewer.region)


def _sight_without_ties(viewer: Any, people: Any) -> rules.Sight:
    reach = [person.id for person in people if not person.is_apart]
    return (viewer.account_id, reach, reach, [], viewer.region)


def _sight_of_one_side(viewer: Any, people: Any) -> rules.Sight:
    reach = [person for person in people if not person.is_apart]
    follows = [person.id for person in reach if person.tie & FOLLOWS]
    return (viewer.account_id, [person.id for person in reach], follows, follows, viewer.region)


_STATE = "n.state = 'public' AND n.author_id = ANY($3)"


async def _all_answered(_db: object, _viewer: object, rows: Iterable[tuple[str, int, int]]) -> set[str]:
    return {row[0] for row in rows}


async def _every_note(_db: object, _viewer: object, offers: list[note_reads.Offer]) -> set[Id]:
    return {offer.note_id for offer in offers}


async def _every_address(
    db: Any, _first: int, _end: int, **_more: object
) -> AsyncIterator[list[sitemap.Listed]]:
    yield await db.all(sitemap.Listed, "SELECT id, created_at AS changed_at FROM note")


async def _notes_for_their_author(db: Any, _viewer: Viewer, account_id: Id, cursor: str | None = None) -> Any:
    return await note_reads.notes_by(db, Viewer(account_id=account_id), account_id, cursor)


async def _entries_for_their_author(db: Any, _viewer: Viewer, offers: list[note_reads.Offer]) -> Any:
    return await entries(db, Viewer(account_id=offers[0].author_id), offers)


async def _note_for_its_author(db: Any, _viewer: Viewer, note_id: Id) -> Any:
    author = await db.value("SELECT author_id FROM note WHERE id = $1", note_id)
    return await note_reads.get_note(db, Viewer(account_id=Id(author or 0)), note_id)


async def _cards_for_their_author(db: Any, _viewer: Viewer, offers: list[note_reads.Offer]) -> Any:
    return await note_reads.cards(db, Viewer(account_id=offers[0].author_id), offers)


async def _page_for_its_author(db: Any, _viewer: Viewer, note_id: Id) -> Any:
    author = await db.value("SELECT author_id FROM note WHERE id = $1", note_id)
    page = await note_reads.get_note_page(db, Viewer(account_id=author), note_id)
    return msgspec.structs.replace(page, is_for_everybody=True)


def _for_their_authors(read: Function, source: str = "") -> Function:
    """A read of notes that asks for each as its author; `source`: those alone that were found in this way."""

    async def wrong(db: Any, viewer: Viewer, offers: list[note_reads.Offer], **more: Any) -> list[Any]:
        found: list[Any] = []
        for one in offers:
            is_wrong = not source or (one.reason is not None and one.reason.source == source)
            who = Viewer(account_id=one.author_id) if is_wrong else viewer
            found += await read(db, who, [one], **({} if is_wrong else more))
        return found

    return wrong


async def _everybody_near(db: Any, viewer: Viewer, account_ids: Iterable[int]) -> Any:
    every = await accounts.people(db, viewer, list(account_ids))
    return {key: msgspec.structs.replace(one, tie=0, state="active") for key, one in every.items()}


def _near_for_their_authors(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reads, "people", _everybody_near)
    patch.setattr(reads, "cards", _for_their_authors(note_reads.cards, "meaning"))


async def _found_by_the_author(db: Any, viewer: Viewer, *given: Any, **more: Any) -> Any:
    if "size" in more:  # so many are only asked for to be quoted
        viewer = Viewer(account_id=await db.value("SELECT id FROM account WHERE handle = 'author'"))
    return await reads.find_notes(db, viewer, *given, **more)


def _answers_for_their_author(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(asked, "find_notes", _found_by_the_author)
    patch.setattr(reads, "texts", _for_their_authors(texts))


def _feeds_for_their_authors(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(atom_feeds, "notes_by", _notes_for_their_author)
    patch.setattr(atom_feeds, "entries", _entries_for_their_author)


FAULTS: tuple[Fault, ...] = (
    Fault("what is found by meaning alone is for all", _near_for_their_authors),
    Fault(
        "notes with the picture that was sent are for all",
        lambda patch: patch.setattr(lookalikes, "cards", _for_their_authors(note_reads.cards)),
    ),
    Fault("answers are made of what their authors see", _answers_for_their_author),
    instead("the sitemap lists every note", sitemap.listed_notes, _every_address),
    Fault("feeds are made for their authors", _feeds_for_their_authors),
    Fault("history is told to whoever asks", lambda patch: patch.setattr(editions, "get_note", _note_for_its_author)),
    Fault("series show every part", lambda patch: patch.setattr(series, "cards", _cards_for_their_author)),
    Fault("frames are made for their authors", lambda patch: patch.setattr(oembed, "get_note_page", _page_for_its_author)),
    Fault("cards are made for their authors", lambda patch: patch.setattr(share_cards, "note_for_others", _page_for_its_author)),
    instead("frames of what is withheld somewhere", heads.is_for_others, lambda _note: True),
    instead("what is offered while typing asks nobody", note_reads.visible, _every_note),
    Fault(
        "what an author learns of watches is told to all",
        lambda patch: patch.setattr(watching, "get_own_note", note_reads.get_note),
    ),
    _in(films, "films of any note: playlists, segments, previews"),
    _in(captions, "captions of any film"),
    in_property("captions and films for a few in shared caches", "is_for_all", lambda note: note.audience != "me"),
    instead("Watch is the same for everybody", feed_reads.watch, _watched_by_author),
    in_sql("lists show what is deleted", "(n.deleted_at IS NULL AND (n.author_id", "((n.author_id"),
    in_sql("lists show every state", _STATE, "n.author_id = ANY($3)"),
    *(
        in_sql(f"lists show what is {state}", _STATE, f"n.state IN ('public', '{state}') AND n.author_id = ANY($3)")
        for state in ("draft", "pending", "held", "hidden")
    ),
    in_sql("lists forget who is apart", "n.author_id = ANY($3)", "$3::bigint[] IS NOT NULL"),
    in_sql("lists forget audiences", "n.audience = 'everyone'\n", "n.audience <> 'me'\n"),
    in_sql("lists show what is for oneself", "n.audience = 'everyone'\n", "n.audience IN ('everyone', 'me')\n"),
    in_sql("lists take all for followers", "n.author_id = ANY($4)", "$4::bigint[] IS NOT NULL"),
    in_sql("lists take followers for mutual", "n.author_id = ANY($5)", "n.author_id = ANY($4) AND $5::bigint[] IS NOT NULL"),
    in_sql("lists forget regions", "w.region IS NULL OR w.region = $6", "w.region IS NULL OR $6::text = ''"),
    in_sql("lists forget what is withheld everywhere", "w.region IS NULL OR w.region = $6", "w.region = $6"),
    in_sql("labels have another name", "w.name = 'withheld'", "w.name = 'withholding'"),
    in_sql("pages read no label", "ARRAY(SELECT w.region FROM label w", "ARRAY(SELECT 'XX' FROM label w"),
    in_sql("blocks are not read", "SELECT blocked_id, 8 FROM block", "SELECT blocked_id, 0 FROM block"),
    in_sql("blocks by others are not read", "SELECT blocker_id, 16 FROM block_in", "SELECT blocker_id, 0 FROM block_in"),
    in_sql("who asks follows already", "WHEN 'accepted' THEN 1 ELSE 2", "WHEN 'accepted' THEN 1 ELSE 1"),
    in_sql("uploads are anybody's", "FROM upload WHERE account_id = $1 AND id = $2", "FROM upload WHERE $1::bigint <> 1 AND id = $2"),
    in_sql(
        "texts of uploads are anybody's", "t.account_id = $1 AND t.upload_id = u.id WHERE u.account_id = $1",
        "t.upload_id = u.id WHERE $1::bigint <> 1",
    ),
    in_sql("what is written in every picture under a note", "t.media_id = m.id", "t.media_id <> 0"),
    in_sql(
        "excerpts of what is gone", "c.id = ANY($2) AND c.deleted_at IS NULL AND c.state = 'public'", "c.id = ANY($2)",
    ),
    in_sql(
        "sentences of comments that are gone", "c.body_lang = $2 AND c.deleted_at IS NULL AND c.state = 'public'",
        "c.body_lang = $2",
    ),
    in_sql(
        "sentences under any note", "n.title, n.title_lang, n.body, n.body_lang FROM note n WHERE n.id = ANY($1) AND",
        "n.title, n.title_lang, n.body, n.body_lang FROM note n WHERE n.id = ANY($1) OR",
    ),
    in_sql(
        "words of anybody", "WHERE account_id = $1 AND lang = $2 AND (created_at",
        "WHERE $1::bigint <> 1 AND lang = $2 AND (created_at",
    ),
    in_sql(
        "help that is hidden", "comment_id = ANY($2)\n            AND state <> 'hidden'", "comment_id = ANY($2)",
    ),
    in_sql(
        "drafts made of anybody's words", "WHERE text_hash = ANY($1) AND lang = ANY($2) AND source_lang",
        "WHERE $1::bytea[] IS NOT NULL AND lang = ANY($2) AND source_lang",
    ),
    instead("a page of what is deleted", rules.is_visible, note_seen(deleted_at=None)),
    instead("a page of every state", rules.is_visible, note_seen(state="public")),
    instead("a page of what is held", rules.is_visible, note_seen(state=lambda note: "public" if note.state == "held" else note.state)),
    instead("a page of drafts", rules.is_visible, note_seen(state=lambda note: "public" if note.state == "draft" else note.state)),
    instead("a page for followers is for all", rules.is_visible, note_seen(audience=_without("followers"))),
    instead("a page for mutual is for all", rules.is_visible, note_seen(audience=_without("mutual"))),
    instead("a page for oneself is for all", rules.is_visible, note_seen(audience=_without("me"))),
    instead(
        "a page for mutual is for followers", rules.is_visible,
        note_seen(tie=lambda tie: tie | FOLLOWED_BY if tie & FOLLOWS else tie),
    ),
    instead("a page for who is apart", rules.is_visible, note_seen(tie=lambda tie: tie & ~(BLOCKS | BLOCKED_BY))),
    instead("a page of what is withheld", rules.is_visible, note_seen(withheld_in=lambda _regions: [])),
    instead(
        "a page of what is withheld in a region", rules.is_visible,
        note_seen(withheld_in=lambda regions: [one for one in regions if one is None]),
    ),
    instead("comments that are deleted", comment_rules.is_visible, comment_seen(deleted_at=None)),
    instead("comments in every state", comment_rules.is_visible, comment_seen(state="public")),
    instead("comments of who is apart", comment_rules.is_visible, comment_seen(tie=0)),
    in_property("closed accounts are near", "is_apart", lambda one: bool(one.tie & (BLOCKS | BLOCKED_BY))),
    in_property("whom one has blocked is near", "is_apart", lambda one: bool(one.tie & BLOCKED_BY) or one.state != "active"),
    in_property("who has blocked one is near", "is_apart", lambda one: bool(one.tie & BLOCKS) or one.state != "active"),
    instead("profiles of anybody", accounts.get_person, _anybody),
    instead("profiles of closed accounts", accounts.get_person, _any_but_blockers),
    instead("sight of all", rules.sight, _sight_of_all),
    instead("sight without ties", rules.sight, _sight_without_ties),
    instead("sight of one side", rules.sight, _sight_of_one_side),
    instead("anybody may edit", rules.may_edit, lambda note, viewer: not viewer.is_guest or note is None),
    instead("pictures of any comment", comments.get_comment, _any_comment),
    in_property("every picture in shared caches", "is_for_all", lambda _note: True),
    in_property("pictures for a few in shared caches", "is_for_all", lambda note: not note.withheld_in),
    in_property("withheld pictures in shared caches", "is_for_all", lambda note: note.audience == "everyone"),
    instead("corrections in every state", corrections._is_visible, lambda _viewer, _row, writer: writer is not None),  # noqa: SLF001 - as below
    in_sql(
        "everybody's past searches", "SELECT id, question, asked_at FROM search_history WHERE account_id = $1",
        "SELECT id, question, asked_at FROM search_history WHERE account_id <> $1",
    ),
    in_sql(
        "everybody's saved searches", "account_id = $1 AND dropped_at IS NULL\n            ORDER BY created_at",
        "account_id <> $1 AND dropped_at IS NULL\n            ORDER BY created_at",
    ),
    instead("hot searches whatever they find", hot.answered, _all_answered),
    instead("counts of any note", actions._may_see, _yes),  # noqa: SLF001 - the place for the fault
)  # fmt: skip
