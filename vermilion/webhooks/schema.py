"""Records of webhooks."""

from datetime import datetime
from typing import Annotated, Literal, get_args

from msgspec import Meta

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record

HookKind = Literal[
    "note.commented",
    "note.liked",
    "note.released",
    "note.hidden",
    "comment.replied",
    "account.mentioned",
    "account.followed",
    "account.follow_requested",
    "account.follow_accepted",
]
KINDS: tuple[HookKind, ...] = get_args(HookKind)


class EditWebhook(Record, kw_only=True, frozen=True):
    """Where one's own events go, and which."""

    address: Annotated[str, Meta(min_length=1, max_length=500)]
    kinds: Annotated[tuple[HookKind, ...], Meta(min_length=1, max_length=len(KINDS))]


class Webhook(EditWebhook, kw_only=True, frozen=True):
    """A webhook. `failing_since`: nothing has arrived since; `disabled_at`: it was switched off for that."""

    id: Id
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None


class NewlyMade(Record, kw_only=True, frozen=True):
    """A webhook with its secret, which is shown this once."""

    webhook: Webhook
    secret: str


class Delivery(Record, kw_only=True, frozen=True):
    """Something sent, or on its way. `answer`: the last status, or private, unknown, unreachable, slow, redirect, rubbish."""

    id: Id
    kind: str
    state: Literal["waiting", "arrived", "failed"]
    attempts: int
    answer: str
    created_at: datetime
    due_at: datetime
