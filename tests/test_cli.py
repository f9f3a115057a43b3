import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import new_database
from vermilion import __version__, cli
from vermilion.work.supervisor import ServeError, free_port


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert all(
        re.search(rf"^    {name}\s", said, re.MULTILINE)
        for name in (
            "serve",
            "work",
            "translate",
            "migrate",
            "backup",
            "restore",
            "sample",
            "models",
            "bench",
            "doctor",
        )
    )


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"vermilion {__version__}\n"


def test_a_bad_setting_is_one_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VERMILION_PORT", "eighty")
    assert cli.main(["serve"]) == 1
    assert capsys.readouterr().err.startswith('vermilion: VERMILION_PORT is "eighty", but')


def test_a_table_of_engines_that_cannot_be_used_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "translators.toml"
    table.write_text('[[make]]\nkind = "chat"\n')
    monkeypatch.setenv("VERMILION_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("VERMILION_TRANSLATORS", str(table))
    assert cli.main(["serve"]) == 1
    assert "it needs url and model" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_an_unknown_bench_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["bench", "nonsense"])
    assert "nonsense" in capsys.readouterr().err


def test_a_taken_port_gives_way_only_where_nobody_asked_for_it() -> None:
    port = free_port("127.0.0.1", 20000 + os.getpid() % 20000, may_move=True)
    with socket.create_server(("127.0.0.1", port)):
        assert free_port("127.0.0.1", port, may_move=True) > port
        with pytest.raises(ServeError, match=f"Port {port}"):
            free_port("127.0.0.1", port, may_move=False)


class Serving:
    """`vermilion serve` as a process of its own."""

    def __init__(self, data: Path, dsn: str, port: int) -> None:
        self.port = port
        self.log = data / "said"
        table = data / "translators.toml"
        table.write_text('[[make]]\nkind = "chat"\nurl = "http://127.0.0.1:9/v1"\nmodel = "nobody"\n')
        env = {
            **os.environ,
            "VERMILION_DATA": str(data),
            "DATABASE_URL": dsn,
            "VERMILION_SAMPLE": "none",
            "VERMILION_MODELS": "none",
            "VERMILION_TRANSLATORS": str(table),
            "PYTHONPATH": str(Path(cli.__file__).parent.parent),
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "vermilion", "serve", "--port", str(port)],
                env=env,
                stdout=log,
                stderr=log,
            )

    def until(self, text: str, seconds: float = 60) -> str:
        """What it has said as soon as `text` is in it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text in (said := self.log.read_text()):
                return said
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{text!r} was not said:\n{self.log.read_text()}")

    def get(self, path: str) -> int:
        """The status of an answer, 0 when there is none."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def children(self) -> dict[str, int]:
        """The processes right below it, by what they do."""
        listed = subprocess.run(
            ["/bin/ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
        )
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()[1:]]
        kinds = {"granian": "web", "vermilion work": "worker", "vermilion translate": "translator"}
        return {
            kind: int(pid)
            for pid, parent, args in rows
            if int(parent) == self.process.pid
            for mark, kind in kinds.items()
            if mark in args
        }

    def another(self, kind: str, than: int | None, seconds: float = 90) -> int:
        """The process of this kind, once it is another one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if (pid := self.children().get(kind)) not in {None, than}:
                return int(pid or 0)
            time.sleep(0.1)
        raise AssertionError(f"no other {kind} came")


@pytest.fixture
def serving(cloned_dsn: str, tmp_path: Path) -> Iterator[Serving]:
    port = free_port("127.0.0.1", 20000 + os.getpid() % 20000, may_move=True)
    running = Serving(tmp_path, cloned_dsn, port)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
        running.process.wait(timeout=60)


@pytest.mark.slow
def test_serve_comes_up_mends_itself_reloads_and_stops_in_order(serving: Serving) -> None:
    serving.until(f"open http://localhost:{serving.port}")
    assert serving.get("/readyz") == 200
    translator = serving.another("translator", None)
    before = serving.children()
    assert set(before) == {"web", "worker", "translator"}

    os.kill(before["web"], signal.SIGKILL)
    serving.until("web: it ended with code -9")
    end = time.monotonic() + 90
    while serving.get("/readyz") != 200 and time.monotonic() < end:
        time.sleep(0.1)
    assert serving.get("/readyz") == 200
    assert serving.children()["worker"] == before["worker"]

    os.kill(translator, signal.SIGKILL)
    serving.until("translator: it ended with code -9")
    translator = serving.another("translator", translator)

    serving.process.send_signal(signal.SIGHUP)
    serving.until("reloading")
    serving.another("worker", before["worker"])
    serving.another("translator", translator)
    assert serving.get("/readyz") == 200  # the old web worker answers until the fresh one does

    serving.process.terminate()
    assert serving.process.wait(timeout=60) == 0
    assert re.search(r"stopping\n(.*\n)*· stopped\n$", serving.log.read_text())
    assert serving.get("/healthz") == 0


@pytest.mark.slow
def test_nothing_of_serve_outlives_a_kill(serving: Serving) -> None:
    serving.until("open http://")
    left = serving.children()
    serving.process.kill()
    serving.process.wait()
    end = time.monotonic() + 90
    while any(Path(f"/proc/{pid}").exists() for pid in left.values()) and time.monotonic() < end:
        time.sleep(0.1)
    assert serving.get("/healthz") == 0


async def test_the_sample_world_finds_a_database_that_was_never_migrated(
    server_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with new_database(server_dsn, f"bare_{os.getpid()}") as dsn:
        monkeypatch.setenv("VERMILION_DATA", str(tmp_path))
        monkeypatch.setenv("DATABASE_URL", dsn)
        assert await asyncio.to_thread(cli.main, ["sample", "--remove"]) == 0
    assert "0001_accounts" in capsys.readouterr().out
