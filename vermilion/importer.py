"""`vermilion import-drafts`: a folder of pictures with a table or Markdown files becomes somebody's drafts."""

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from vermilion.accounts.reads import find_at_home
from vermilion.engines.images import Images
from vermilion.kernel.errors import Invalid, Problem
from vermilion.notes.import_making import look_through, make, room
from vermilion.notes.importing import MOST_TEXT, Fault, is_picture, is_text, plan
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database
from vermilion.web.problems import sentence
from vermilion.web.security import PICTURE_BODY
from vermilion.wiring import WIRING

Say = Callable[[str], None]

MOST_FILES = 20_000


async def tend(settings: Settings, say: Say, folder: Path, handle: str, *, is_trial: bool) -> int:
    """The command: say what is wrong, line by line, and make drafts of the rest; gives 1 where anything was wrong."""
    names, texts = await asyncio.to_thread(walk, folder)
    database = Database(settings.database_url or "", max_size=2, wiring=WIRING)
    images = Images()
    try:
        db = database.session()
        viewer = await find_at_home(db, handle.removeprefix("@"))
        if viewer is None:
            say(f"there is nobody called {handle} here")
            return 1
        try:
            found = plan(names, texts, await room(db, viewer))
        except Invalid as problem:
            say(sentence(problem.code, problem.facts, "en"))
            return 1
        _tell(say, found.faults)

        async def load(name: str) -> bytes:
            data = await asyncio.to_thread(_read, folder / name, PICTURE_BODY + 1)
            if len(data) > PICTURE_BODY:
                raise Invalid("picture_too_large")
            return data

        if is_trial:
            good, faults = await look_through(images, found.notes, load)
            _tell(say, faults)
            say(f"{_drafts(len(good))} could be made")
            return int(bool(found.faults or faults))
        made = await make(db, viewer, Blobs(settings.blobs), images, found.notes, load)
        _tell(say, made.faults)
        say(f"{_drafts(len(made.draft_ids))} made for {viewer.handle}")
        return int(bool(found.faults or made.faults))
    except Problem as problem:
        say(sentence(problem.code, problem.facts, "en"))
        return 1
    finally:
        await images.close()
        await database.close()


def walk(folder: Path) -> tuple[list[str], dict[str, bytes]]:
    """The names of tables, Markdown files and pictures below a folder, and what stands in the texts.

    Links that lead out of it are left out.
    """
    root = folder.resolve()
    found: list[str] = []
    for place, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            is_wanted = not name.startswith(".") and (is_text(name) or is_picture(name))
            if is_wanted and path.is_file() and path.resolve().is_relative_to(root):
                found.append(path.relative_to(root).as_posix())
    found = found[:MOST_FILES]
    return found, {name: _read(root / name, MOST_TEXT + 1) for name in found if is_text(name)}


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _tell(say: Say, faults: Sequence[Fault]) -> None:
    for fault in faults:
        where = f"{fault.source}, line {fault.line}" if fault.line else fault.source
        say(f"{where}: {sentence(fault.code, fault.facts, 'en')}")


def _drafts(count: int) -> str:
    return "1 draft" if count == 1 else f"{count} drafts"
