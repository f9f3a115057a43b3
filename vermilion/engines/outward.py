"""Requests to addresses that people name: only to machines of the open internet, to the very one that was looked up, and not for long."""

import asyncio
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

SECONDS = 10.0
MOST_BYTES = 64 * 1024
_EMBEDDING = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"))
"""Ways to write an IPv4 address in IPv6: who may be behind them is not looked into."""


class OutwardError(Exception):
    """It did not arrive; `word` says why: private, unknown, unreachable, slow, redirect, rubbish, or a status."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def is_open(address: str, *, loopback: bool = False) -> bool:
    """Whether an IP address is one of the open internet; with `loopback` also one of this machine."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if loopback and found.is_loopback:
        return True
    if isinstance(found, IPv6Address) and any(found in network for network in _EMBEDDING):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


async def look_up(host: str, port: int, *, loopback: bool = False) -> str:
    """An IP address of a host; raises OutwardError where it has none, or any that is not open."""
    try:
        async with asyncio.timeout(SECONDS / 2):
            rows = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise OutwardError("slow") from error
    except (OSError, UnicodeError) as error:
        raise OutwardError("unknown") from error
    found = list(dict.fromkeys(str(row[4][0]) for row in rows))
    if not found:
        raise OutwardError("unknown")
    if not all(is_open(address, loopback=loopback) for address in found):
        raise OutwardError("private")
    return found[0]


async def post(address: str, headers: Mapping[str, str], body: bytes, *, loopback: bool = False) -> int:
    """Send a body by POST; gives the status, which is 200 to 299. Raises OutwardError. Without `loopback`, only https.

    The name is looked up once and that machine asked, so that a second look-up cannot lead elsewhere. Redirects are
    not followed, proxies of the environment not used, and of the answer no more is read than MOST_BYTES.
    """
    try:
        url = httpx.URL(address)
        if url.scheme != "https" and not loopback:
            raise OutwardError("private")
        port = url.port or (443 if url.scheme == "https" else 80)
        pinned = url.copy_with(host=await look_up(url.host, port, loopback=loopback))
    except (httpx.InvalidURL, ValueError) as error:
        raise OutwardError("unknown") from error
    sent = {**headers, "host": url.netloc.decode("ascii"), "connection": "close"}
    try:
        async with asyncio.timeout(SECONDS), httpx.AsyncClient(trust_env=False, timeout=SECONDS) as client:
            request = client.build_request(
                "POST", pinned, headers=sent, content=body, extensions={"sni_hostname": url.host}
            )
            answer = await client.send(request, stream=True, follow_redirects=False)
            try:
                await _glance(answer)
            finally:
                await answer.aclose()
    except (TimeoutError, httpx.TimeoutException) as error:
        raise OutwardError("slow") from error
    except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
        raise OutwardError("rubbish") from error
    except (httpx.HTTPError, OSError) as error:
        raise OutwardError("unreachable") from error
    if answer.is_redirect or 300 <= answer.status_code < 400:
        raise OutwardError("redirect")
    if not answer.is_success:
        raise OutwardError(str(answer.status_code))
    return answer.status_code


async def _glance(answer: httpx.Response) -> None:
    """Read a little of the answer, so that a receiver is not cut off in its first words; it is not kept."""
    read = 0
    async for piece in answer.aiter_raw():
        read += len(piece)
        if read > MOST_BYTES:
            return
