"""A real server over a database of a test's own, for tests that speak HTTP from outside."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def server(cloned_dsn: str, port: int, tmp_path: Path, dictionary_folder: Path) -> Iterator[str]:
    """Its address."""
    (tmp_path / "dictionary").symlink_to(dictionary_folder)
    env = {
        **os.environ,
        "DATABASE_URL": cloned_dsn,
        "VERMILION_DATA": str(tmp_path),
        "VERMILION_LIMITS": "off",
        "VERMILION_ORIGIN": f"http://127.0.0.1:{port}",
    }
    command = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "vermilion.app:create_app",
        "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    try:
        _await(base, process, tmp_path / "log")
        yield base
    finally:
        process.terminate()
        process.wait(20)


def _await(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{base}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text())
