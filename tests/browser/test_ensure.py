import os
from pathlib import Path

import pytest

from tests.browser import ensure


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH on which only what the test puts there is found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("VERMILION_BROWSER", raising=False)
    monkeypatch.setattr(ensure, "PLACE", tmp_path / "browsers")
    return tmp_path


def test_a_browser_on_the_path_is_taken_if_it_runs(path: Path) -> None:
    program(path, "chromium", "echo 'a stub that only speaks of a shop' >&2; exit 1")
    assert ensure.find() is None
    there = program(path, "google-chrome", "echo Chrome 1")
    assert ensure.find() == str(there)


def test_the_distributions_package_is_installed_where_that_is_allowed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    made = f"printf '#!/bin/sh\\nexit 0\\n' > {path}/chromium; /bin/chmod 755 {path}/chromium"
    program(path, "apk", f'[ "$1" = add ] && {{ {made}; }}')
    assert ensure.from_distribution() == str(path / "chromium")


def test_without_any_it_ends_with_a_clear_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(ensure, "from_playwright", lambda: None)
    program(path, "apt-get", "exit 1")
    program(path, "sudo", "exit 1")
    assert ensure.main() == 1
    assert "Install Chromium or Chrome" in capsys.readouterr().err
