"""The translator as a process: it gets ready, says how it is, and dies without losing a passage."""

import asyncio
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.proofs.live import ROOT, environment
from tests.translation.engine import Engine, Engines, Wire, engine_on_loopback
from vermilion import translator
from vermilion.engines.models import ModelError, Progress
from vermilion.engines.translate import EngineError
from vermilion.kernel.ids import Id
from vermilion.settings import Settings
from vermilion.storage.db import Database, Db
from vermilion.translation import queue
from vermilion.translation.queue import SEEN
from vermilion.translation.schema import Words
from vermilion.translation.state import SILENT, state
from vermilion.translation.status import tell_status
from vermilion.translation.table import DEFAULT
from vermilion.translator import Translator


@pytest.fixture
async def room(cloned_dsn: str) -> AsyncIterator[Database]:
    database = Database(cloned_dsn, max_size=4)
    yield database
    await database.close()


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    async with engine_on_loopback() as engine:
        yield engine


def settings(room: Database, folder: Path, models: Path | None) -> Settings:
    return Settings(data=folder, database_url=room.dsn, blobs="memory:///", origin="http://x", models=models)


async def until(holds: Callable[[], Awaitable[object]], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.02)


async def ask(db: Db, count: int) -> None:
    texts = [f"今天我们去了海边看日落 {number}" for number in range(100, 100 + count)]
    words = [Words(text=text, lang="zh", subject_id=Id(1), part="body", is_public=True) for text in texts]
    await queue.ask(db, [one.into("en") for one in words], SEEN)


class Process:
    """`vermilion translate` over an engine on loopback."""

    def __init__(self, room: Database, engine: Engine, folder: Path) -> None:
        table = folder / "translators.toml"
        table.write_text(
            f'[[make]]\nkind = "chat"\nurl = "{engine.url}/v1"\nmodel = "test"\nslots = 3\npairs = ["zh>en"]\n'
        )
        self.env = environment(folder, DATABASE_URL=room.dsn, VERMILION_TRANSLATORS=str(table))
        self.running: asyncio.subprocess.Process

    async def start(self) -> None:
        command = (sys.executable, "-m", "vermilion", "translate")
        self.running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=self.env)

    async def end(self, sign: signal.Signals) -> int:
        self.running.send_signal(sign)
        return await asyncio.wait_for(self.running.wait(), 90)


async def test_a_kill_in_the_middle_loses_no_passage_and_nobody_waits_for_the_dead(
    room: Database, engine: Engine, tmp_path: Path
) -> None:
    db, process = room.session(), Process(room, engine, tmp_path)
    engine.seconds = 0.1
    await ask(db, 40)
    began = 0.0
    for sign in (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM):
        await process.start()
        begun = len(engine.asked)
        await until(lambda begun=begun: _is(len(engine.asked) > begun + 6))
        code = await process.end(sign)
        assert code == (0 if sign == signal.SIGTERM else -sign)
        held = await db.value("SELECT count(*) FROM translation_queue WHERE claimed_by IS NOT NULL")
        assert (held > 0) == (sign == signal.SIGKILL)
        began = time.monotonic()
    await process.start()
    await until(lambda: _none_wait(db))
    assert time.monotonic() - began < SILENT.total_seconds()
    assert await db.value("SELECT count(*) FROM rendering WHERE text <> ''") == 40
    assert (await state(db)).state == "ready"
    assert await process.end(signal.SIGTERM) == 0
    assert (
        await db.value("SELECT count(*) FROM translator WHERE name LIKE '%/' || $1", str(process.running.pid))
        == 0
    )


async def test_the_command_says_how_it_is_and_what_waits(
    room: Database, engine: Engine, tmp_path: Path
) -> None:
    db, process, said = room.session(), Process(room, engine, tmp_path), []
    await tell_status(settings(room, tmp_path, None), said.append)
    assert said[0] == "no translator runs"
    engine.seconds = 5.0
    await ask(db, 9)
    await process.start()
    await until(lambda: _is(len(engine.asked) >= 3))
    said.clear()
    await tell_status(settings(room, tmp_path, None), said.append)
    assert f"/{process.running.pid}: ready, 4 under way" in said[0]
    assert said[1].startswith("0 waited for at a page, 9 for pages that were read, 0 ahead of readers")
    await process.end(signal.SIGTERM)


class Routes(Engines):
    """Makes that are not ready before their weights are there."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(Wire(engine))
        self.weights = threading.Event()
        self.makes = (self.make,)
        self.outside = ("llm.example",)

    async def start(self) -> None:
        if not self.weights.is_set():
            raise EngineError("unready", "its weights are not there")

    async def close(self) -> None:
        await self.make.close()


@pytest.fixture
def routes(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Routes:
    made = Routes(engine)
    monkeypatch.setattr(translator, "build", lambda *_args: made)
    monkeypatch.setattr(translator, "FIRST_PAUSE_S", 0.1)
    monkeypatch.setattr(translator, "PULLING_BEAT_S", 0.05)
    monkeypatch.setattr(translator, "stand_back", lambda _more: None)
    return made


async def test_a_model_that_is_missing_is_pulled_in_the_background(
    room: Database, routes: Routes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, go_on = [], threading.Event()

    def pull(_model: object, _folder: Path, progress: Progress) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ModelError("There is no network.")
        while not go_on.wait(0.02):
            progress(3, 4)
        routes.weights.set()

    monkeypatch.setattr(translator, "pull", pull)
    db, stop = room.session(), asyncio.Event()
    await ask(db, 3)
    running = asyncio.create_task(Translator(settings(room, tmp_path, tmp_path), DEFAULT).run(stop))
    try:
        await until(lambda: _says(db, "failed", "There is no network."))
        await until(lambda: _says(db, "pulling"))
        told = await state(db)
        assert (told.progress, told.will_translate) == (0.75, True)
        go_on.set()
        await until(lambda: _none_wait(db))
        await until(lambda: _says(db, "ready"))
        assert (await state(db)).hosts == ("llm.example",)
    finally:
        stop.set()
        await asyncio.wait_for(running, 60)
    assert (await state(db)).state == "none"


async def test_whoever_is_told_to_stop_stops_pulling(
    room: Database, routes: Routes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pull(_model: object, _folder: Path, progress: Progress) -> None:
        while True:
            progress(1, 4)
            time.sleep(0.01)

    monkeypatch.setattr(translator, "pull", pull)
    stop = asyncio.Event()
    running = asyncio.create_task(Translator(settings(room, tmp_path, tmp_path), DEFAULT).run(stop))
    await until(lambda: _says(room.session(), "pulling"))
    stop.set()
    await asyncio.wait_for(running, 60)
    assert not routes.weights.is_set()


async def _says(db: Db, word: str, why: str = "") -> bool:
    rows = await db.rows("SELECT state, why FROM translator")
    return [tuple(row) for row in rows] == [(word, why)]


async def _none_wait(db: Db) -> bool:
    return not await db.value("SELECT count(*) FROM translation_queue")


async def _is(holds: bool) -> bool:
    return holds
