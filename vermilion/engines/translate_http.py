"""One request to a translation server: bounded in time and size, every fault told in the words of EngineError."""

import asyncio
from typing import TypeVar

import httpx
import msgspec

from vermilion.engines.translate import EngineError, Fault

T = TypeVar("T")

MOST_BYTES = 1 << 20
CONNECT_SECONDS = 5.0
# A key that no longer holds and a model that is not there say nothing about the words: the ask is kept for later.
_FAULTS: dict[int, Fault] = {
    401: "unready", 402: "unready", 403: "unready", 404: "unready", 408: "slow", 425: "busy", 429: "busy", 503: "busy",
    504: "slow",
}  # fmt: skip


def client(key: str = "", slots: int = 4) -> httpx.AsyncClient:
    """A client for one server; it follows no redirect, and neither proxies nor files of the home folder are read."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.AsyncClient(
        headers=headers,
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=slots + 2),
        trust_env=False,
    )


async def post(
    http: httpx.AsyncClient,
    url: str,
    body: object,
    answer: type[T],
    *,
    seconds: float,
    most_bytes: int = MOST_BYTES,
) -> T:
    """The server's answer to a JSON body, read as `answer`. Raises EngineError."""
    try:
        async with (
            asyncio.timeout(seconds),
            http.stream(
                "POST", url, content=msgspec.json.encode(body), headers={"Content-Type": "application/json"}
            ) as response,
        ):
            if response.status_code != 200:
                raise EngineError(fault_of(response.status_code), f"status {response.status_code}")
            read = bytearray()
            async for part in response.aiter_bytes():
                read += part
                if len(read) > most_bytes:
                    raise EngineError("nonsense", "too long an answer")
        return msgspec.json.decode(read, type=answer)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise EngineError("slow", f"no answer in {seconds:.0f} s") from error
    except (httpx.DecodingError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EngineError("nonsense", "not the agreed JSON") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        raise EngineError("gone", type(error).__name__) from error


def fault_of(status: int) -> Fault:
    """What a status other than 200 means."""
    return _FAULTS.get(status, "gone" if status >= 500 else "refused")
