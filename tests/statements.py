"""What is sent to the database while the tests run, who sends it, and how much of it a read may send."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from vermilion.storage.db import Database, Db


@dataclass(frozen=True)
class Sent:
    """A statement and the module it stands in."""

    sender: str
    text: str


SENT: set[Sent] = set()
"""Every statement of the run so far."""


@contextmanager
def statements(db: Db, *, at_most: int) -> Iterator[list[str]]:
    """The statements sent inside; fails when they are more than allowed."""
    sent: list[str] = []

    def observe(text: str, _seconds: float) -> None:
        sent.append(text)

    db.database.observers.append(observe)
    try:
        yield sent
    finally:
        db.database.observers.remove(observe)
    assert len(sent) <= at_most, f"{len(sent)} statements instead of {at_most}:\n" + "\n---\n".join(sent)


def record(text: str, _seconds: float) -> None:
    """Remember a statement with the first module above storage that waits for it."""
    frame = sys._getframe(1)  # noqa: SLF001 - who called is nowhere else to be had
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(("vermilion.", "tests.")) and not module.startswith(
            ("vermilion.storage", __name__)
        ):
            SENT.add(Sent(module, text))
            return
        frame = frame.f_back  # type: ignore[assignment]


@pytest.fixture(scope="session", autouse=True)
def _recorded() -> Iterator[None]:
    """Every Database of the run reports what it sends."""
    patch, make = pytest.MonkeyPatch(), Database.__init__

    def make_recorded(self: Database, *args: object, **options: object) -> None:
        make(self, *args, **options)  # type: ignore[arg-type]
        self.observers.append(record)

    patch.setattr(Database, "__init__", make_recorded)
    yield
    patch.undo()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is said about the statements of the run is said at its end, before Playwright's loop lets no other run."""
    items.sort(key=lambda item: ("tests/browser/" in item.nodeid, "house/test_statements" in item.nodeid))
