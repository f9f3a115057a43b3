"""The warm child of pictures: every decoder loaded once, then one confined fork for each picture."""

import sys
from collections.abc import Callable

from vermilion.engines import images_decode
from vermilion.engines.images_wire import (
    MAX_BYTES,
    MAX_CPU_SECONDS,
    MAX_MEMORY,
    Answer,
    Order,
    Refused,
    decode_order,
    encode,
)
from vermilion.engines.warm_child import Work, serve

Probe = Callable[[str], Answer]


def _answer(order: Order, probe: Probe | None) -> Answer:
    if probe is not None and order.op == "probe":
        return probe(order.probe)
    try:
        return images_decode.look(order) if order.op == "look" else images_decode.prepare(order)
    except images_decode.Refusal as refusal:
        return refusal.refused
    except MemoryError:
        return Refused(code="picture_too_many_pixels")
    except Exception:  # noqa: BLE001 - decoders raise anything at all over broken bytes, and all of it means this
        return Refused(code="picture_not_readable")


def main(arguments: list[str], probe: Probe | None = None) -> None:
    """Serve; with `probe` also what tests and benches try from inside."""
    work = Work(
        preload=images_decode.preload,
        answer=lambda body: encode(_answer(decode_order(body), probe)),
        memory=MAX_MEMORY,
        cpu_seconds=MAX_CPU_SECONDS,
        max_order=MAX_BYTES + 4096,
        may_be_free=probe is not None,
    )
    serve(arguments, work)


if __name__ == "__main__":
    main(sys.argv[1:])
