"""A LibreTranslate server as a translator."""

import asyncio

import httpx

from vermilion.engines.translate import Ask, EngineError, base_of, is_pair, outside_of, seconds_for
from vermilion.engines.translate_http import client, post
from vermilion.kernel.record import Record

# What LibreTranslate calls the languages that have two writings.
_CODES = {"zh-Hant": "zt", "zh-TW": "zt", "zh-HK": "zt"}


class _Answer(Record, kw_only=True, frozen=True):
    translatedText: str  # noqa: N815 - the server's own name


class Libre:
    """A server that answers `POST {url}/translate`. It knows no second prompt and no hints."""

    def __init__(self, *, url: str, key: str = "", slots: int = 4) -> None:
        self.name = f"libretranslate {httpx.URL(url).host}"
        self.outside = outside_of(url)
        self.slots = slots
        self._url = url.rstrip("/") + "/translate"
        self._key = key
        self._free = asyncio.Semaphore(slots)
        self._http: httpx.AsyncClient | None = None

    def called(self, source: str, target: str) -> str:  # noqa: ARG002 - every pair
        """Its name."""
        return self.name

    def serves(self, source: str, target: str) -> bool:
        """Any two of our languages; those that the server lacks it refuses."""
        return is_pair(source, target)

    async def start(self) -> None:
        """Open the client."""
        if self._http is None:
            self._http = client(slots=self.slots)

    async def close(self) -> None:
        """Drop the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def translate(self, ask: Ask) -> str:
        """The piece in the other language."""
        if self._http is None:
            raise EngineError("unready", "not started")
        body = {
            "q": ask.text,
            "source": _CODES.get(ask.source, base_of(ask.source)),
            "target": _CODES.get(ask.target, base_of(ask.target)),
            "format": "text",
            **({"api_key": self._key} if self._key else {}),
        }
        async with self._free:
            answer = await post(self._http, self._url, body, _Answer, seconds=seconds_for(len(ask.text)))
        if not answer.translatedText.strip():
            raise EngineError("nonsense", "an answer without words")
        return answer.translatedText.strip()
