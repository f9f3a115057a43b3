"""What the parent, a warm child and its confined forks say to one another, whatever their work is."""

import struct

# The control line between the parent and the warm child carries fixed frames, and one socket with each START.
START, STOP, READY, ENDED = b"S", b"K", b"R", b"E"
CONTROL = struct.Struct("!cQ?iII")  # kind, job, confined, wait status, CPU in ms, peak memory in kB
LENGTH = struct.Struct("!I")
LINE_BYTES = 1024 * 1024  # what is written or read at once


def framed(body: bytes) -> bytes:
    """A message with its length (four bytes, big-endian) before it."""
    return LENGTH.pack(len(body)) + body
