"""What everything that is sent by the tus protocol (1.0.0) shares: its headers, and pieces as they arrive."""

import base64
import binascii
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from litestar.exceptions import InternalServerException

from vermilion.kernel.errors import Invalid
from vermilion.media.parts import PART_BYTES
from vermilion.web.context import AnyRequest

VERSION = "1.0.0"
OFFSET_BODY = "application/offset+octet-stream"
DIGESTS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}


def options(most: int) -> dict[str, str]:
    """What of the protocol is spoken here, as headers."""
    return {
        "tus-resumable": VERSION, "tus-version": VERSION, "tus-max-size": str(most),
        "tus-extension": "creation,termination,expiration,checksum", "tus-checksum-algorithm": ",".join(DIGESTS),
    }  # fmt: skip


def headers(received: int, length: int, expires_at: datetime) -> dict[str, str]:
    """How far an upload is."""
    return {
        "tus-resumable": VERSION,
        "upload-offset": str(received),
        "upload-length": str(length),
        "upload-expires": format_datetime(expires_at.astimezone(UTC), usegmt=True),
    }


def check_version(request: AnyRequest) -> None:
    """Whoever names the protocol's version names ours."""
    if request.headers.get("tus-resumable", VERSION) != VERSION:
        raise Invalid("tus_version")


def check_body(request: AnyRequest) -> None:
    """What is sent says that it is a part."""
    if request.headers.get("content-type", "") != OFFSET_BODY:
        raise Invalid("unsupported_media_type")


def number(request: AnyRequest, name: str) -> int:
    """A header that is a number."""
    value = request.headers.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise Invalid("tus_header", header=name)
    return int(value)


def metadata(request: AnyRequest, name: str) -> bytes:
    """A value of `Upload-Metadata`; empty where it is not there."""
    for pair in request.headers.get("upload-metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key == name:
            return _base64(value, "upload-metadata")
    return b""


def sha256_of(request: AnyRequest) -> bytes:
    """The hash of the whole file, as `Upload-Metadata: sha256 …` says it; empty where it is not said."""
    found = metadata(request, "sha256")
    if len(found) not in {0, 32}:
        raise Invalid("tus_header", header="upload-metadata")
    return found


def _base64(value: str, header: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("tus_header", header=header) from error


async def pieces_of(request: AnyRequest) -> AsyncIterator[bytes]:
    """What a request brings: as it arrives, or whole where its checksum has to fit first."""
    return await _checked(request) if "upload-checksum" in request.headers else _arriving(request)


async def _arriving(request: AnyRequest) -> AsyncIterator[bytes]:
    """What comes, until it ends or the line breaks: what has arrived by then is kept."""
    try:
        async for piece in request.stream():
            yield piece
    except InternalServerException:
        return


async def _checked(request: AnyRequest) -> AsyncIterator[bytes]:
    """A part that is only taken when its checksum fits; held in memory, so of bounded size."""
    name, _, sent = request.headers["upload-checksum"].partition(" ")
    whole = bytearray()
    async for piece in request.stream():
        whole += piece
        if len(whole) > 2 * PART_BYTES:
            raise Invalid("too_large")
    wanted = _base64(sent, "upload-checksum")
    if name not in DIGESTS:
        raise Invalid("tus_header", header="upload-checksum")
    if DIGESTS[name](whole).digest() != wanted:
        raise Invalid("film_checksum")

    async def once() -> AsyncIterator[Any]:
        yield bytes(whole)

    return once()
