"""The embedded model's server, in a process of its own: reads its orders from stdin, tells its address, ends with its parent."""

import ctypes
import importlib
import os
import signal
import sys
import threading
from typing import Any

import msgspec

from vermilion.engines.translate import stand_back
from vermilion.kernel.record import Record

PR_SET_PDEATHSIG = 1


class Orders(Record, kw_only=True, frozen=True):
    """What the parent wants: sizes in tokens, `ram_mb` for the prompts of languages that have no slot at the moment."""

    model: str
    key: str
    threads: int
    slots: int
    context: int
    ram_mb: int


def serve(orders: Orders) -> Any:  # noqa: ANN401 - the library has no types
    """Start the server on a free port of this machine. Raises whatever the library does."""
    llama: Any = importlib.import_module("xllamacpp")

    params = llama.CommonParams()
    params.model.path = orders.model
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [orders.key]
    params.offline, params.ui, params.endpoint_slots, params.verbosity = True, False, False, 0
    params.n_gpu_layers, params.fit_params = 0, False
    # Weights stay as they are in the file: a third of the memory, and not slower.
    params.no_extra_bufts = True
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = orders.threads
    # A waiting thread that spins takes from those that serve pages.
    params.cpuparams.poll = params.cpuparams_batch.poll = 0
    params.n_parallel, params.n_ctx = orders.slots, orders.slots * orders.context
    params.n_threads_http, params.cache_ram_mib = orders.slots + 2, orders.ram_mb
    return llama.Server(params)


def main() -> None:
    """Run until stdin closes, which is when the parent is gone."""
    _die_with_parent()
    orders = msgspec.json.decode(sys.stdin.buffer.readline(), type=Orders)
    stand_back(5)
    told = os.dup(1)
    os.dup2(2, 1)  # what the library prints must not look like our answer
    threading.Thread(target=_watch, daemon=True).start()
    try:
        server = serve(orders)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent is told
        os.write(told, msgspec.json.encode({"error": type(error).__name__}) + b"\n")
        os._exit(1)
    os.write(told, msgspec.json.encode({"address": server.listening_address}) + b"\n")
    threading.Event().wait()


def _watch() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:
            os._exit(1)


if __name__ == "__main__":
    main()
