"""A real server with the sample world, and real browsers in front of it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.ensure import find
from vermilion.sample import people_to_try
from vermilion.storage.db import Database, Db
from vermilion.storage.postgres import Postgres
from vermilion.translation import queue
from vermilion.translation.schema import Done, Queued
from vermilion.translation.state import forget, tell
from vermilion.wiring import WIRING

PATIENCE_MS = 40_000
"""A busy machine is slow, not wrong."""

WORKS_S = 240
"""What is made in the background takes its time on a machine that does much else."""

expect.set_options(timeout=PATIENCE_MS)

START_S = 240
HERE = Path(__file__).parent
ROOT = HERE.parent.parent


class Server:
    """A running server: its address and the password of the sample people."""

    def __init__(self, address: str, data: Path) -> None:
        self.address = address
        self.data = data

    @property
    def password(self) -> str:
        return people_to_try(self.data)[0][2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """`vermilion serve` in a folder of its own, ready with the sample world."""
    data = Path(tempfile.mkdtemp(prefix="vmb-"))
    data.chmod(0o711)
    port = free_port()
    env = {
        **os.environ,
        "VERMILION_DATA": str(data),
        "VERMILION_ORIGIN": f"http://localhost:{port}",
        "VERMILION_LIMITS": "off",
        "VERMILION_MODELS": "none",
        "VERMILION_FILMS": str(HERE / "films.toml"),
    }
    env.pop("DATABASE_URL", None)
    log = (data / "serve.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "vermilion", "serve", "--port", str(port)],
        cwd=ROOT,
        env=env,
        stdout=log,
        stderr=log,
    )
    try:
        server = Server(f"http://localhost:{port}", data)
        wait_for(server, process, data / "serve.log")
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        log.close()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the sample world is on the first page."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.address}/", timeout=5) as answer:  # noqa: S310 - our own http address
                if b'class="card' in answer.read():
                    return
        except OSError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"the server did not come up:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
    yield found
    found.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Opens a browser of somebody's own: `page = visit("/", lang="zh")`. What goes wrong in it fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_browser(path: str = "/", *, lang: str = "en", **options: Any) -> Page:  # noqa: ANN401 - options of a Playwright context
        context = browser.new_context(
            base_url=server.address,
            locale=lang,
            reduced_motion="reduce",
            **{"timezone_id": "UTC", "viewport": {"width": 1280, "height": 900}, **options},
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"error in a script: {error}"))
        page.on("console", lambda message: note_console(message.text, message.type))
        page.on("request", lambda request: note_foreign(request.url))
        page.goto(path)
        return page

    def note_console(text: str, kind: str) -> None:
        if (
            "Content Security Policy" in text
            or "TrustedHTML" in text
            or (kind == "error" and "Failed to load" not in text)
        ):
            wrong.append(text)

    def note_foreign(url: str) -> None:
        if not url.startswith((server.address, "data:", "blob:")):
            wrong.append(f"a request to {url}")

    yield open_browser
    for context in contexts:
        context.close()
    assert wrong == []


def until(page: Page, holds: Callable[[], object], again: Callable[[], object] | None = None) -> None:
    """Look again, by a reload where nothing else is said, until it holds."""
    end = time.monotonic() + WORKS_S
    while not holds():
        assert time.monotonic() < end, f"it did not come: {page.url}"
        page.wait_for_timeout(300)
        (again or page.reload)()


class Translator:
    """A translator at the real queue: it says it is ready, and translates what a test has it translate."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def _run(self, deed: Callable[[Db], Awaitable[None]]) -> None:
        async def run() -> None:
            database = Database(self._dsn, max_size=1, wiring=WIRING)
            try:
                await deed(database.session())
            finally:
                await database.close()

        with ThreadPoolExecutor(1) as pool:  # Playwright's loop runs in this thread
            pool.submit(asyncio.run, run()).result()

    def tell(self, state: str, progress: float = 0.0) -> None:
        """Say how it is: ready, pulling, ..."""
        self._run(lambda db: tell(db, "of a test", state, progress=progress))

    def gone(self) -> None:
        """Stop."""
        self._run(lambda db: forget(db, "of a test"))

    def finish(self, keys: list[str], text: str) -> None:
        """Translate what waits under these keys."""
        parts = [key.split(".") for key in keys]
        done = [
            Done(text_hash=bytes.fromhex(part[0]), lang=part[1], source_lang="zh", text=text, engine="make/1")
            for part in parts
        ]
        self._run(lambda db: queue.finish(db, done))

    @contextmanager
    def knows(self, words: Mapping[str, str | Mapping[str, str]]) -> Iterator[None]:
        """Meanwhile it translates by itself: these words, or these words by language; others not at all."""

        def told(text: str, lang: str) -> str:
            found = words.get(text, "")
            return found if isinstance(found, str) else found.get(lang, "")

        async def work(db: Db) -> None:
            while not stop.is_set():
                await tell(db, "of a test", "ready")
                asked = await queue.claim(db, 20)
                await queue.finish(db, [done(one) for one in asked])
                await asyncio.sleep(0.05)

        def done(one: Queued) -> Done:
            text = told(one.text, one.lang)
            return Done(
                text_hash=one.text_hash,
                lang=one.lang,
                source_lang=one.source_lang,
                text=text,
                engine="test/1",
            )

        stop = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(self._run, work)
            try:
                yield
            finally:
                stop.set()
                working.result()


@pytest.fixture
def translator(server: Server) -> Iterator[Translator]:
    found = Translator(Postgres(server.data / "postgres").start())
    found.tell("ready")
    yield found
    found.gone()


def join(page: Page, handle: str, name: str, *, first: str = "en") -> None:
    """Join as a new person, through the form."""
    page.goto("/join")
    page.locator("[name=display_name]").fill(name)
    page.locator("[name=handle]").fill(handle)
    page.locator("[name=password]").fill("a long enough pass phrase")
    page.locator("[name=first]").select_option(first)
    page.locator("main form .button").click()
    page.wait_for_url("**/welcome")


def sign_in(page: Page, server: Server, handle: str) -> None:
    """Sign in as one of the sample people, through the form."""
    page.goto("/sign-in")
    page.locator("[name=handle]").fill(handle)
    page.locator("[name=password]").fill(server.password)
    page.locator("main form .button").first.click()
    page.wait_for_url("**/")


def note_of(page: Page, handle: str, words: str) -> str:
    """The address of a note of somebody's, by words of its title in the reader's language."""
    page.goto(f"/@{handle}")
    address = page.locator(".card", has_text=words).locator("a.cover").first.get_attribute("href")
    assert address
    return address
