"""Cursors somebody made up."""

import base64
import secrets

MADE_UP = [
    "x", "====", "!!!!", "\ud800", "é", "\0", "a" * 5000, "W10", "e30", "bnVsbA", "-_-_",
    *(base64.urlsafe_b64encode(raw).decode().rstrip("=") for raw in (
        b"[]", b"[-1]", b"[1.5]", b'["1"]', b"[1,2,3]", b"[9223372036854775808]", b"[99999999999999999999999999]", b"[true]",
        b"[null]", b"{}", b"[[1]]", b"[" * 5000, b"[1e400,1]", b"[NaN,1]", b"\xff\xfe", b'["2026-01-01",1]', b'["nonsense",1]',
        b'["2026-01-01T00:00:00",1]', b'["0001-01-01T00:00:00+14:00",1]', b'["9999-12-31T23:59:59-14:00",1]',
    )),
    *(secrets.token_urlsafe(size) for size in range(1, 60)),
]  # fmt: skip
