"""How soon `vermilion serve` shows its first page on an existing folder, and what it holds in memory when idle."""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.harness import memory_mb
from bench.report import report

GOALS = {"first_page_s": "<= 2", "idle_mb": "<= 400"}


def main(args: argparse.Namespace) -> None:
    """Serve once to make the folder, then measure starts on it; the limit is a bare start of the database."""
    folder = Path(tempfile.mkdtemp(prefix="vermilion-start-"))
    try:
        _serve(folder, idle=0)
        times = [_serve(folder, idle=0)[0] for _ in range(2 if args.quick else 5)]
        idle = _serve(folder, idle=2 if args.quick else 10)[1]
        times.sort()
        report(
            "start",
            {"first_page_s": times[len(times) // 2], "idle_mb": idle},
            {"import_s": _import_seconds()},
            quick=args.quick,
            goals=GOALS,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: Path, idle: float) -> tuple[float, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "VERMILION_DATA": str(folder),
        "VERMILION_PORT": str(port),
        "VERMILION_MODELS": "none",
    }
    env.pop("DATABASE_URL", None)
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "vermilion", "serve"],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    answer.read()
                break
            except OSError:
                if time.monotonic() - started > 120 or process.poll() is not None:
                    raise RuntimeError("no page came") from None
                time.sleep(0.02)
        first = time.monotonic() - started
        assert process.stdout is not None
        while "open http" not in process.stdout.readline():
            pass
        time.sleep(idle)
        return first, memory_mb(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def _import_seconds() -> float:
    """What importing the application alone takes: the web cannot be sooner."""
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", "import vermilion.app"], check=True, cwd=Path(__file__).parent.parent
    )
    return time.monotonic() - started
