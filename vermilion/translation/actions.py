"""What is done with renderings: they go with the words they were made of; readers correct them."""

from collections.abc import Iterable

from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import AccountsErased, BioChanged
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Forbidden
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import columns
from vermilion.kernel.text import content_hash
from vermilion.kernel.types import UNDETERMINED
from vermilion.kernel.viewer import NOBODY, Viewer
from vermilion.storage.db import Db
from vermilion.translation.corrections import IN_FORCE, get_correction
from vermilion.translation.reads import bio_words
from vermilion.translation.rules import (
    DOWN,
    REPORTS,
    checked,
    counts_widely,
    is_moderator,
    may_decide,
    may_revert,
    target_of,
)
from vermilion.translation.schema import PERSON, Correction, Spot, TranslationCorrected, Words
from vermilion.work.events import emit


async def forget(db: Db, gone: Iterable[Words]) -> None:
    """Delete whatever was made of these words; equal words elsewhere are translated anew when they are read."""
    hashes = list({digest for words in gone if words.text for digest in (words.hash, words.place)})
    if not hashes:
        return
    # The queue first: whoever is about to store a rendering holds its row there, and is waited for.
    for table in ("translation_queue", "rendering", "correction_vote", "correction"):
        await db.run(f"DELETE FROM {table} WHERE text_hash = ANY($1)", hashes)


async def forget_bio(db: Db, event: BioChanged) -> None:
    """At once with the change: what was made of the words that stood there."""
    await forget(db, [bio_words(event.account_id, event.before, UNDETERMINED)])


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """At once with the end of accounts: what they corrected, voted, drafted, and what was made of what they said of themselves."""
    ids = list(event.account_ids)
    bios = await db.rows("SELECT id, bio FROM account WHERE bio <> '' AND id = ANY($1)", ids)
    await forget(db, [bio_words(row[0], row[1], UNDETERMINED) for row in bios])
    drafts = await db.rows(
        "DELETE FROM translation_draft WHERE account_id = ANY($1) RETURNING text_hash", ids
    )
    hashes = [row[0] for row in drafts]
    for table in ("translation_queue", "rendering"):
        await db.run(f"DELETE FROM {table} WHERE text_hash = ANY($1)", hashes)
    for table in ("rendering", "correction_vote", "correction", "topic_pair"):
        await db.run(f"DELETE FROM {table} WHERE account_id = ANY($1)", ids)
    await db.run("UPDATE correction SET decided_by = NULL WHERE decided_by = ANY($1)", ids)


async def correct(
    db: Db, viewer: Viewer, language: Language, spot: Spot, text: str, lang: str | None = None
) -> Id:
    """Put a better translation in the place of the one that stands at `spot`, into a language the viewer reads.

    It holds for this passage alone. Raises Invalid as `rules.checked`, Conflict("correction_same", "nothing_foreign",
    "correction_settled") when it is the one that stands, when there is nothing to translate, when the author has
    decided.
    """
    me, words = signed_in(viewer), spot.words
    lang = lang or target_of(viewer, words)
    if words.lang == lang or lang not in viewer.reads:
        raise Conflict("nothing_foreign")
    text = checked(language, words, lang, text)
    async with db.transaction():
        correction_id = new_id()
        # First, so that a second one for the same passage waits here.
        await _put(db, words.place, words.lang, lang, text, me, correction_id)
        standing = await _standing(db, spot, lang)
        if any(one.text == text for one in standing):
            raise Conflict("correction_same")
        if any(one.state == "accepted" for one in standing) and not may_decide(viewer, spot):
            raise Conflict("correction_settled")
        for one in standing:
            await _end(db, one, "reverted", me)
        await db.run(
            """INSERT INTO correction (text_hash, id, lang, source_lang, words_hash, note_id, subject_id, part, author_id,
                   account_id, original, text, state, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)""",
            words.place, correction_id, lang, words.lang, content_hash(words.text), spot.place.note_id or 0,
            words.subject_id, words.part, spot.author_id, me, words.text, text,
            "accepted" if me == spot.author_id else "proposed", now(),
        )  # fmt: skip
        if me != spot.author_id:
            place = spot.place
            await emit(
                db,
                TranslationCorrected(
                    note_id=place.note_id, subject_id=place.subject_id, part=place.part, author_id=spot.author_id,
                    account_id=me,
                ),
            )  # fmt: skip
        return correction_id


async def accept(db: Db, viewer: Viewer, spot: Spot, correction_id: Id) -> None:
    """Let a correction stand for good; for equal public words everywhere where `rules.counts_widely`."""
    async with db.transaction():
        one = await get_correction(db, viewer, spot, correction_id)
        if not may_decide(viewer, spot):
            raise Forbidden("not_yours_to_decide")
        if one.state == "reverted" or (one.state == "held" and not is_moderator(viewer)):
            raise Conflict("correction_over")
        for other in await _standing(db, spot, one.lang):
            if other.id != one.id:
                await _end(db, other, "reverted", viewer.account_id)
        await _decide(db, one, "accepted", viewer.account_id)
        hashes = [one.text_hash, spot.words.hash] if counts_widely(viewer, spot, one) else [one.text_hash]
        for text_hash in dict.fromkeys(hashes):
            await _put(db, text_hash, one.source_lang, one.lang, one.text, one.account_id, one.id)


async def revert(db: Db, viewer: Viewer, spot: Spot, correction_id: Id) -> None:
    """Take a correction back: what the machine made stands again. Twice is once."""
    async with db.transaction():
        one = await get_correction(db, viewer, spot, correction_id)
        if not may_revert(viewer, spot, one):
            raise Forbidden("not_yours_to_decide")
        if one.state in IN_FORCE:
            await _end(db, one, "reverted", viewer.account_id)


async def vote(db: Db, viewer: Viewer, spot: Spot, correction_id: Id, value: int) -> None:
    """Find a correction good (1), bad (-1) or neither (0); one that enough find bad falls back to the machine's text."""
    me = signed_in(viewer)
    async with db.transaction():
        one = await _open(db, viewer, spot, correction_id)
        if value:
            await _cast(db, one, me, value, None)
        else:
            await db.run(
                """DELETE FROM correction_vote
                   WHERE text_hash = $1 AND correction_id = $2 AND account_id = $3 AND report IS NULL""",
                one.text_hash, one.id, me,
            )  # fmt: skip
        await _weigh(db, one)


async def report(db: Db, viewer: Viewer, spot: Spot, correction_id: Id, reason: str) -> None:
    """Say what is wrong with a correction. Reported enough, or by the words' own author, it is hidden until looked at."""
    me = signed_in(viewer)
    async with db.transaction():
        one = await _open(db, viewer, spot, correction_id)
        await _cast(db, one, me, -1, reason)
        reports = await db.value(
            "SELECT count(*) FROM correction_vote WHERE text_hash = $1 AND correction_id = $2 AND report IS NOT NULL",
            one.text_hash,
            one.id,
        )
        if reports >= REPORTS or may_decide(viewer, spot):
            await _end(db, one, "held", me)
        else:
            await _weigh(db, one)


async def _open(db: Db, viewer: Viewer, spot: Spot, correction_id: Id) -> Correction:
    one = await get_correction(db, viewer, spot, correction_id)
    if one.account_id == viewer.account_id:
        raise Forbidden("own_correction")
    if one.state not in IN_FORCE:
        raise Conflict("correction_over")
    return one


async def _standing(db: Db, spot: Spot, lang: str) -> list[Correction]:
    return await db.all(
        Correction,
        f"SELECT {columns(Correction)} FROM correction WHERE text_hash = $1 AND lang = $2 AND state = ANY($3)",
        spot.words.place,
        lang,
        list(IN_FORCE),
    )


async def _cast(db: Db, one: Correction, me: Id, value: int, why: str | None) -> None:
    await db.run(
        """INSERT INTO correction_vote AS v (text_hash, correction_id, account_id, value, report, created_at)
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (text_hash, correction_id, account_id)
           DO UPDATE SET value = excluded.value, report = coalesce(excluded.report, v.report)""",
        one.text_hash, one.id, me, value, why, now(),
    )  # fmt: skip


async def _weigh(db: Db, one: Correction) -> None:
    score = await db.value(
        """UPDATE correction SET score = (SELECT coalesce(sum(v.value), 0) FROM correction_vote v
               WHERE v.text_hash = $1 AND v.correction_id = $2)
           WHERE text_hash = $1 AND id = $2 RETURNING score""",
        one.text_hash,
        one.id,
    )
    if score <= DOWN and one.state == "proposed":
        await _end(db, one, "reverted", NOBODY)


async def _put(
    db: Db, text_hash: bytes, source_lang: str, lang: str, text: str, account_id: Id, correction_id: Id
) -> None:
    await db.run(
        """INSERT INTO rendering (text_hash, lang, source_lang, engine, text, account_id, correction_id, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (text_hash, lang, engine) DO UPDATE
           SET source_lang = excluded.source_lang, text = excluded.text, account_id = excluded.account_id,
               correction_id = excluded.correction_id, created_at = excluded.created_at""",
        text_hash, lang, source_lang, PERSON, text, account_id, correction_id, now(),
    )  # fmt: skip


async def _end(db: Db, one: Correction, state: str, by: Id) -> None:
    """Take a correction out of force, wherever it stands."""
    await _decide(db, one, state, by)
    await db.run(
        "DELETE FROM rendering WHERE text_hash = ANY($1) AND lang = $2 AND engine = $3 AND correction_id = $4",
        [one.text_hash, one.words_hash],
        one.lang,
        PERSON,
        one.id,
    )


async def _decide(db: Db, one: Correction, state: str, by: Id) -> None:
    await db.run(
        "UPDATE correction SET state = $3, decided_at = $4, decided_by = $5 WHERE text_hash = $1 AND id = $2",
        one.text_hash, one.id, state, now(), by,
    )  # fmt: skip
