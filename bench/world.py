"""A large world for measuring, made inside the database from a seed and kept between runs of a bench."""

import asyncio
import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from bench.harness import database
from vermilion.kernel.record import Record
from vermilion.storage.migrate import migrate

KEPT = Path(tempfile.gettempdir()) / "vermilion-bench"


class Scale(Record, kw_only=True, frozen=True):
    """How many there are of each."""

    notes: int
    accounts: int
    follows: int


FULL = Scale(notes=1_000_000, accounts=100_000, follows=2_000_000)
SMALL = Scale(notes=10_000, accounts=1_000, follows=20_000)

# Ids of the world: accounts 1_000_000 + n, notes in one-minute steps up to now.
_FILL = """
SET synchronous_commit = off;
CREATE TEMP TABLE lang (n int, code text);
INSERT INTO lang VALUES (0,'en'),(1,'zh'),(2,'es'),(3,'pt'),(4,'ja'),(5,'ko'),(6,'ar'),(7,'fr'),(8,'de'),(9,'ru');
INSERT INTO account (id, handle, display_name, reads, color, created_at, seen_at)
    SELECT 1000000 + n, 'person' || n, 'Person ' || n, ARRAY[(SELECT code FROM lang WHERE lang.n = s.n % 10), 'en'],
           '#3a6ea5', now() - interval '90 days', now() FROM generate_series(0, {accounts} - 1) AS s (n);
INSERT INTO account_count (account_id) SELECT id FROM account;
INSERT INTO note (id, author_id, state, audience, title, title_lang, title_hash, body, body_lang, body_hash, tags,
                  motif, picture_count, created_at, released_at)
    SELECT {last} - n::bigint * {step}, 1000000 + (n * 7919::bigint) % {accounts}, 'public', 'everyone',
           'Note ' || n || ' about the things one sees on the way', (SELECT code FROM lang WHERE lang.n = s.n % 10), '\\x00',
           'A body of some length, as people write it when they have a little to tell. ' || n,
           (SELECT code FROM lang WHERE lang.n = s.n % 10), '\\x00', ARRAY['travel'], 'hills', 0,
           now() - n * interval '20 seconds', now() - n * interval '20 seconds'
    FROM generate_series(0, {notes} - 1) AS s (n);
INSERT INTO note_count (note_id, like_count) SELECT id, id % 40 FROM note;
INSERT INTO author_note (account_id, note_id) SELECT author_id, id FROM note;
INSERT INTO version (note_id, subject_id, part, lang, text, hash)
    SELECT id, id, 'title', 'en', 'A title in English of note ' || id, '\\x00' FROM note WHERE title_lang <> 'en' AND id % 2 = 0;
INSERT INTO follow_out (account_id, followee_id, state, created_at)
    SELECT 1000000 + n % {accounts}, 1000000 + (n * 31::bigint + n / {accounts} * 7 + 1) % {accounts}, 'accepted', now()
    FROM generate_series(0, {follows} - 1) AS s (n) ON CONFLICT DO NOTHING;
INSERT INTO follow_in (account_id, follower_id, state, created_at)
    SELECT followee_id, account_id, 'accepted', created_at FROM follow_out;
INSERT INTO timeline (account_id, note_id, author_id)
    SELECT 1000000 + n % {accounts}, {last} - ((n * 104729::bigint) % {notes}) * {step},
           1000000 + (((n * 104729::bigint) % {notes}) * 7919) % {accounts}
    FROM generate_series(0, {accounts} * 40 - 1) AS s (n) ON CONFLICT DO NOTHING;
INSERT INTO explore (bucket, note_id, author_id, lang, score, released_at, recent, liked, repeat)
    SELECT 0, n.id, n.author_id, n.body_lang, extract(epoch FROM n.released_at) / 45000 + log(1 + n.id % 40), n.released_at,
           extract(epoch FROM n.released_at) / 45000, log(1 + n.id % 40), 0
    FROM note n ORDER BY n.id DESC LIMIT 20000;
INSERT INTO note_like (note_id, subject_id, account_id, created_at)
    SELECT note_id, note_id, account_id, now() FROM timeline WHERE (note_id + account_id) % 9 = 0 LIMIT {notes};
INSERT INTO session (account_id, id, token_hash, created_at, seen_at, expires_at)
    SELECT id, id, sha256(convert_to('s.' || id || '.bench', 'UTF8')), now(), now(), now() + interval '30 days' FROM account;
INSERT INTO token (account_id, id, token_hash, application, scopes, created_at, seen_at, expires_at)
    SELECT id, id + 10000000, sha256(convert_to('t.' || id || '.bench', 'UTF8')), 'bench', ARRAY['read','write','react'],
           now(), now(), now() + interval '30 days' FROM account;
UPDATE account_count c SET follower_count = f.n FROM
    (SELECT account_id, count(*) AS n FROM follow_in GROUP BY 1) f WHERE f.account_id = c.account_id;
"""


@contextmanager
def world(scale: Scale) -> Iterator[tuple[str, Path]]:
    """A database of this scale and its folder; made on first use, in about two minutes for the full one."""
    folder = KEPT / f"{scale.notes}-{_version()}"
    made = folder / "made"
    if not made.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    with database(folder) as dsn:
        if not made.exists():
            started = time.monotonic()
            print(f"making a world of {scale.notes:,} notes ...", flush=True)
            asyncio.run(_make(dsn, scale))
            made.touch()
            print(f"  made in {time.monotonic() - started:.0f} s", flush=True)
        yield dsn, folder


def account_id(scale: Scale, number: int) -> int:
    """The id of the nth account."""
    return 1_000_000 + number % scale.accounts


def session_of(account: int) -> tuple[str, str]:
    """The header that signs a browser in as this account."""
    return ("Cookie", f"session=s.{account}.bench")


def token_of(account: int) -> tuple[str, str]:
    """The header of an application that acts for this account."""
    return ("Authorization", f"Bearer t.{account}.bench")


async def _make(dsn: str, scale: Scale) -> None:
    await migrate(dsn)
    connection = await asyncpg.connect(dsn)
    try:
        last = (int(time.time() * 1000) - 1_704_067_200_000) << 22
        await connection.execute(
            _FILL.format(
                accounts=scale.accounts,
                notes=scale.notes,
                follows=scale.follows,
                last=last,
                step=20_000 << 22,
            ),
            timeout=1200,
        )
        await connection.execute("VACUUM ANALYZE", timeout=600)
    finally:
        await connection.close()


def _version() -> str:
    folder = Path(__file__).parent.parent / "vermilion" / "storage" / "migrations"
    text = b"".join(file.read_bytes() for file in sorted(folder.glob("*.sql"))) + Path(__file__).read_bytes()
    return hashlib.sha256(text).hexdigest()[:12]
