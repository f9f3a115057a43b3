"""Figures for Prometheus: of one process, and under `serve` of all its processes together."""

import os
import time
from collections.abc import Iterator
from typing import Any, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from vermilion.storage.db import Database
from vermilion.translation.schema import Backlog, Translator

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The figures of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counted: dict[tuple[str, str, int], tuple[Histogram, Counter]] = {}
        self.seconds = Histogram(
            "vermilion_request_seconds",
            "Time to the first byte",
            ["method", "handler"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.answers = Counter(
            "vermilion_answers", "Answers by status", ["method", "handler", "status"], registry=self.registry
        )
        self.statements = Histogram(
            "vermilion_statement_seconds",
            "Time of a database statement",
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def watch(self, database: Database) -> None:
        """Also measure every statement of this database."""
        database.observers.append(lambda _sql, seconds: self.statements.observe(seconds))

    def exposed(self) -> bytes:
        """The figures as text: with PROMETHEUS_MULTIPROC_DIR set, those of every process that writes there."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]  # it carries no types
        return generate_latest(everybody)

    def measure(self, app: ASGIApp) -> ASGIApp:
        """Middleware: count each answer and the time to its first byte."""

        async def measured(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            started = time.perf_counter()

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self._count(scope, message["status"], time.perf_counter() - started)
                await send(message)

            await app(scope, receive, sending)

        return measured

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        handler = scope.get("route_handler")
        name = getattr(handler, "handler_name", "")
        method = str(cast(dict[str, Any], scope)["method"])
        key = (method, name, status)
        if (found := self._counted.get(key)) is None:
            found = self._counted[key] = (
                self.seconds.labels(method, name),
                self.answers.labels(method, name, str(status)),
            )
        found[0].observe(seconds)
        found[1].inc()


class TranslationGauges(Collector):
    """What waits for translators and how they are: the same whichever process is asked, so it is read when it is."""

    def __init__(self, backlog: Backlog, translator: Translator) -> None:
        self._backlog = backlog
        self._translator = translator

    def exposed(self) -> bytes:
        """These figures alone, as text."""
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """For the library."""
        waiting = GaugeMetricFamily(
            "vermilion_translation_waiting", "Texts waiting to be translated, by who waits", labels=["level"]
        )
        for level in ("waited", "seen", "ahead"):
            waiting.add_metric([level], getattr(self._backlog, level))
        yield waiting
        yield GaugeMetricFamily(
            "vermilion_translation_oldest_seconds",
            "How long the oldest of them has waited",
            self._backlog.oldest_s,
        )
        yield GaugeMetricFamily(
            "vermilion_translator_ready",
            "Whether a translator is ready",
            float(self._translator.state == "ready"),
        )
        if self._translator.state == "pulling":
            yield GaugeMetricFamily(
                "vermilion_translator_pulled",
                "How much of its model has come, 0 to 1",
                self._translator.progress,
            )
