"""Pictures that people send, decoded in confined children and re-encoded in three sizes without metadata."""

import os
import signal

import msgspec

from vermilion.engines.images_wire import (
    ACCEPTED,
    MAX_ANSWER_BYTES,
    MAX_BYTES,
    MAX_PIXELS,
    MAX_SIDE,
    Answer,
    Kind,
    Looked,
    Order,
    Prepared,
    Probed,
    Refused,
    RenditionBytes,
    Turn,
    decode_answer,
    encode,
)
from vermilion.engines.warm import Cost, Ended, Warm
from vermilion.kernel.errors import Invalid

__all__ = ["Cost", "Images", "Prepared", "RenditionBytes", "kind_of"]

MAX_WAITING = 32
SECONDS = 15.0
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
_SEQUENCE_BRANDS = {b"avis", b"msf1", b"hevc", b"hevx", b"hevm", b"hevs"}


def kind_of(data: bytes) -> Kind:
    """The kind of picture, told by its first bytes alone. Raises Invalid for anything else and for sequences."""
    if not data:
        raise Invalid("picture_not_readable")
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _kind_of_brands(data)
    raise Invalid("picture_type", accepted=list(ACCEPTED))


def _kind_of_brands(data: bytes) -> Kind:
    end = min(int.from_bytes(data[:4], "big"), len(data), 256)
    major, others = data[8:12], {data[at : at + 4] for at in range(16, end - 3, 4)}
    if major in _SEQUENCE_BRANDS:
        raise Invalid("picture_animated")
    if major == b"avif" or (major == b"mif1" and b"avif" in others):
        return "AVIF"
    if major in _HEIF_BRANDS:
        return "HEIF"
    raise Invalid("picture_type", accepted=list(ACCEPTED))


class Images:
    """Prepares pictures, at most `workers` at a time; `max_waiting` more wait in line, the next is turned away."""

    def __init__(
        self,
        *,
        workers: int = 2,
        max_waiting: int = MAX_WAITING,
        seconds: float = SECONDS,
        probes: bool = False,
    ) -> None:
        self._warm = Warm(
            f"vermilion.engines.{'images_probe' if probes else 'images_child'}",
            workers=workers,
            max_waiting=max_waiting,
            seconds=seconds,
            max_answer=MAX_ANSWER_BYTES,
            busy="pictures_busy",
        )
        self.start, self.close, self.cost = self._warm.start, self._warm.close, self._warm.cost

    async def prepare(
        self, data: bytes, *, avif: bool = False, turn: Turn = 0, crop: tuple[float, ...] = ()
    ) -> Prepared:
        """Three sizes in WebP, with `avif` also in AVIF where that is a tenth smaller. Raises Invalid, Unavailable.

        turn: degrees, clockwise; crop: left, top, width, height in fractions of the turned picture, nothing: all of it.
        """
        kept = (crop[0], crop[1], crop[2], crop[3]) if crop else None
        return await self._prepare(
            Order(op="picture", kind=_checked(data), avif=avif, turn=turn, crop=kept, data=data)
        )

    async def prepare_avatar(self, data: bytes) -> Prepared:
        """The middle square as WebP: `s` of 96 and `m` of 320 pixels, never enlarged. Raises Invalid, Unavailable."""
        return await self._prepare(Order(op="avatar", kind=_checked(data), data=data))

    async def look(self, data: bytes) -> bytes:
        """What a picture looks like (see engines.looks), empty where there is nothing to tell it by; nothing is kept.

        Raises Invalid, Unavailable.
        """
        answer = await self._ask(Order(op="look", kind=_checked(data), data=data))
        if isinstance(answer, Looked):
            return answer.look
        raise _problem(answer, kind_of(data))

    async def probe(self, name: str, *, confined: bool = True) -> Probed:
        """Try the confinement from inside; only with `probes=True`, for tests and benches."""
        answer = await self._ask(Order(op="probe", probe=name, confined=confined))
        if not isinstance(answer, Probed):
            raise Invalid(answer.code if isinstance(answer, Refused) else "picture_not_readable")
        return answer

    @property
    def child_pid(self) -> int | None:
        """The process id of the warm child, if it runs."""
        return self._warm.child_pid

    async def _prepare(self, order: Order) -> Prepared:
        answer = await self._ask(order)
        if isinstance(answer, Prepared):
            return answer
        raise _problem(answer, order.kind)

    async def _ask(self, order: Order) -> Answer:
        try:
            answer = await self._warm.ask(encode(order), confined=order.confined)
        except TimeoutError:
            return Refused(code="picture_took_too_long")
        if isinstance(answer, Ended):
            return _reason(answer)
        try:
            decoded: Answer = decode_answer(answer)
        except msgspec.MsgspecError:
            return Refused(code="picture_not_readable")
        return decoded


def _problem(answer: Answer, kind: Kind) -> Invalid:
    """Why there is no picture, as it is told to who sent it."""
    if not isinstance(answer, Refused):
        return Invalid("picture_not_readable")
    if answer.code == "picture_too_many_pixels":
        return Invalid(answer.code, max_pixels=MAX_PIXELS[kind], max_side=MAX_SIDE)
    return Invalid(answer.code)


def _checked(data: bytes) -> Kind:
    if len(data) > MAX_BYTES:
        raise Invalid("picture_too_large", max_bytes=MAX_BYTES)
    return kind_of(data)


def _reason(ended: Ended) -> Refused:
    """Why there is no answer, told by the way the confined child ended."""
    if os.WIFSIGNALED(ended.status) and os.WTERMSIG(ended.status) == signal.SIGXCPU:
        return Refused(code="picture_took_too_long")
    return Refused(code="picture_not_readable")
