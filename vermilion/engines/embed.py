"""One protocol for whatever turns a text into a vector, so that what means the same lies close, and its two makes."""

import asyncio
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import httpx
import msgspec

from vermilion.engines.models import Model, find, path_of, state, verify
from vermilion.engines.translate import EngineError, outside_of
from vermilion.engines.translate_http import client, post
from vermilion.engines.warm import Ended, Warm
from vermilion.kernel.errors import Unavailable
from vermilion.kernel.record import Record

EMBEDDED = "use-multilingual-v3"
"""The entry of the lock file that is used where nothing else is configured."""
MOST_TEXTS, MOST_CHARACTERS = 64, 2_000
"""Of one ask; what is longer is cut."""
SECONDS, IDLE_SECONDS = 30.0, 900.0
MOST_ANSWER = 4 << 20
MOST_DIMS = 4_000
"""What a halfvec of pgvector takes."""

Vector = tuple[float, ...]
"""Of length one."""


class Embedder(Protocol):
    """One kind of engine, set up. `outside` is the host the words go to; `name` is stored with its vectors."""

    name: str
    outside: str | None

    async def start(self) -> None:
        """Get ready; raises EngineError."""

    async def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """One for each of at most MOST_TEXTS texts, all of the same size; raises EngineError."""

    async def close(self) -> None: ...


class Outside(Record, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The operator's `[embeddings]`: any server that speaks OpenAI's `/embeddings`."""

    url: str
    model: str
    key_env: str = ""


def build(outside: Outside | None, folder: Path | None, niceness: int = 0) -> Embedder | None:
    """The make that is configured; None where nothing is, or the folder for weights is "none"."""
    if outside is not None:
        return Server(url=outside.url, model=outside.model, key=os.environ.get(outside.key_env, ""))
    return Embedded(folder, niceness) if folder is not None else None


def parts() -> list[Model]:
    """The files of the embedded model."""
    first = find(EMBEDDED)
    return [first, *map(find, first.needs)]


class Embedded:
    """The embedded model in a child of its own, one thread; it starts at the first ask and ends when idle."""

    name: str = EMBEDDED
    outside: str | None = None

    def __init__(self, folder: Path, niceness: int = 0) -> None:
        self._folder = folder
        self._warm = Warm(
            "vermilion.engines.embed_child",
            *(str(path_of(model, folder)) for model in parts()),
            str(niceness),
            workers=1,
            max_waiting=8,
            seconds=SECONDS,
            max_answer=MOST_ANSWER,
            busy="search_busy",
            idle=IDLE_SECONDS,
        )
        self.close = self._warm.close

    async def start(self) -> None:
        """Load the weights, should they be there."""
        for model in parts():
            found = state(model, self._folder)
            if found != "whole" and not (
                found == "unchecked" and await asyncio.to_thread(verify, model, self._folder)
            ):
                raise EngineError("unready", f"{model.name} is not here")
        try:
            await self._warm.start()
        except Unavailable as error:
            raise EngineError("unready", "the child does not start") from error

    async def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """What the child makes of them."""
        try:
            answer = await self._warm.ask(msgspec.msgpack.encode(_cut(texts)))
        except TimeoutError as error:
            raise EngineError("slow") from error
        except Unavailable as error:
            raise EngineError("busy") from error
        if isinstance(answer, Ended):
            raise EngineError("gone", f"the child's status was {answer.status}")
        return _sound(msgspec.msgpack.decode(answer, type=list[Vector]), len(texts))


class _Item(Record, kw_only=True, frozen=True):
    index: int
    embedding: Vector


class _Answer(Record, kw_only=True, frozen=True):
    data: list[_Item]


class Server:
    """A model behind `POST {url}/embeddings`."""

    def __init__(self, *, url: str, model: str, key: str = "") -> None:
        self.name = f"{model} at {httpx.URL(url).host}"
        self.outside = outside_of(url)
        self._url = url.rstrip("/") + "/embeddings"
        self._model = model
        self._key = key
        self._http: httpx.AsyncClient | None = None

    async def start(self) -> None:
        """Open the client; the server is first spoken to by the first ask."""
        if self._http is None:
            self._http = client(self._key)

    async def close(self) -> None:
        """Drop the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """What the server makes of them; what is not one finite vector for each is nonsense."""
        if self._http is None:
            raise EngineError("unready", "not started")
        body = {"model": self._model, "input": _cut(texts), "encoding_format": "float"}
        answer = await post(self._http, self._url, body, _Answer, seconds=SECONDS, most_bytes=MOST_ANSWER)
        if sorted(item.index for item in answer.data) != list(range(len(texts))):
            raise EngineError("nonsense", "not one vector for each text")
        return _sound(
            [item.embedding for item in sorted(answer.data, key=lambda item: item.index)], len(texts)
        )


def _cut(texts: Sequence[str]) -> list[str]:
    return [text[:MOST_CHARACTERS] for text in texts]


def _sound(vectors: list[Vector], count: int) -> list[Vector]:
    """The vectors brought to length one; raises EngineError where they cannot be."""
    sizes = {len(vector) for vector in vectors}
    if len(vectors) != count or len(sizes) > 1 or not all(0 < size <= MOST_DIMS for size in sizes):
        raise EngineError("nonsense", "vectors of other sizes than agreed")
    found = []
    for vector in vectors:
        length = math.hypot(*vector)
        if not math.isfinite(length) or length == 0:
            raise EngineError("nonsense", "a vector without a direction")
        found.append(tuple(value / length for value in vector))
    return found
