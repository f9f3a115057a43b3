"""What an operator sees of the room: queue, storage, slow statements, versions, translators. The page and the API share it."""

import platform
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vermilion import __version__
from vermilion.accounts.rules import signed_in
from vermilion.engines.models import models, state
from vermilion.kernel.errors import NotFound, Unavailable
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.settings import Settings
from vermilion.storage.blobs import Usage
from vermilion.storage.db import Db
from vermilion.storage.figures import Disk, Server, TableSize, disk_of, get_server, largest_tables
from vermilion.storage.slow import SlowStatement
from vermilion.translation.queue import backlog
from vermilion.translation.schema import Backlog, TranslatorProcess
from vermilion.translation.state import translators
from vermilion.web.context import State
from vermilion.webhooks.figures import Traffic, get_traffic
from vermilion.work.dead import DeadLetter, JobKind, dead_letters, job_kinds

COUNTING_S = 2.0


class Versions(Record, kw_only=True, frozen=True):
    """What runs here; `migration` is the last one the database has had."""

    vermilion: str
    python: str
    postgres: str
    vector: str
    migration: str


class ModelState(Record, kw_only=True, frozen=True):
    """Weights of the lock and whether they are here: absent, partial, unchecked (right size), whole, wrong."""

    name: str
    use: str
    state: str
    bytes: int


class Overview(Record, kw_only=True, frozen=True):
    """How the room is. `blobs` None: the store does not answer; `slow`: since `serve` was started, costliest first.

    `disk` is that of the data folder, `blobs_disk` that of pictures and films where it is another one of this machine.
    """

    jobs: list[JobKind]
    dead_letters: list[DeadLetter]
    server: Server
    tables: list[TableSize]
    blobs: Usage | None
    disk: Disk
    blobs_disk: Disk | None
    webhooks: Traffic
    slow: list[SlowStatement]
    versions: Versions
    waiting: Backlog
    translators: list[TranslatorProcess]
    models: list[ModelState]


def operator(viewer: Viewer) -> Viewer:
    """The viewer, if they run the room; raises Unauthorized("sign_in_first"), NotFound("not_found") for everybody else."""
    signed_in(viewer)
    if not viewer.is_operator:
        raise NotFound("not_found")
    return viewer


async def overview(db: Db, viewer: Viewer, parts: State) -> Overview:
    """Everything at once, for who runs the room; raises as `operator` does."""
    operator(viewer)
    server = await get_server(db)
    return Overview(
        jobs=await job_kinds(db),
        dead_letters=await dead_letters(db),
        server=server,
        tables=await largest_tables(db),
        blobs=await _usage(parts),
        disk=disk_of(parts.settings.data),
        blobs_disk=_blobs_disk(parts.settings),
        webhooks=await get_traffic(db),
        slow=parts.slow.everybodys(),
        versions=Versions(
            vermilion=__version__,
            python=platform.python_version(),
            postgres=server.version,
            vector=server.vector,
            migration=server.migration,
        ),
        waiting=await backlog(db),
        translators=await translators(db),
        models=list(_models(parts)),
    )


async def _usage(parts: State) -> Usage | None:
    try:
        return await parts.usage.get(lambda: parts.blobs.usage(COUNTING_S))
    except Unavailable:
        return None


def _blobs_disk(settings: Settings) -> Disk | None:
    where = urlsplit(settings.blobs)
    folder = Path(unquote(where.path))
    if where.scheme != "file" or not folder.exists() or not settings.data.exists():
        return None
    return disk_of(folder) if folder.stat().st_dev != settings.data.stat().st_dev else None


def _models(parts: State) -> Sequence[ModelState]:
    folder = parts.settings.models
    if folder is None:
        return []
    found = [(model, state(model, folder)) for model in models()]
    return [
        ModelState(name=model.name, use=model.use, state=state, bytes=model.bytes)
        for model, state in found
        if state != "named"
    ]
