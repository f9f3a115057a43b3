"""Please correct me: a comment in a language its author learns, and how those who speak it would say it."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from vermilion.accounts.reads import get_own, people
from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import AccountsErased, Person
from vermilion.comments.actions import ask_in
from vermilion.comments.reads import get_comment
from vermilion.comments.schema import CommentCard
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import columns
from vermilion.kernel.text import clean, is_blank
from vermilion.kernel.viewer import Viewer
from vermilion.learning.rules import learning, may_suggest
from vermilion.learning.schema import (
    MOST_SUGGESTIONS,
    CorrectionSuggested,
    CorrectionThanked,
    Help,
    NewSuggestion,
    Suggestion,
    SuggestionCard,
)
from vermilion.moderation.rules import screen
from vermilion.storage.db import Db
from vermilion.work.events import emit


class Change(NamedTuple):
    """A piece of a correction: kept as it was, taken out, or put in."""

    kind: Literal["same", "out", "in"]
    text: str


async def ask(db: Db, viewer: Viewer, note_id: int, comment_id: int) -> None:
    """Ask to be corrected; raises Forbidden("not_your_comment"), Conflict("not_what_you_learn"). Twice is once."""
    signed_in(viewer)
    lang = learning(viewer)
    async with db.transaction():
        comment = await get_comment(db, viewer, note_id, comment_id)
        if comment.is_mine and comment.body.original_lang != lang:
            raise Conflict("not_what_you_learn")
        await ask_in(db, viewer, note_id, comment_id, lang)


async def suggest(db: Db, viewer: Viewer, note_id: int, comment_id: int, new: NewSuggestion) -> Help:
    """Correct a comment; a second correction of the same person replaces their first.

    Raises NotFound("comment_gone"), Conflict("not_asked"), Forbidden("not_your_language"), Invalid("nothing_corrected").
    """
    signed_in(viewer)
    text = clean(new.text, "text")
    async with db.transaction():
        comment = await _asked(db, viewer, note_id, comment_id)
        if not may_suggest(viewer, comment.author.id, comment.asks_in or ""):
            raise Forbidden("not_your_language")
        if is_blank(text) or text == comment.body.original:
            raise Invalid("nothing_corrected", field="text")
        own = await get_own(db, viewer)
        if reason := screen(text, own.created_at, now()):
            raise Invalid(reason, field="text")
        others = await db.value(
            "SELECT count(*) FROM suggestion WHERE note_id = $1 AND comment_id = $2 AND account_id <> $3",
            note_id,
            comment_id,
            viewer.account_id,
        )
        if others >= MOST_SUGGESTIONS:
            raise Conflict("too_many_suggestions", most=MOST_SUGGESTIONS)
        await db.run(
            """INSERT INTO suggestion (note_id, id, comment_id, account_id, text, state, created_at)
               VALUES ($1, $2, $3, $4, $5, 'open', $6)
               ON CONFLICT (note_id, comment_id, account_id) DO UPDATE
               SET text = excluded.text, created_at = excluded.created_at,
                   state = CASE WHEN suggestion.state = 'hidden' THEN 'hidden' ELSE 'open' END""",
            note_id,
            new_id(),
            comment_id,
            viewer.account_id,
            text,
            now(),
        )
        await emit(
            db,
            CorrectionSuggested(
                note_id=Id(note_id),
                comment_id=Id(comment_id),
                author_id=comment.author.id,
                account_id=viewer.account_id,
            ),
        )
        return await _help(db, viewer, comment)


async def thank(db: Db, viewer: Viewer, note_id: int, suggestion_id: int, on: bool) -> None:
    """Thank for a correction of one's own comment, or no longer; raises NotFound("suggestion_gone")."""
    async with db.transaction():
        found, comment = await _suggestion(db, viewer, note_id, suggestion_id)
        if not comment.is_mine:
            raise Forbidden("not_your_comment")
        changed = await db.run(
            """UPDATE suggestion SET state = $3, decided_at = $4
               WHERE note_id = $1 AND id = $2 AND state <> $3 AND state <> 'hidden'""",
            note_id,
            suggestion_id,
            "thanked" if on else "open",
            now(),
        )
        if on and changed:
            await emit(
                db,
                CorrectionThanked(
                    note_id=found.note_id,
                    comment_id=found.comment_id,
                    author_id=viewer.account_id,
                    account_id=found.account_id,
                ),
            )


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """Take back what these people have suggested; what they asked goes with their comments."""
    await db.run("DELETE FROM suggestion WHERE account_id = ANY($1)", list(event.account_ids))


async def hide(db: Db, viewer: Viewer, note_id: int, suggestion_id: int) -> None:
    """Take a correction away: whoever made it theirs, the comment's author from under their comment."""
    async with db.transaction():
        found, comment = await _suggestion(db, viewer, note_id, suggestion_id)
        if found.account_id == viewer.account_id:
            await db.run("DELETE FROM suggestion WHERE note_id = $1 AND id = $2", note_id, suggestion_id)
        elif comment.is_mine:
            await db.run(
                "UPDATE suggestion SET state = 'hidden', decided_at = $3 WHERE note_id = $1 AND id = $2",
                note_id,
                suggestion_id,
                now(),
            )
        else:
            raise Forbidden("not_your_comment")


async def get_help(db: Db, viewer: Viewer, note_id: int, comment_id: int) -> Help:
    """What stands under one comment; raises NotFound, Conflict("not_asked")."""
    return await _help(db, viewer, await _asked(db, viewer, note_id, comment_id))


async def helps(db: Db, viewer: Viewer, note_id: int, shown: Sequence[CommentCard]) -> dict[Id, Help]:
    """What stands under these comments, which the viewer may see, by comment; none is asked where nobody has asked."""
    asked = [comment for first in shown for comment in (first, *first.replies) if comment.asks_in]
    if not asked:
        return {}
    suggestions = await db.all(
        Suggestion,
        f"""SELECT {columns(Suggestion)} FROM suggestion WHERE note_id = $1 AND comment_id = ANY($2)
            AND state <> 'hidden' ORDER BY state = 'thanked' DESC, id""",
        note_id,
        [comment.id for comment in asked],
    )
    found = await people(db, viewer, {one.account_id for one in suggestions})
    return {
        comment.id: _shown(
            viewer, comment, [one for one in suggestions if one.comment_id == comment.id], found
        )
        for comment in asked
    }


def changes(before: str, after: str, lang: str) -> list[Change]:
    """A correction piece by piece: by sign in Chinese, by word elsewhere."""
    one, other = _units(before, lang), _units(after, lang)
    made: list[Change] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            made.append(Change("same", "".join(one[a:b])))
            continue
        if b > a:
            made.append(Change("out", "".join(one[a:b])))
        if d > c:
            made.append(Change("in", "".join(other[c:d])))
    return made


def _units(text: str, lang: str) -> list[str]:
    if lang == "zh":
        return list(text)
    units: list[str] = []
    for char in text:
        if units and units[-1][-1].isalnum() and char.isalnum():
            units[-1] += char
        else:
            units.append(char)
    return units


async def _asked(db: Db, viewer: Viewer, note_id: int, comment_id: int) -> CommentCard:
    comment = await get_comment(db, viewer, note_id, comment_id)
    if comment.asks_in is None:
        raise Conflict("not_asked")
    return comment


async def _suggestion(
    db: Db, viewer: Viewer, note_id: int, suggestion_id: int
) -> tuple[Suggestion, CommentCard]:
    signed_in(viewer)
    found = await db.maybe(
        Suggestion,
        f"SELECT {columns(Suggestion)} FROM suggestion WHERE note_id = $1 AND id = $2 AND state <> 'hidden'",
        note_id,
        suggestion_id,
    )
    if found is None:
        raise NotFound("suggestion_gone")
    return found, await get_comment(db, viewer, note_id, found.comment_id)


async def _help(db: Db, viewer: Viewer, comment: CommentCard) -> Help:
    return (await helps(db, viewer, comment.note_id, [comment]))[comment.id]


def _shown(
    viewer: Viewer,
    comment: CommentCard,
    suggestions: Sequence[Suggestion],
    found: dict[Id, Person],
) -> Help:
    return Help(
        comment_id=comment.id,
        lang=comment.asks_in or "",
        is_mine=comment.is_mine,
        may_suggest=may_suggest(viewer, comment.author.id, comment.asks_in or ""),
        original=comment.body.original,
        suggestions=tuple(
            SuggestionCard(
                id=one.id,
                author=found[one.account_id].card,
                text=one.text,
                is_thanked=one.state == "thanked",
                is_mine=one.account_id == viewer.account_id,
                created_at=one.created_at,
            )
            for one in suggestions
            if one.account_id in found and not found[one.account_id].is_apart
        ),
    )
