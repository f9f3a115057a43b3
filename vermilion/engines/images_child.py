"""The warm child: everything imported once, then one confined fork for each picture."""

import gc
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable

from vermilion.engines import images_confine, images_decode
from vermilion.engines.images_wire import (
    CONTROL,
    ENDED,
    LENGTH,
    LINE_BYTES,
    MAX_BYTES,
    MAX_CPU_SECONDS,
    MAX_MEMORY,
    READY,
    START,
    STOP,
    Answer,
    Order,
    Refused,
    decode_order,
    frame,
)

Probe = Callable[[str], Answer]


class _Nursery:
    """The children at work: process id <-> job."""

    def __init__(self, control: socket.socket, probe: Probe | None) -> None:
        self.control = control
        self.probe = probe
        self.jobs: dict[int, int] = {}

    def start(self, job: int, work: socket.socket, confined: bool) -> None:
        parent = os.getpid()
        child = os.fork()
        if child:
            self.jobs[child] = job
            work.close()
            return
        code = 1
        try:
            _be_born(self.control)
            _serve_one(work.detach(), parent, self.probe, confined or self.probe is None)
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


def _serve_one(line: int, parent: int, probe: Probe | None, confined: bool) -> None:
    if confined:
        images_confine.confine(memory=MAX_MEMORY, cpu_seconds=MAX_CPU_SECONDS, parent=parent)
    (length,) = LENGTH.unpack(_read(line, LENGTH.size))
    if length > MAX_BYTES + 4096:
        return
    order = decode_order(_read(line, length))
    answer = frame(_answer(order, probe))
    while answer:
        answer = answer[os.write(line, answer) :]


def _answer(order: Order, probe: Probe | None) -> Answer:
    if probe is not None and order.op == "probe":
        return probe(order.probe)
    try:
        return images_decode.prepare(order)
    except images_decode.Refusal as refusal:
        return refusal.refused
    except MemoryError:
        return Refused(code="picture_too_many_pixels")
    except Exception:  # noqa: BLE001 - decoders raise anything at all over broken bytes, and all of it means this
        return Refused(code="picture_not_readable")


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


def main(arguments: list[str], probe: Probe | None = None) -> None:
    """Run as `python -m vermilion.engines.images_child LINE PARENT`; LINE is the descriptor of the control line."""
    line, parent = map(int, arguments)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group; the parent says when to end
    images_decode.preload()
    images_confine.leave_network()
    images_confine.die_with_parent(parent)
    gc.collect()
    gc.freeze()
    gc.disable()
    control = socket.socket(fileno=line)
    nursery = _Nursery(control, probe)
    try:
        _listen(control, nursery)
    except (BrokenPipeError, ConnectionResetError):
        pass
    finally:
        nursery.stop_all()


if __name__ == "__main__":
    main(sys.argv[1:])
