"""What arrives piece by piece and is stored part by part, so that what has arrived stays when the line breaks."""

from collections.abc import AsyncIterator, Awaitable, Callable

from vermilion.kernel.errors import Invalid

PART_BYTES = 8 * 1024 * 1024


async def receive_parts(
    pieces: AsyncIterator[bytes],
    at: int,
    length: int,
    keep: Callable[[int, bytes], Awaitable[int]],
    too_long: str,
) -> int:
    """Hand what comes to `keep` (where it begins, its bytes; gives where it ends), also what came before the line broke.

    Gives how much is there then. Raises Invalid(too_long) where more comes than `length`, and whatever `keep` raises.
    """
    held = bytearray()
    try:
        async for piece in pieces:
            held += piece
            if at + len(held) > length:
                raise Invalid(too_long)
            while len(held) >= PART_BYTES:
                at = await keep(at, bytes(held[:PART_BYTES]))
                del held[:PART_BYTES]
    finally:
        if held and at + len(held) <= length:
            at = await keep(at, bytes(held))
    return at
