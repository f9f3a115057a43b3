"""Which notes may be nearest to what was meant: the signs of the first tier's vectors, held in the process.

The closer two vectors are, the fewer of their signs differ. Comparing those of 20,000 takes about a millisecond here; vectors themselves
are compared in the database, of the few that this gives.
"""

import asyncio
import itertools
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from vermilion.kernel.clock import now
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.search.narrowing import EVERYWHERE, Narrow
from vermilion.search.query import Meaning
from vermilion.search.terms import Floats as Array
from vermilion.search.terms import numpy
from vermilion.storage.db import Db

MOST_HELD = 100_000
"""Vectors; the first tier has 20,000 notes, long ones have up to five."""
HELD, HELD_NEW = 1200, 20
"""How many times as long as other things that are shared all signs are held, and those of vectors made since: 10 min, 10 s."""
COARSE = 4
"""So many times as many as are wanted are kept by the number of signs that differ."""
SCALE = 1.2
"""Of real sentences the likeness is so many times what signs alone of the same length would give, within 0.03."""
OVERLAP = timedelta(minutes=1)
"""Vectors may come to be seen so long after the moment they say they were made."""
EARLIEST = datetime.fromisoformat("2024-01-01T00:00:00Z")


class Signs(Record, kw_only=True, frozen=True):
    """A row for each vector: its note, what decides who may see that, and its signs as bits in 64-bit pieces."""

    notes: Array
    authors: Array
    langs: Array
    is_for_all: Array
    bits: Array
    read_at: datetime


class Bounds(Record, kw_only=True, frozen=True):
    """Which notes may be given: of whom, how new, in which languages."""

    followed: Sequence[int] = ()
    authors: Sequence[int] | None = None
    least: int | None = None
    langs: Sequence[str] | None = None
    narrow: Narrow = EVERYWHERE

    @property
    def is_everywhere(self) -> bool:
        return (
            self.authors is None and self.least is None and self.langs is None and self.narrow == EVERYWHERE
        )


async def likely(db: Db, viewer: Viewer, meaning: Meaning, bounds: Bounds, most: int) -> dict[int, float]:
    """The notes of the first tier whose signs are most like those of what was meant, and about how close that makes them."""
    only, never = bounds.narrow.only, bounds.narrow.never
    if only is not None and len(only) <= most:
        return dict.fromkeys(sorted(only - never), 1.0)
    # Many questions at once wait for one reading.
    async with await db.shared(("signs", ""), _turn, seconds=math.inf):
        seconds = db.database.shares_for
        held = await db.shared(
            ("signs", meaning.model), partial(_read, db, meaning.model, None), seconds=HELD * seconds
        )
        fresh = await db.shared(
            ("signs", meaning.model, "new"),
            partial(_read, db, meaning.model, held.read_at - OVERLAP),
            seconds=HELD_NEW * seconds,
        )
    found = [pair for part in (held, fresh) for pair in _closest(part, viewer, meaning, bounds, most)]
    alike: dict[int, float] = {}
    for unlike, note in sorted(found):
        alike.setdefault(note, -unlike)
    return dict(itertools.islice(alike.items(), most))


async def _turn() -> asyncio.Lock:
    return asyncio.Lock()


async def _read(db: Db, model: str, since: datetime | None) -> Signs:
    """The signs of all vectors of the first tier, or of those made since; each column in one piece, for speed."""
    read_at = now()
    rows = await db.rows(_SIGNS if since is None else _NEW_SIGNS, model, *([] if since is None else [since]))
    np, row = numpy(), rows[0]
    notes, authors = (np.frombuffer(row[at] or b"", dtype=">i8").astype(np.int64) for at in (0, 1))
    sent = np.frombuffer(row[4] or b"", dtype=np.uint8).reshape(len(notes), -1 if len(notes) else 4)
    return Signs(
        notes=notes,
        authors=authors,
        langs=np.array(row[2] or [], dtype=np.str_),
        is_for_all=np.array(row[3] or [], dtype=np.bool_),
        bits=_pieces(sent[:, 4:]),  # behind the number of bits
        read_at=read_at,
    )


_COLUMNS = """SELECT string_agg(int8send(one.note_id), ''), string_agg(int8send(one.author_id), ''), array_agg(one.lang),
        array_agg(one.audience = 'everyone'), string_agg(varbit_send(one.signs), '')"""
_SIGNS = f"""{_COLUMNS} FROM (SELECT s.note_id, s.author_id, s.lang, s.audience, binary_quantize(v.vector)::varbit AS signs
        FROM search_note s JOIN search_vector v ON v.note_id = s.note_id
        WHERE s.tier = 0 AND v.model = $1 LIMIT {MOST_HELD}) one"""
_NEW_SIGNS = f"""{_COLUMNS} FROM (SELECT s.note_id, s.author_id, s.lang, s.audience, binary_quantize(v.vector)::varbit AS signs
        FROM search_meaning m JOIN search_note s ON s.note_id = m.note_id JOIN search_vector v ON v.note_id = m.note_id
        WHERE m.made_at > $2 AND s.tier = 0 AND v.model = $1 LIMIT {MOST_HELD}) one"""


def _closest(
    signs: Signs, viewer: Viewer, meaning: Meaning, bounds: Bounds, most: int
) -> list[tuple[float, int]]:
    """(Likeness below 0, note) of the most alike that may be given: first by how many signs differ, then by how much these weigh."""
    np = numpy()
    asked = np.fromstring(meaning.vector[1:-1], dtype=np.float32, sep=",")
    wanted = _pieces(np.packbits(asked > 0)[None, :])
    rows = np.flatnonzero(_allowed(signs, viewer, bounds))
    if not len(rows) or wanted.shape[1] != signs.bits.shape[1]:
        return []
    differ = np.bitwise_count(signs.bits[rows] ^ wanted).sum(axis=1, dtype=np.int64)
    if len(rows) > COARSE * most:
        rows = rows[np.argpartition(differ, COARSE * most)[: COARSE * most]]
    alike = (
        2 * (np.unpackbits(signs.bits[rows].view(np.uint8), axis=1, count=len(asked)) @ asked) - asked.sum()
    )
    unlike = alike * (-SCALE / math.sqrt(len(asked)))
    if len(rows) > most:
        best = np.argpartition(unlike, most)[:most]
        rows, unlike = rows[best], unlike[best]
    return list(zip(unlike.tolist(), signs.notes[rows].tolist(), strict=True))


def _allowed(signs: Signs, viewer: Viewer, bounds: Bounds) -> Array:
    np = numpy()
    may: Array = signs.is_for_all
    if not viewer.is_guest:
        may = may | np.isin(signs.authors, [int(viewer.account_id), *bounds.followed])
    if bounds.authors is not None:
        may = may & np.isin(signs.authors, list(bounds.authors))
    if bounds.least is not None:
        may = may & (signs.notes > bounds.least)
    if bounds.langs is not None:
        may = may & np.isin(signs.langs, list(bounds.langs))
    if bounds.narrow.only is not None:
        may = may & np.isin(signs.notes, list(bounds.narrow.only))
    if bounds.narrow.never:
        may = may & ~np.isin(signs.notes, list(bounds.narrow.never))
    return may


def _pieces(bits: Array) -> Array:
    """Rows of bytes as rows of 64-bit numbers, filled up with zeros."""
    np = numpy()
    missing = -bits.shape[1] % 8
    return np.ascontiguousarray(np.pad(bits, ((0, 0), (0, missing)))).view(np.uint64)
