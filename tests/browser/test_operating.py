"""The operator's page: who sees it, and what is done there by keyboard, by mouse and without script."""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Server, Visit, sign_in
from tests.browser.test_the_face import LOOKS, assert_open_to_all
from vermilion.storage.postgres import Postgres


def in_database(server: Server, sql: str) -> object:
    """Run a statement where the server keeps its rows."""

    async def run() -> object:
        connection = await asyncpg.connect(Postgres(server.data / "postgres").start())
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:  # Playwright's loop runs in this thread
        return pool.submit(asyncio.run, run()).result()


@pytest.fixture
def held(server: Server) -> None:
    """Nour runs the room, and two jobs failed too often."""
    env = {**os.environ, "VERMILION_DATA": str(server.data)}
    env.pop("DATABASE_URL", None)
    given = [sys.executable, "-m", "vermilion", "role", "nour_h", "operator"]
    subprocess.run(given, cwd=ROOT, env=env, check=True, capture_output=True)
    in_database(
        server,
        """INSERT INTO pgqueuer (priority, entrypoint, status, attempts, created, updated, execute_after)
           SELECT 0, 'Trial:of.a.test_' || n, 'failed', 6, now(), now(), now() + interval '1 day' FROM generate_series(1, 2) n""",
    )


def letters(page: Page) -> int:
    return page.locator("#dead ~ ul.letters li", has_text="of.a.test").count()


@pytest.mark.usefixtures("held")
def test_a_job_is_tried_again_and_another_dropped_without_script(visit: Visit, server: Server) -> None:
    page = visit("/sign-in", java_script_enabled=False, viewport={"width": 390, "height": 844})
    sign_in(page, server, "nour_h")
    page.goto("/settings")
    page.get_by_role("link", name="إدارة الغرفة").click()
    before = letters(page)
    assert before >= 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#dead ~ ul.letters button[value=drop]").first.click()
    page.wait_for_url("**/operate?done=dropped*")
    assert letters(page) == before - 1
    button = page.locator("#dead ~ ul.letters button[value=retry]").first
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/operate?done=retried*")
    assert letters(page) == before - 2
    expect(page.get_by_role("status").first).to_be_visible()


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("look", LOOKS)
def test_it_is_open_to_all_operators(visit: Visit, server: Server, look: str) -> None:
    page = visit("/", **LOOKS[look])
    sign_in(page, server, "nour_h")
    page.goto("/operate")
    page.locator("details summary").click()
    assert_open_to_all(page)


@pytest.mark.usefixtures("held")
def test_nobody_else_finds_it(visit: Visit, server: Server) -> None:
    page = visit("/operate")
    page.wait_for_url("**/sign-in?next=/operate")
    sign_in(page, server, "mei_lin")
    answer = page.goto("/operate")
    assert answer is not None
    assert answer.status == 404
    page.goto("/settings")
    expect(page.locator("a[href='/operate']")).to_have_count(0)
