"""Finds a browser for the tests, or gets one: from the PATH, from Playwright, from the distribution."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACE = Path(sys.prefix) / "browsers"

PACKAGE_MANAGERS: dict[str, Sequence[Sequence[str]]] = {
    "apt-get": (
        ("apt-get", "update", "-q"),
        ("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"),
        ("apt-get", "install", "-q", "-y", "--no-install-recommends", "fonts-noto-core", "fonts-noto-cjk"),
    ),
    "dnf": (("dnf", "install", "-q", "-y", "chromium"),),
    "apk": (("apk", "add", "--no-progress", "chromium"),),
    "pacman": (("pacman", "-Sy", "--noconfirm", "--noprogressbar", "chromium"),),
    "zypper": (("zypper", "--non-interactive", "install", "chromium"),),
}


def main() -> int:
    """Print the path of a browser that runs; 1 when there is none to be had."""
    found = find() or from_playwright() or from_distribution()
    if found is None:
        say(
            "The browser tests need Chromium, and none could be found or installed. Install Chromium or Chrome "
            "so that it is on the PATH, and run `make test` again."
        )
        return 1
    sys.stdout.write(f"{found}\n")
    return 0


def find() -> str | None:
    """The path of a browser that is here already and runs."""
    named = os.environ.get("VERMILION_BROWSER")
    places = [named, *map(shutil.which, NAMES), *sorted(map(str, PLACE.glob("chromium-*/*/chrome")))]
    return next((place for place in places if place and runs(place)), None)


def runs(path: str) -> bool:
    """Whether that program starts at all: a stub or a missing library does not count."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def from_playwright() -> str | None:
    """Playwright's own download, kept beside the virtual environment's packages."""
    say("installing a browser: Playwright's Chromium")
    env = {
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000",
        **os.environ,
        "PLAYWRIGHT_BROWSERS_PATH": str(PLACE),
    }
    done = run([sys.executable, "-m", "playwright", "install", "chromium"], env, timeout=600)
    return find() if done else None


def from_distribution() -> str | None:
    """Chromium from the distribution's packages, as root or with a sudo that asks nothing."""
    manager = next(filter(shutil.which, PACKAGE_MANAGERS), None)
    if manager is None:
        return None
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and not run([*prefix, "true"], dict(os.environ), timeout=10, quiet=True):
        say(f"not allowed to install packages with {manager}")
        return None
    say(f"installing a browser: chromium with {manager}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in PACKAGE_MANAGERS[manager]:
        run([*prefix, *command], env, timeout=1200)
    return find()


def run(command: list[str], env: dict[str, str], *, timeout: float, quiet: bool = False) -> bool:
    """Run a command, its output on standard error when it fails; whether it succeeded."""
    try:
        done = subprocess.run(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"{command[0]}: {error}")
        return False
    if done.returncode != 0 and not quiet:
        sys.stderr.write("\n".join(done.stdout.decode(errors="replace").splitlines()[-8:]) + "\n")
    return done.returncode == 0


def say(line: str) -> None:
    """Tell whoever waits; standard output is for the path alone."""
    sys.stderr.write(f"· {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
