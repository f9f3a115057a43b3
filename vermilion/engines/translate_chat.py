"""Any OpenAI-compatible chat server as a translator."""

import asyncio
import time
from typing import Any

import httpx

from vermilion.engines import translate_prompts as prompts
from vermilion.engines.translate import Ask, EngineError, is_pair, outside_of, seconds_for
from vermilion.engines.translate_http import client, post
from vermilion.kernel.record import Record

MOST_TOKENS = 1024


class _Said(Record, kw_only=True, frozen=True):
    content: str | None = None


class _Choice(Record, kw_only=True, frozen=True):
    message: _Said
    finish_reason: str | None = None


class _Answer(Record, kw_only=True, frozen=True):
    choices: list[_Choice]


class Chat:
    """A model behind `POST {url}/chat/completions`. `extra` goes into each request as it is."""

    def __init__(
        self,
        *,
        url: str,
        model: str,
        key: str = "",
        slots: int = 4,
        extra: dict[str, Any] | None = None,
        least_seconds: float = 0.0,
    ) -> None:
        self.name = model
        self.outside = outside_of(url)
        self.slots = slots
        self._url = url.rstrip("/") + "/chat/completions"
        self._model = model
        self._extra = extra or {}
        self._key = key
        self._least_seconds = least_seconds
        self._free = asyncio.Semaphore(slots)
        self._http: httpx.AsyncClient | None = None
        self.answered_at = 0.0
        """When it last gave an answer of whatever kind, by the monotonic clock."""

    def called(self, source: str, target: str) -> str:
        """The model and the number of the pair's prompt."""
        return f"{self.name} p{prompts.version(source, target)}"

    def serves(self, source: str, target: str) -> bool:
        """Any two of our languages."""
        return is_pair(source, target)

    async def start(self) -> None:
        """Open the client; the server is first spoken to by the first ask, so that it may come up later."""
        if self._http is None:
            self._http = client(self._key, self.slots)

    async def close(self) -> None:
        """Drop the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def translate(self, ask: Ask) -> str:
        """The piece in the other language; its deadline begins when a slot is free."""
        if self._http is None:
            raise EngineError("unready", "not started")
        most = most_tokens(ask.text)
        body = {
            "model": self._model,
            "messages": prompts.messages(ask),
            "temperature": 0,
            "max_tokens": most,
            **({"stop": ["\n"]} if ask.attempt == 0 else {}),
            **self._extra,
        }
        async with self._free:
            seconds = max(self._least_seconds, seconds_for(most))
            answer = await post(self._http, self._url, body, _Answer, seconds=seconds)
        self.answered_at = time.monotonic()
        if not answer.choices or not (content := answer.choices[0].message.content):
            raise EngineError("nonsense", "an answer without words")
        if answer.choices[0].finish_reason == "length":
            raise EngineError("cut", f"no end after {most} tokens")
        return content.strip().partition("\n")[0]


def most_tokens(text: str) -> int:
    """How long an answer may become: no tongue takes more tokens for the same than bytes in another."""
    return min(MOST_TOKENS, 48 + len(text.encode()))
