"""Records and events of people."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args

from msgspec import Meta

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.types import (
    Bio,
    Count,
    DisplayName,
    Handle,
    Lang,
    NoLang,
    NoRegion,
    Password,
    Shown,
    Tag,
    Translate,
)
from vermilion.work.events import Event

Reads = Annotated[tuple[Lang, ...], Meta(min_length=1, max_length=12)]

FOLLOWS, ASKED, FOLLOWED_BY, BLOCKS, BLOCKED_BY, MUTES = 1, 2, 4, 8, 16, 32
"""Bits of a tie: what stands between the viewer and a person."""

AWAY = timedelta(days=14)
"""Nothing is pushed to people who have been away for so long; it is fetched when they return."""


class NewAccount(Record, kw_only=True, frozen=True):
    """What somebody sends to join."""

    handle: Handle
    display_name: DisplayName
    password: Password
    reads: Reads = ("en",)


class Account(Record, kw_only=True, frozen=True):
    """A stored account; secrets stand elsewhere."""

    id: Id
    host: str | None
    uri: str | None
    handle: str
    display_name: str
    bio: str
    bio_lang: str
    bio_hash: bytes
    region: str | None
    reads: tuple[str, ...]
    interface: str | None
    translate: Translate
    shown: Shown
    learns: str | None
    interests: tuple[str, ...]
    avatar_key: str | None
    color: str
    role: str
    state: str
    approves_followers: bool
    may_list: bool | None
    may_train: bool | None
    origin: str
    created_at: datetime
    seen_at: datetime
    closed_at: datetime | None


class Wishes(Record, kw_only=True, frozen=True):
    """What an author lets programs do with what they publish; null: they have not said, and it is as the room has it."""

    may_list: bool | None = None
    """Search engines may list it."""
    may_train: bool | None = None
    """Programs may be trained on it."""


class AccountCard(Record, kw_only=True, frozen=True):
    """A person as lists show them, with what the viewer has to do with them."""

    id: Id
    handle: str
    display_name: str
    avatar: str | None
    """Address of the 96-pixel picture; None: draw the first letter on `color`."""
    color: str
    follow: Literal["none", "requested", "accepted"]
    follows_viewer: bool
    is_muted: bool
    is_blocked: bool


class Person(Record, kw_only=True, frozen=True):
    """A row about a person for one viewer; never sent as it is, for `tie` also knows who blocks the viewer."""

    id: Id
    handle: str
    display_name: str
    avatar_key: str | None
    color: str
    state: str
    approves_followers: bool
    may_list: bool | None
    may_train: bool | None
    tie: int

    @property
    def wishes(self) -> Wishes:
        """What programs may do with what they publish."""
        return Wishes(may_list=self.may_list, may_train=self.may_train)

    @property
    def card(self) -> AccountCard:
        """What may be shown of it."""
        tie = self.tie
        return AccountCard(
            id=self.id,
            handle=self.handle,
            display_name=self.display_name,
            avatar=avatar_address(self.avatar_key),
            color=self.color,
            follow="accepted" if tie & FOLLOWS else "requested" if tie & ASKED else "none",
            follows_viewer=bool(tie & FOLLOWED_BY),
            is_muted=bool(tie & MUTES),
            is_blocked=bool(tie & BLOCKS),
        )

    @property
    def is_apart(self) -> bool:
        """One of the two has blocked the other, or the account is closed."""
        return bool(self.tie & (BLOCKS | BLOCKED_BY)) or self.state != "active"


class Profile(AccountCard, kw_only=True, frozen=True):
    """A person's page."""

    portrait: str | None
    """Address of the 320-pixel picture."""
    bio: str
    bio_lang: str
    region: str | None
    note_count: Count
    follower_count: Count
    following_count: Count
    approves_followers: bool
    wishes: Wishes
    is_viewer: bool
    created_at: datetime


class EditProfile(Record, kw_only=True, frozen=True):
    """What a person may change of their own account; None leaves a field as it is."""

    display_name: DisplayName | None = None
    bio: Bio | None = None
    region: NoRegion | None = None
    reads: Reads | None = None
    interface: NoLang | None = None
    """The interface's language; "" lets it follow what is read."""
    translate: Translate | None = None
    shown: Shown | None = None
    learns: NoLang | None = None
    interests: Annotated[tuple[Tag, ...], Meta(max_length=30)] | None = None
    approves_followers: bool | None = None
    may_list: bool | None = None
    """Search engines may list one and one's notes."""
    may_train: bool | None = None
    """Programs may be trained on one's notes."""


class Session(Record, kw_only=True, frozen=True):
    """One signed-in browser or one application's token, as its owner sees it."""

    id: Id
    kind: Literal["session", "token"]
    agent: str
    scopes: tuple[str, ...]
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


Scope = Literal["public", "read", "notices", "write", "react", "account"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a token may be given for, in the order in which people are asked."""


class NewToken(Record, kw_only=True, frozen=True):
    """What an application sends for a bearer token."""

    handle: Handle
    password: Password
    application: Annotated[str, Meta(min_length=1, max_length=80)]
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=6)] = ("read",)


class AccessToken(Record, kw_only=True, frozen=True):
    """A bearer token, shown this once."""

    access_token: str
    token_type: Literal["Bearer"]
    scope: str
    expires_in: Count
    """Seconds."""


class AccountJoined(Event, kw_only=True, frozen=True):
    """Somebody has opened an account."""

    account_id: Id


class ProfileEdited(Event, kw_only=True, frozen=True):
    """Somebody has changed what they are called or say of themselves."""

    account_id: Id
    is_renamed: bool = True


class AccountClosed(Event, kw_only=True, frozen=True):
    """Somebody has closed their account: nobody sees it or what they wrote."""

    account_id: Id


class AccountReopened(Event, kw_only=True, frozen=True):
    """Somebody has taken their account back within the time of grace."""

    account_id: Id


class AccountsErased(Event, kw_only=True, frozen=True):
    """The time of grace of these accounts is over: everything of theirs goes in this transaction."""

    account_ids: tuple[Id, ...]


class AccountReturned(Event, kw_only=True, frozen=True):
    """Somebody is back after having been away for longer than AWAY."""

    account_id: Id


class BioChanged(Event, kw_only=True, frozen=True):
    """Somebody says something else about themselves; `before` is what stood there."""

    account_id: Id
    before: str


class AccountFollowed(Event, kw_only=True, frozen=True):
    """`state` is requested or accepted; the follower is `account_id`."""

    account_id: Id
    followee_id: Id
    state: str


class FollowAccepted(Event, kw_only=True, frozen=True):
    """`followee_id` lets `account_id`, who had asked, follow them."""

    account_id: Id
    followee_id: Id


class AccountUnfollowed(Event, kw_only=True, frozen=True):
    """`account_id` no longer follows `followee_id`, by whichever side's wish."""

    account_id: Id
    followee_id: Id


class AccountBlocked(Event, kw_only=True, frozen=True):
    """`account_id` has blocked `blocked_id`; neither sees the other."""

    account_id: Id
    blocked_id: Id


def avatar_address(key: str | None, size: str = "s") -> str | None:
    """Address of an avatar in size s (96 pixels) or m (320 pixels)."""
    return f"/avatar/{key}/{size}.webp" if key else None
