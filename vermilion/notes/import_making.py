"""Making drafts of what was planned: each with its pictures, or not at all."""

from collections.abc import Awaitable, Callable, Sequence

from vermilion.engines.images import Images
from vermilion.kernel.errors import Problem, Unavailable
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import discard, upload
from vermilion.notes.drafts import MOST_DRAFTS, count_drafts, keep_new
from vermilion.notes.importing import Fault, Planned, with_pictures
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db

Load = Callable[[str], Awaitable[bytes]]
"""What stands in a file of the folder; raises Problem where it cannot be read."""


class Made(Record, kw_only=True, frozen=True):
    """Drafts that were made, and why others were not."""

    draft_ids: tuple[Id, ...]
    faults: tuple[Fault, ...]


async def room(db: Db, viewer: Viewer) -> int:
    """How many more drafts the viewer may have."""
    return max(0, MOST_DRAFTS - await count_drafts(db, viewer))


async def look_through(
    images: Images, notes: Sequence[Planned], load: Load
) -> tuple[list[Planned], list[Fault]]:
    """Read every picture as `make` would, and keep nothing: the notes that would become drafts, and why others would not."""
    good: list[Planned] = []
    faults: list[Fault] = []
    for one in notes:
        read: list[str] = []
        try:
            for name in one.files:
                read.append(name)
                await images.prepare(await load(name))
            good.append(one)
        except Unavailable:
            raise
        except Problem as problem:
            faults.append(_fault(one, problem, read[-1]))
    return good, faults


async def make(
    db: Db, viewer: Viewer, blobs: Blobs, images: Images, notes: Sequence[Planned], load: Load
) -> Made:
    """Make the drafts one after the other; what goes wrong with one leaves nothing of it behind, and the others stay."""
    made: list[Id] = []
    faults: list[Fault] = []
    for one in notes:  # a hundred at the most, each a deed of its own
        ids: list[Id] = []
        try:
            for name in one.files:
                card = await upload(db, viewer, blobs, images, await load(name))
                ids.append(card.id)
            made.append((await keep_new(db, viewer, with_pictures(one, ids))).id)
        except Unavailable:
            raise
        except Problem as problem:
            for upload_id in ids:
                await discard(db, viewer, blobs, upload_id)
            faults.append(_fault(one, problem, one.files[len(ids)] if len(ids) < len(one.files) else None))
    return Made(draft_ids=tuple(made), faults=tuple(faults))


def _fault(one: Planned, problem: Problem, file: str | None) -> Fault:
    facts = {name: value for name, value in problem.facts.items() if isinstance(value, str | int)}
    where = {"file": file} if file is not None else {}
    return Fault(source=one.source, line=one.line, code=problem.code, facts={**facts, **where})


def without_root(names: Sequence[str]) -> dict[str, str]:
    """The names of files as seen from the folder all of them lie in: short name -> name."""
    roots = {name.split("/", 1)[0] for name in names}
    is_one = len(roots) == 1 and all("/" in name for name in names)
    return {name.split("/", 1)[1] if is_one else name: name for name in names}
