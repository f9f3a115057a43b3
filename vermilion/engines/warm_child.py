"""A warm child: everything loaded once, then one confined fork for each piece of work."""

import gc
import os
import selectors
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass

from vermilion.engines import images_confine
from vermilion.engines.warm_wire import CONTROL, ENDED, LENGTH, LINE_BYTES, READY, START, STOP, framed


@dataclass(frozen=True)
class Work:
    """What a child does: `preload` loads all that `answer` needs. Limits are those of each fork: bytes and seconds."""

    preload: Callable[[], None]
    answer: Callable[[bytes], bytes]
    memory: int
    cpu_seconds: int
    max_order: int
    may_be_free: bool = False
    """Whether a fork may be left unconfined when the parent asks for that: in tests and benches alone."""


class _Nursery:
    """The children at work: process id <-> job."""

    def __init__(self, control: socket.socket, work: Work) -> None:
        self.control = control
        self.work = work
        self.jobs: dict[int, int] = {}

    def start(self, job: int, line: socket.socket, confined: bool) -> None:
        parent = os.getpid()
        child = os.fork()
        if child:
            self.jobs[child] = job
            line.close()
            return
        code = 1
        try:
            _be_born(self.control)
            _serve_one(line.detach(), parent, self.work, confined or not self.work.may_be_free)
            code = 0
        finally:
            os._exit(code)

    def stop(self, job: int) -> None:
        for child, its in self.jobs.items():
            if its == job:
                os.kill(child, signal.SIGKILL)

    def stop_all(self) -> None:
        for child in self.jobs:
            os.kill(child, signal.SIGKILL)

    def reap(self) -> None:
        while self.jobs:
            child, status, used = os.wait4(-1, os.WNOHANG)
            if child == 0:
                return
            milliseconds = round((used.ru_utime + used.ru_stime) * 1000)
            job = self.jobs.pop(child)
            self.control.sendall(CONTROL.pack(ENDED, job, False, status, milliseconds, used.ru_maxrss))


def _be_born(control: socket.socket) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    control.close()


def _serve_one(line: int, parent: int, work: Work, confined: bool) -> None:
    if confined:
        images_confine.confine(memory=work.memory, cpu_seconds=work.cpu_seconds, parent=parent)
    (length,) = LENGTH.unpack(_read(line, LENGTH.size))
    if length > work.max_order:
        return
    answer = framed(work.answer(_read(line, length)))
    while answer:
        answer = answer[os.write(line, answer) :]


def _read(line: int, length: int) -> bytes:
    whole = bytearray()
    while len(whole) < length:
        piece = os.read(line, min(length - len(whole), LINE_BYTES))
        if not piece:
            raise EOFError
        whole += piece
    return bytes(whole)


def _listen(control: socket.socket, nursery: _Nursery) -> None:
    """Serve until the parent hangs up."""
    wakeup, woken = socket.socketpair()
    for end in (wakeup, woken):
        end.setblocking(False)
    signal.set_wakeup_fd(wakeup.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        control.sendall(CONTROL.pack(READY, 0, False, 0, 0, 0))
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if woken in ready:
                woken.recv(4096)
                nursery.reap()
            if control in ready:
                data, lines, _, _ = socket.recv_fds(control, CONTROL.size, 1)
                if len(data) < CONTROL.size:
                    return
                kind, job, confined, *_ = CONTROL.unpack(data)
                if kind == START:
                    nursery.start(job, socket.socket(fileno=lines[0]), confined)
                elif kind == STOP:
                    nursery.stop(job)


def serve(arguments: list[str], work: Work) -> None:
    """Run as `python -m MODULE LINE PARENT`; LINE is the descriptor of the control line."""
    line, parent = map(int, arguments)
    # Ctrl-C reaches the whole group; the parent says when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work.preload()
    images_confine.leave_network()
    images_confine.die_with_parent(parent)
    gc.collect()
    gc.freeze()
    gc.disable()
    control = socket.socket(fileno=line)
    nursery = _Nursery(control, work)
    try:
        _listen(control, nursery)
    except (BrokenPipeError, ConnectionResetError):
        pass
    finally:
        nursery.stop_all()
