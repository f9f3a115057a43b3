"""A folder of pictures with a table or Markdown files made into drafts: looked through first, then made."""

import asyncio
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import get, post
from litestar.datastructures import UploadFile

from vermilion.kernel.errors import Invalid, Problem
from vermilion.kernel.viewer import Viewer
from vermilion.notes.import_making import Load, make, room, without_root
from vermilion.notes.importing import MOST_TEXT, Fault, Plan, is_picture, is_text, plan
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.limits import DRAFTS
from vermilion.web.pages.answers import Html, fragment, go, said, to_door, whole
from vermilion.web.problems import sentence
from vermilion.web.security import PICTURE_BODY, PUBLISH_BODY

MOST_FILES = 2_500
MOST_PICTURES = 60
"""Pictures that come in one form, for browsers without script."""


@get("/drafts/import", include_in_schema=False)
async def show_import(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> Html:
    """The form that takes a folder."""
    if viewer.is_guest:
        return to_door(request)
    return await whole(db, viewer, locale, "import.html", here="drafts", room=await room(db, viewer))


@post(
    "/drafts/import",
    include_in_schema=False,
    opt={"limit": DRAFTS},
    request_max_body_size=PUBLISH_BODY,
    status_code=200,
)
async def take_folder(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Look through what was sent, as a ZIP or as files; make drafts of it where that is asked for.

    The script sends the tables, the Markdown files and the names of all files alone.
    """
    if viewer.is_guest:
        return to_door(request)
    free = await room(db, viewer)
    try:
        sent = await _sent(request)
        names, texts, load = sent
        found = await asyncio.to_thread(plan, names, texts, free)
        if wants_fragment(request):
            return fragment(locale, "parts/import_plan.html", viewer, **_shown(found, locale))
        form = await request.form()
        if form.get("deed") == "make":
            if sum(len(one.files) for one in found.notes) > MOST_PICTURES:
                raise Invalid("import_pictures", most=MOST_PICTURES)
            made = await make(db, viewer, parts.blobs, parts.images, found.notes, load)
            faults = (*found.faults, *made.faults)
            if not faults:
                return go("/drafts?kept=")
            shown = {**_shown(Plan(notes=(), faults=faults), locale), "made": len(made.draft_ids)}
            return await whole(db, viewer, locale, "import.html", here="drafts", room=free, **shown)
    except Problem as problem:
        if wants_fragment(request):
            raise
        told = said(request, problem)
        return await whole(db, viewer, locale, "import.html", here="drafts", room=free, **told)
    return await whole(db, viewer, locale, "import.html", here="drafts", room=free, **_shown(found, locale))


async def _sent(request: AnyRequest) -> tuple[list[str], dict[str, bytes], Load]:
    """The names of the files, what stands in the texts, and how a picture is read."""
    form = await request.form()
    files: dict[str, UploadFile] = {}
    named = [name[:1000] for name in str(form.get("names") or "").splitlines() if name]
    for value in form.getall("file", []):
        if isinstance(value, UploadFile) and value.filename:
            if value.filename.casefold().endswith(".zip"):
                return await asyncio.to_thread(_unzipped, await value.read())
            files[value.filename.replace("\\", "/")] = value
    if len(files) + len(named) > MOST_FILES:
        raise Invalid("import_files", most=MOST_FILES)
    short = without_root(list(dict.fromkeys([*files, *named])))
    texts = {
        name: await files[long].read(MOST_TEXT + 1)
        for name, long in short.items()
        if long in files and is_text(name)
    }

    async def load(name: str) -> bytes:
        file = files.get(short[name])
        if file is None:
            raise Invalid("import_no_file", file=name[:100])
        return await file.read()

    return list(short), texts, load


def _unzipped(data: bytes) -> tuple[list[str], dict[str, bytes], Load]:
    """The same of a ZIP. Nothing of it is written to a disk, and no more is unpacked than a file may have."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Invalid("import_zip") from error
    if len(entries) > MOST_FILES:
        raise Invalid("import_files", most=MOST_FILES)
    wanted = {
        entry.filename: entry
        for entry in entries
        if (is_text(entry.filename) or is_picture(entry.filename))
        and not entry.filename.startswith("__MACOSX/")
    }
    short = without_root(list(wanted))

    def read(name: str, most: int) -> bytes:
        try:
            with archive.open(wanted[short[name]]) as file:
                return file.read(most)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
            raise Invalid("import_zip") from error

    async def load(name: str) -> bytes:
        found = await asyncio.to_thread(read, name, PICTURE_BODY + 1)
        if len(found) > PICTURE_BODY:
            raise Invalid("picture_too_large")
        return found

    return list(short), _texts(short, read), load


def _texts(short: Mapping[str, str], read: Any) -> dict[str, bytes]:  # noqa: ANN401 - reads a file of a ZIP
    """Tables and Markdown files, as long as all of them together are not longer than one may be ten times."""
    texts: dict[str, bytes] = {}
    left = 10 * MOST_TEXT
    for name in short:
        if is_text(name):
            texts[name] = read(name, MOST_TEXT + 1)
            left -= len(texts[name])
            if left < 0:
                raise Invalid("import_long", most=MOST_TEXT // 1_000_000)
    return texts


def _shown(found: Plan, locale: str) -> dict[str, Any]:
    return {"plan": found, "faults": told(found.faults, locale)}


def told(faults: Sequence[Fault], locale: str) -> list[dict[str, object]]:
    """Faults as a page shows them."""
    return [
        {"source": one.source, "line": one.line, "sentence": sentence(one.code, one.facts, locale)}
        for one in faults
    ]


HANDLERS = [show_import, take_folder]
