"""Figures for Prometheus are those of every process, whichever is asked."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
from litestar import Litestar

from tests.conftest import client_of
from vermilion.kernel.ids import Id
from vermilion.storage.db import Database
from vermilion.translation.queue import AHEAD, SEEN, WAITED, ask
from vermilion.translation.schema import Words
from vermilion.translation.state import tell
from vermilion.web.context import Brief, State

ONE = "from vermilion.web.metrics import Metrics; Metrics().answers.labels('GET', 'home', '200').inc()"
ALL = "from vermilion.web.metrics import Metrics; print(Metrics().exposed().decode())"


def run(code: str, folder: Path) -> str:
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_figures_of_several_processes_are_added_up(tmp_path: Path) -> None:
    for _ in range(3):
        run(ONE, tmp_path)
    assert 'vermilion_answers_total{handler="home",method="GET",status="200"} 3.0' in run(ALL, tmp_path)


async def figures(app: Litestar) -> dict[str, float]:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    lines = [line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


async def test_what_waits_for_translators_is_told_by_who_waits(app: Litestar, state: State) -> None:
    db = state.database.session()
    for level, count in ((AHEAD, 3), (SEEN, 2), (WAITED, 1)):
        texts = [f"等着 {level} {number}" for number in range(count)]
        words = [Words(text=text, lang="zh", subject_id=Id(1), part="body", is_public=True) for text in texts]
        await ask(db, [one.into("en") for one in words], level)
    before = await figures(app)
    assert [before[f'vermilion_translation_waiting{{level="{level}"}}'] for level in ("waited", "seen", "ahead")] == [
        1, 2, 3,
    ]  # fmt: skip
    assert before["vermilion_translation_oldest_seconds"] >= 0
    assert before["vermilion_translator_ready"] == 0
    await tell(db, "here", "pulling", progress=0.25)
    state.translator = Brief()
    assert (await figures(app))["vermilion_translator_pulled"] == 0.25
    await tell(db, "here", "ready")
    state.translator = Brief()
    assert (await figures(app))["vermilion_translator_ready"] == 1


async def test_figures_are_told_without_a_database(app: Litestar) -> None:
    app.state.vermilion.database = Database("postgresql://x@/x?host=/nonexistent")
    assert not [name for name in await figures(app) if name.startswith("vermilion_translat")]


async def test_nobody_else_is_told(app: Litestar) -> None:
    async with client_of(app) as client:
        assert (await client.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"})).status_code == 404
