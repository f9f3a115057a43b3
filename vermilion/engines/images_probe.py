"""A warm child for tests and benches that also tries what a confined child must fail at, and misbehaves on request."""

import contextlib
import ctypes
import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from vermilion.engines import images_child
from vermilion.engines.images_wire import Answer, Probed, Refused


def probe(name: str) -> Answer:
    """Try every deed and tell what happened (`deeds`), or misbehave in the way named."""
    if name == "deeds":
        return Probed(deeds={deed: _tried(work) for deed, work in _DEEDS.items()})
    _MISDEEDS[name]()
    return Refused(code="picture_not_readable")


def _tried(work: Callable[[], object]) -> str:
    try:
        work()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"


def _reach_network() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as line:
        line.settimeout(1)
        line.bind(("127.0.0.1", 0))


def _open_file() -> None:
    os.close(os.open("/etc/passwd", os.O_RDONLY))


def _write_file() -> None:
    path = Path(f"/tmp/vermilion-probe-{os.getpid()}")  # noqa: S108 - where anybody may write is the point
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    path.unlink()


def _unlink_file() -> None:
    with contextlib.suppress(FileNotFoundError):
        Path("/nowhere/at/all").unlink()


def _open_pipe() -> None:
    for end in os.pipe():
        os.close(end)


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _signal_parent() -> None:
    os.kill(os.getppid(), 0)


def _run_program() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.execve(b"/nowhere/at/all", None, None) == -1:
        number = ctypes.get_errno()
        if number != errno.ENOENT:
            raise OSError(number, os.strerror(number))


def _take_memory() -> None:
    bytes(800 * 1024 * 1024)


def _spin() -> None:
    while True:
        pass


_DEEDS: dict[str, Callable[[], object]] = {
    "network": _reach_network,
    "open": _open_file,
    "write": _write_file,
    "unlink": _unlink_file,
    "pipe": _open_pipe,
    "duplicate": lambda: os.close(os.dup(1)),
    "fork": _fork,
    "execute": _run_program,
    "signal": _signal_parent,
    "memory": _take_memory,
}
_MISDEEDS: dict[str, Callable[[], object]] = {
    "abort": os.abort,
    "segfault": lambda: ctypes.string_at(0),
    "exit": lambda: os._exit(0),
    "sleep": lambda: time.sleep(3600),
    "spin": _spin,
    "interrupt": lambda: signal.raise_signal(signal.SIGINT),
}


if __name__ == "__main__":
    images_child.main(sys.argv[1:], probe)
