"""Faults to be planted, one at a time: each lets somebody see what is not for them, and the search must find it."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import msgspec
import pytest

from vermilion.accounts import reads as accounts
from vermilion.accounts.schema import BLOCKED_BY, BLOCKS, FOLLOWED_BY, FOLLOWS, Person
from vermilion.comments import reads as comments
from vermilion.comments import rules as comment_rules
from vermilion.feed import watching
from vermilion.kernel.ids import Id
from vermilion.notes import actions, rules
from vermilion.notes import reads as note_reads
from vermilion.notes.schema import Note
from vermilion.search import hot
from vermilion.translation import corrections

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


FAULTS: tuple[Fault, ...] = (
    instead("what is offered while typing asks nobody", note_reads.visible, _every_note),
    Fault(
        "what an author learns of watches is told to all",
        lambda patch: patch.setattr(watching, "get_own_note", note_reads.get_note),
    ),
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
