"""An engine on loopback that can be told to misbehave, and the make that speaks to it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from vermilion.engines.translate import Ask, EngineError, Make


def in_english(text: str) -> str:
    """What a good engine says: whatever must be kept, in an English sentence."""
    kept = " ".join(re.findall(r"\[\d+\]|\d+", text))
    return f"We went to the seaside today and watched the sun go down {kept}".strip()


class Engine:
    """Speaks a bare protocol and that of chat servers. `answer` gives what it says; None: it hangs up."""

    def __init__(self) -> None:
        self.answer: Callable[[str], str | None] = in_english
        self.seconds = 0.0
        self.asked: list[str] = []
        self.most_at_once = 0
        self.asks: set[str] = set()
        self.most_asks = 0
        self.port = 0
        self._at_once = 0
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen, on the port it had before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Be away."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = re.search(r"content-length: (\d+)", head)
            body = json.loads(await reader.readexactly(int(length[1]))) if length else {}
            text = body["text"] if "text" in body else body["messages"][-1]["content"]
            self.asked.append(text)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            await asyncio.sleep(self.seconds)
            self._at_once -= 1
            if self._server is None or (said := self.answer(text)) is None:
                return
            choice = {"message": {"content": said}, "finish_reason": "stop"}
            answer = json.dumps({"said": said, "choices": [choice]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n")
            writer.write(b"content-length: %d\r\n\r\n" % len(answer) + answer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class Wire:
    """A make over HTTP that serves Chinese into English alone."""

    name = "wire/1"
    outside = None

    def __init__(self, engine: Engine, slots: int = 3, seconds: float = 5.0) -> None:
        self.engine = engine
        self.slots = slots
        self._http = httpx.AsyncClient(timeout=seconds, trust_env=False)

    def called(self, source: str, target: str) -> str:  # noqa: ARG002 - every pair
        return self.name

    def serves(self, source: str, target: str) -> bool:
        return (source, target) == ("zh", "en")

    async def start(self) -> None:
        pass

    async def translate(self, ask: Ask) -> str:
        self.engine.asks.add(ask.text)
        self.engine.most_asks = max(self.engine.most_asks, len(self.engine.asks))
        try:
            answer = await self._http.post(self.engine.url, json={"text": ask.text})
        except httpx.TimeoutException as error:
            raise EngineError("slow") from error
        except httpx.HTTPError as error:
            raise EngineError("gone") from error
        finally:
            self.engine.asks.discard(ask.text)
        return str(answer.json()["said"])

    async def close(self) -> None:
        await self._http.aclose()


class Engines:
    """One make as the loop wants it."""

    def __init__(self, make: Make) -> None:
        self.make = make
        self.slots = make.slots

    def makes_for(self, source: str, target: str) -> list[Make]:
        return [self.make] if self.make.serves(source, target) else []


@asynccontextmanager
async def engine_on_loopback() -> AsyncIterator[Engine]:
    """An engine that is up."""
    engine = Engine()
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()
