"""`vermilion serve`: database, web, worker and translator as children of one process in the foreground."""

import asyncio
import http.client
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from vermilion.settings import Settings
from vermilion.storage.db import Database
from vermilion.storage.migrate import migrate
from vermilion.storage.postgres import Postgres
from vermilion.storage.postgres_home import PostgresError
from vermilion.work.child import Child

Say = Callable[[str], None]

PORTS_TO_TRY = 50
HOPELESS = 4
"""The web that dies so often before its first answer will not come."""


RESPAWN_AFTER = 6.0
"""Seconds a fresh web worker has to come up before the one it replaces is stopped."""


class ServeError(Exception):
    """Serving is not possible; the message tells the operator why."""


class Supervisor:
    """Everything that `serve` keeps alive. `run()` returns when it was told to stop."""

    def __init__(
        self, settings: Settings, *, workers: int, may_move: bool, say: Say, welcome: Callable[[str], None]
    ) -> None:
        """`may_move`: another port will do when this one is taken; `welcome(address)` speaks when all is ready."""
        self.settings = settings
        self.workers = workers
        self.say = say
        self.welcome = welcome
        self.port = free_port(settings.host, settings.port, may_move=may_move)
        self.origin = settings.origin if "VERMILION_ORIGIN" in os.environ else f"http://localhost:{self.port}"
        self._has_terminal = os.isatty(0)
        self._stopping = asyncio.Event()
        self._postgres: Postgres | None = None
        self._web: Child | None = None
        self._worker: Child | None = None
        self._translator: Child | None = None

    async def run(self) -> int:
        """Start everything, keep it alive, stop it in order; gives the exit code."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        try:
            dsn = await self._open_database()
            if self._stopping.is_set():
                return 0
            return await self._run_children(dsn)
        finally:
            await self._stop()

    async def _open_database(self) -> str:
        if self.settings.database_url is not None:
            dsn = self.settings.database_url
            self.say("database: the one of DATABASE_URL")
        else:
            self.say("database: starting PostgreSQL")
            self._postgres = Postgres(self.settings.data / "postgres", say=self.say)
            dsn = await asyncio.to_thread(self._postgres.start)
        await migrate(dsn, say=self.say)
        return dsn

    async def _run_children(self, dsn: str) -> int:
        env = {
            **os.environ,
            "DATABASE_URL": dsn,
            "VERMILION_DATA": str(self.settings.data),
            "VERMILION_HOST": self.settings.host,
            "VERMILION_PORT": str(self.port),
            "VERMILION_ORIGIN": self.origin,
            "PYTHONUNBUFFERED": "1",
            "PROMETHEUS_MULTIPROC_DIR": str(_emptied(self.settings.data / "metrics")),
        }
        self.say("starting the web and the worker")
        self._web = Child("web", web_command(self.settings.host, self.port, self.workers), env, self.say)
        self._worker = Child("worker", [sys.executable, "-m", "vermilion", "work"], env, self.say)
        if self.settings.translates:
            command = [sys.executable, "-m", "vermilion", "translate"]
            self._translator = Child("translator", command, env, self.say)
        watch = asyncio.create_task(self._watch_database())
        try:
            self._web.start()
            ready = await self._until_ready(self._web)
            if ready:
                self._worker.start()  # after the first page: two starting at once are each slower
            if ready and self.settings.sample and await is_empty(dsn):
                await self._load_sample(env)
            if ready and not self._stopping.is_set():
                self.welcome(self.origin)
            if ready and self._translator is not None and not self._stopping.is_set():
                self._translator.start()  # last: it may have a gigabyte to fetch
            if ready:
                await self._stopping.wait()
            return 0 if ready or self._web.failures < HOPELESS else 1
        finally:
            self._stopping.set()
            await watch

    async def _until_ready(self, web: Child) -> bool:
        while not self._stopping.is_set():
            if await asyncio.to_thread(answers, self.settings.host, self.port):
                return True
            if web.failures >= HOPELESS:
                self.say(
                    "the web does not come up; the reason stands above. `vermilion doctor` may know more."
                )
                return False
            await asyncio.sleep(0.05)
        return False

    async def _load_sample(self, env: Mapping[str, str]) -> None:
        self.say("loading the sample world (VERMILION_SAMPLE=none leaves it out)")
        loader = Child("sample", [sys.executable, "-m", "vermilion", "sample"], env, self.say)
        code = await loader.run_once(self._stopping)
        if code != 0 and not self._stopping.is_set():
            self.say("the sample world could not be loaded; the room is open without it")

    async def _watch_database(self) -> None:
        while not self._stopping.is_set():
            if self._postgres is not None and not self._postgres.is_alive():
                self.say("database: it has died, starting it again")
                try:
                    await asyncio.to_thread(self._postgres.revive)
                except PostgresError as error:
                    self.say(f"database: {error}")
            try:
                await asyncio.wait_for(self._stopping.wait(), 0.5)
            except TimeoutError:
                continue

    def _reload(self) -> None:
        """SIGHUP: fresh web workers, one after another, a fresh worker and translator; a lost terminal means stop."""
        if self._has_terminal and _terminal_is_gone():
            self._stopping.set()
            return
        self.say("reloading: web workers one after another, the worker, the translator")
        if self._web is not None:
            self._web.send(signal.SIGHUP)
        for child in (self._worker, self._translator):
            if child is not None:
                child.replace()

    async def _stop(self) -> None:
        self.say("stopping")
        for child, patience in ((self._web, 20.0), (self._translator, 15.0), (self._worker, 40.0)):
            if child is not None:
                await child.stop(patience)
        if self._postgres is not None:
            await asyncio.to_thread(self._postgres.stop)
        self.say("stopped")


def _emptied(folder: Path) -> Path:
    """Where every process leaves its figures, so that whichever is asked tells those of all."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The command line of the HTTP server; it holds nothing secret."""
    return [
        sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--task-impl", "asyncio",
        "--host", host, "--port", str(port), "--workers", str(workers), "--log-level", "error",
        "--respawn-failed-workers", "--respawn-interval", str(RESPAWN_AFTER), "--workers-kill-timeout", "15",
        "--rss-sample-interval", "60", "--rss-samples", "3", "--workers-max-rss", "1500",
        "vermilion.app:create_app",
    ]  # fmt: skip


def free_port(host: str, wanted: int, *, may_move: bool) -> int:
    """`wanted`, or the next free one if `may_move`; raises ServeError."""
    for port in range(wanted, min(wanted + PORTS_TO_TRY, 65536)) if may_move else [wanted]:
        if _is_free(host, port):
            return port
    raise ServeError(f"Port {wanted} on {host} is taken or not allowed. Choose another one with --port.")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int) -> bool:
    """Whether something there speaks HTTP."""
    there = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - looked up, not bound
    connection = http.client.HTTPConnection(there, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


async def is_empty(dsn: str) -> bool:
    """Whether nobody lives here yet."""
    database = Database(dsn, max_size=1)
    try:
        return not await database.session().value("SELECT EXISTS (SELECT FROM account)")
    finally:
        await database.close()


def _terminal_is_gone() -> bool:
    """Whether a hang-up came from the terminal itself, which then no longer answers."""
    try:
        os.tcgetpgrp(0)
    except OSError:
        return True
    return False
