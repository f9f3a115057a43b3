"""Whether what is built can be installed: sdist and wheel, into a fresh environment, from which `vermilion serve` answers."""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import httpx

from bench.report import report

ROOT = Path(__file__).resolve().parent.parent
GOALS = {"answers": "= 1", "missing": "= 0", "first_page_s": "<= 60"}


def main(args: argparse.Namespace) -> None:
    """Build, install with the locked requirements, serve from an empty folder outside the checkout."""
    place = Path(tempfile.mkdtemp(prefix="vermilion-package-"))
    place.chmod(0o711)  # as root the database runs as somebody else, who has to pass
    try:
        started = time.monotonic()
        wheel = _build(place / "dist", sdist=not args.quick)
        built = time.monotonic()
        _install(place / "env", wheel)
        installed = time.monotonic()
        first, answers = _serve(place)
        report(
            "package",
            {
                "wheel_bytes": wheel.stat().st_size,
                "missing": _missing(wheel),
                "build_s": built - started,
                "install_s": installed - built,
                "first_page_s": first,
                "answers": answers,
            },
            {},
            quick=args.quick,
            goals=GOALS,
        )
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _run(*command: str | Path, **more: object) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]  # passed on
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _build(folder: Path, *, sdist: bool) -> Path:
    """The wheel; with `sdist` made from the source distribution, as a packager would."""
    uv = Path(sys.prefix) / "bin" / "uv"
    kind = [] if sdist else ["--wheel"]
    _run(uv, "build", *kind, "--no-build-isolation", "--python", sys.executable, "-o", folder, ROOT)
    return next(folder.glob("*.whl"))


def _missing(wheel: Path) -> int:
    """Files of the package that git knows and the wheel lacks, and the bundled front end."""
    there = set(zipfile.ZipFile(wheel).namelist())
    known = subprocess.run(
        ["git", "ls-files", "vermilion"],  # noqa: S607 - whichever git is there
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    has_front_end = any(name.startswith("vermilion/web/static/app-") for name in there)
    return len(set(known) - there) + (not has_front_end)


def _install(env: Path, wheel: Path) -> None:
    uv = Path(sys.prefix) / "bin" / "uv"
    _run(uv, "venv", "--python", sys.executable, env)
    into = ("pip", "install", "--python", env / "bin" / "python")
    _run(uv, *into, "--require-hashes", "-r", ROOT / "requirements.lock")
    _run(uv, *into, "--no-deps", wheel)


def _serve(place: Path) -> tuple[float, float]:
    """Seconds to the first page, and whether pages, style and API are there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    work = place / "work"
    work.mkdir()
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
    }
    env |= {
        "VERMILION_DATA": str(place / "data"),
        "VERMILION_PORT": str(port),
        "VERMILION_MODELS": "none",
        "VERMILION_SAMPLE": "none",
    }
    env.pop("DATABASE_URL", None)
    started = time.monotonic()
    process = subprocess.Popen(
        [str(place / "env" / "bin" / "vermilion"), "serve"],
        env=env,
        cwd=work,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page = ""
        while not page:
            try:
                page = _get(f"http://127.0.0.1:{port}/")
            except httpx.HTTPError:
                if time.monotonic() - started > 180 or process.poll() is not None:
                    return time.monotonic() - started, 0.0
                time.sleep(0.1)
        first = time.monotonic() - started
        style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
        answers = "vermilion" in page and len(_get(f"http://127.0.0.1:{port}{style}")) > 1000
        answers = answers and '"openapi"' in _get(f"http://127.0.0.1:{port}/api/v1/openapi.json")
        return first, float(answers)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _get(address: str) -> str:
    return httpx.get(address, timeout=20).raise_for_status().text
