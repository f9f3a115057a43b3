"""Notices that follow from deeds."""

from datetime import timedelta
from typing import Any

from msgspec import structs

from vermilion.accounts.reads import ids_of, people
from vermilion.accounts.schema import AccountFollowed, FollowAccepted
from vermilion.comments.schema import Comment, CommentHeld, CommentsAllowed, CommentWritten
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.record import columns
from vermilion.kernel.text import mentions_in
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.learning.schema import CorrectionSuggested, CorrectionThanked
from vermilion.notes.draft_schema import DraftNotPublished
from vermilion.notes.rules import is_visible
from vermilion.notes.schema import CountsRolledUp, Note, NoteReleased
from vermilion.notifications.actions import Tidings, tell
from vermilion.notifications.schema import Kind
from vermilion.search.schema import SavedSearchesAnswered
from vermilion.storage.db import Db
from vermilion.translation.schema import TranslationCorrected
from vermilion.work.jobs import Job

NOTICES_LAST = timedelta(days=180)
MOST_MENTIONED = 20
"""People told of one text, however many it names."""


async def tell_followed(job: Job, event: AccountFollowed) -> None:
    """Tell somebody that they are followed, or asked to be."""
    kind: Kind = "followed" if event.state == "accepted" else "follow_requested"
    async with job.db.transaction():
        await tell(job.db, [Tidings(account_id=event.followee_id, kind=kind, actor_id=event.account_id)])


async def tell_accepted(job: Job, event: FollowAccepted) -> None:
    """Tell somebody that their request was granted."""
    async with job.db.transaction():
        await tell(
            job.db, [Tidings(account_id=event.account_id, kind="follow_accepted", actor_id=event.followee_id)]
        )


async def tell_mentioned(job: Job, event: NoteReleased) -> None:
    """Tell people whom a note names, those who may see it."""
    db = job.db
    note = await _note(db, event.note_id)
    if note is None:
        return
    named = await ids_of(db, GUEST, mentions_in(f"{note.title}\n{note.body}")[:MOST_MENTIONED])
    async with db.transaction():
        await tell(
            db,
            [
                Tidings(
                    account_id=account_id,
                    kind="mentioned",
                    actor_id=note.author_id,
                    note_id=note.id,
                    subject_id=note.id,
                )
                for account_id in await _who_may_see(db, note, named)
            ],
        )


async def tell_commented(job: Job, event: CommentWritten) -> None:
    """Tell the note's author, the one answered and those named; each once, with the closest reason."""
    await _tell_comment(job.db, event.note_id, event.comment_id)


async def tell_held(job: Job, event: CommentHeld) -> None:
    """Tell the note's author of a comment that waits for them."""
    db = job.db
    note, comment = await _note(db, event.note_id), await _comment(db, event.note_id, event.comment_id)
    if note is None or comment is None or comment.deleted_at or comment.held_for != note.author_id:
        return
    async with db.transaction():
        await tell(
            db,
            [
                Tidings(
                    account_id=note.author_id,
                    kind="commented",
                    actor_id=comment.author_id,
                    note_id=note.id,
                    subject_id=note.id,
                    comment_id=comment.id,
                )
            ],
        )


async def tell_allowed(job: Job, event: CommentsAllowed) -> None:
    """Tell the others of comments that waited for the note's author, who has seen them."""
    for comment_id in event.comment_ids:  # as many as are decided about at once
        await _tell_comment(job.db, event.note_id, comment_id, knows=True)


async def _comment(db: Db, note_id: Id, comment_id: Id) -> Comment | None:
    return await db.maybe(
        Comment,
        f"SELECT {columns(Comment)} FROM comment WHERE note_id = $1 AND id = $2",
        note_id,
        comment_id,
    )


async def _tell_comment(db: Db, note_id: Id, comment_id: Id, *, knows: bool = False) -> None:
    """`knows`: the note's author has seen it already."""
    note, comment = await _note(db, note_id), await _comment(db, note_id, comment_id)
    if note is None or comment is None or comment.deleted_at or comment.state != "public":
        return
    answered = await db.value(
        "SELECT author_id FROM comment WHERE note_id = $1 AND id = $2", note_id, comment.reply_to_id
    )
    told: dict[Id, Tidings] = {}
    about: dict[str, Any] = {"actor_id": comment.author_id, "note_id": note.id, "comment_id": comment.id}
    for account_id in await ids_of(db, GUEST, mentions_in(comment.body)[:MOST_MENTIONED]):
        told[account_id] = Tidings(account_id=account_id, kind="mentioned", subject_id=comment.id, **about)
    told[note.author_id] = Tidings(account_id=note.author_id, kind="commented", subject_id=note.id, **about)
    if answered is not None:
        told[Id(answered)] = Tidings(
            account_id=Id(answered), kind="replied", subject_id=comment.reply_to_id or 0, **about
        )
    if knows:
        del told[note.author_id]
    seeing = set(await _who_may_see(db, note, list(told)))
    async with db.transaction():
        await tell(db, [found for account_id, found in told.items() if account_id in seeing])


async def tell_liked(job: Job, event: CountsRolledUp) -> None:
    """Tell people of new likes, gathered by note and comment."""
    async with job.db.transaction():
        await tell(
            job.db,
            [
                Tidings(
                    account_id=like.owner_id,
                    kind="liked",
                    actor_id=like.actor_id,
                    note_id=like.note_id,
                    subject_id=like.subject_id,
                    comment_id=like.subject_id if like.subject_id != like.note_id else 0,
                )
                for like in event.likes
            ],
        )


async def tell_corrected(job: Job, event: CorrectionSuggested) -> None:
    """Tell the author of a comment that it was corrected."""
    await _tell_of_comment(
        job, "corrected", event.author_id, event.account_id, event.note_id, event.comment_id
    )


async def tell_thanked(job: Job, event: CorrectionThanked) -> None:
    """Tell somebody that their correction helped."""
    await _tell_of_comment(job, "thanked", event.account_id, event.author_id, event.note_id, event.comment_id)


async def tell_translation_corrected(job: Job, event: TranslationCorrected) -> None:
    """Tell who wrote something that its translation was corrected."""
    if event.note_id is not None:
        note = await _note(job.db, event.note_id)
        if note is None or not await _who_may_see(job.db, note, [event.author_id]):
            return
    async with job.db.transaction():
        await tell(
            job.db,
            [
                Tidings(
                    account_id=event.author_id,
                    kind="translation_corrected",
                    actor_id=event.account_id,
                    note_id=event.note_id or 0,
                    subject_id=event.subject_id,
                    comment_id=event.subject_id if event.part == "comment" else 0,
                    part=event.part,
                )
            ],
        )


async def _tell_of_comment(
    job: Job, kind: Kind, account_id: Id, actor_id: Id, note_id: Id, comment_id: Id
) -> None:
    note = await _note(job.db, note_id)
    if note is None or not await _who_may_see(job.db, note, [account_id]):
        return
    async with job.db.transaction():
        await tell(
            job.db,
            [
                Tidings(
                    account_id=account_id,
                    kind=kind,
                    actor_id=actor_id,
                    note_id=note_id,
                    subject_id=comment_id,
                    comment_id=comment_id,
                )
            ],
        )


async def tell_found(job: Job, event: SavedSearchesAnswered) -> None:
    """Tell people of new notes for their saved searches, gathered by search."""
    async with job.db.transaction():
        await tell(
            job.db,
            [
                Tidings(
                    account_id=one.account_id,
                    kind="found",
                    actor_id=one.author_id,
                    note_id=one.note_id,
                    subject_id=one.search_id,
                )
                for one in event.findings
            ],
        )


async def tell_not_published(job: Job, event: DraftNotPublished) -> None:
    """Tell somebody that a draft of theirs could not be published at its time."""
    async with job.db.transaction():
        await tell(
            job.db,
            [
                Tidings(
                    account_id=event.account_id,
                    kind="not_published",
                    actor_id=event.account_id,
                    subject_id=event.draft_id,
                )
            ],
        )


async def trim_notices(job: Job) -> None:
    """Forget notices that were read half a year ago."""
    await job.db.run(
        """DELETE FROM notice WHERE (account_id, id) IN
               (SELECT account_id, id FROM notice WHERE read_at < $1 LIMIT 5000)""",
        now() - NOTICES_LAST,
    )


async def _note(db: Db, note_id: Id) -> Note | None:
    return await db.maybe(Note, f"SELECT {columns(Note)} FROM note WHERE id = $1", note_id)


async def _who_may_see(db: Db, note: Note, account_ids: list[Id]) -> list[Id]:
    """Those of these people whom the note is for."""
    seeing = []
    for account_id in account_ids:  # at most MOST_MENTIONED + 2
        viewer = Viewer(account_id=account_id)
        author = (await people(db, viewer, [note.author_id])).get(note.author_id)
        # Of somebody who has closed their account nothing is shown; should they come back, nothing is missing either.
        there = author and structs.replace(author, state="active")
        if is_visible(note, viewer, there):
            seeing.append(account_id)
    return seeing
