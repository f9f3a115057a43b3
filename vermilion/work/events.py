"""What follows from a deed: at once in its transaction, or later as a job queued in it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

import msgspec

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.storage.db import Db

Handler = Callable[..., Awaitable[None]]

URGENT = 10


class Event(Record, kw_only=True, frozen=True):
    """Something that has happened, named in the past tense."""

    is_urgent: ClassVar[bool] = False
    """Whether somebody waits for what follows later: its jobs go before the others."""


class Wiring(Record, kw_only=True, frozen=True):
    """The table of causes and effects: which handlers run in the deed's transaction, which later."""

    at_once: Mapping[type[Event], Sequence[Handler]]
    later: Mapping[type[Event], Sequence[Handler]]

    def handlers(self) -> dict[str, tuple[Handler, type[Event]]]:
        """Every later handler by the name its jobs are queued under."""
        return {
            entrypoint(event, handler): (handler, event)
            for event, handlers in self.later.items()
            for handler in handlers
        }


def entrypoint(event: type[Event], handler: Handler) -> str:
    """The name of the jobs of one handler of one event."""
    return f"{event.__name__}:{handler.__module__}.{handler.__qualname__}".replace("vermilion.", "")


async def emit(db: Db, event: Event) -> None:
    """Run what must happen at once and queue the rest, both inside the open transaction."""
    wiring = db.database.wiring
    if not isinstance(wiring, Wiring):
        raise TypeError("the database was opened without a wiring")
    for handler in wiring.at_once.get(type(event), ()):
        await handler(db, event)
    names = [entrypoint(type(event), handler) for handler in wiring.later.get(type(event), ())]
    if names:
        await enqueue(db, names, event, priority=URGENT if event.is_urgent else 0)


async def enqueue(db: Db, names: list[str], payload: object, *, priority: int = 0) -> None:
    """Queue jobs with the transaction's own connection, so that they exist if and only if it commits."""
    if db.connection is None:
        raise RuntimeError("jobs are queued inside a transaction")
    body = msgspec.json.encode(payload, enc_hook=encode_hook)
    queries, driver = job_queue() if job_queue.cache_info().currsize else await asyncio.to_thread(job_queue)
    queue = replace(queries, driver=driver(db.connection))
    await queue.enqueue(names, [body] * len(names), [priority] * len(names))


@cache
def job_queue() -> tuple[Any, Any]:
    """The queue's library, loaded at the first job: it takes half as long as all the rest, and no page needs it."""
    queries, driver = import_module("pgqueuer.queries"), import_module("pgqueuer.db")
    return queries.Queries(driver=None), driver.AsyncpgDriver


def encode_hook(value: Any) -> object:  # noqa: ANN401 - msgspec hands over whatever it does not know
    """Ids are strings in JSON; for msgspec."""
    if isinstance(value, Id):
        return str(int(value))
    raise NotImplementedError(type(value))
