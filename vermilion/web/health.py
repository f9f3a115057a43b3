"""Whether the process lives, whether it is ready, and its figures for Prometheus."""

import contextlib
import ipaddress
from typing import Any

from litestar import Request, Response, get
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from vermilion.kernel.errors import NotFound, Unavailable
from vermilion.translation.queue import backlog
from vermilion.web.context import TheParts, state_of
from vermilion.web.limits import is_forwarded
from vermilion.web.metrics import TranslationGauges


@get("/healthz", opt={"open": True}, include_in_schema=False)
async def healthz() -> str:
    """The process lives; says nothing about its database."""
    return "ok"


@get("/readyz", opt={"open": True}, include_in_schema=False)
async def readyz(parts: TheParts) -> str:
    """The database answers and has its tables; 503 otherwise."""
    if not await parts.database.session().value("SELECT to_regclass('account') IS NOT NULL"):
        raise Unavailable("database_away")
    return "ready"


@get("/metrics", opt={"open": True}, include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Figures of this process, or of all that `serve` keeps, for loopback and private addresses that come directly."""
    if is_forwarded(request) or not _is_near(request.client.host if request.client else ""):
        raise NotFound("not_found")
    parts = state_of(request)
    figures = parts.metrics.exposed()
    with contextlib.suppress(Unavailable):
        waiting = await backlog(parts.database.session())
        figures += TranslationGauges(waiting, await parts.translation()).exposed()
    return Response(figures, media_type=CONTENT_TYPE_LATEST)


def _is_near(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == ""
    return address.is_loopback or address.is_private


HANDLERS = [healthz, readyz, metrics]
