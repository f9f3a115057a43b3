"""Who is asking."""

from vermilion.kernel.filters import Filter
from vermilion.kernel.ids import Id
from vermilion.kernel.quiet import Quiet
from vermilion.kernel.record import Record
from vermilion.kernel.types import Lang, Shown, Translate

NOBODY = Id(0)


class Viewer(Record, kw_only=True, frozen=True):
    """Who asks: `account_id` is 0 for a guest; `reads` holds the languages read, the first is shown first."""

    account_id: Id = NOBODY
    handle: str | None = None
    reads: tuple[Lang, ...] = ("en",)
    interface: str | None = None
    """The interface's locale, None: the first of `reads` that has one."""
    translate: Translate = "auto"
    shown: Shown = "translation"
    learns: Lang | None = None
    region: str | None = None
    interests: tuple[str, ...] = ()
    hidden_notes: frozenset[int] = frozenset()
    hidden_topics: frozenset[str] = frozenset()
    """Notes and topics (by their folded names) that the viewer does not want to be offered."""
    filters: tuple[Filter, ...] = ()
    """Words the viewer does not want to read."""
    quiet: Quiet | None = None
    role: str = "person"
    session_id: Id = NOBODY
    scopes: frozenset[str] | None = None
    """What a bearer token may do; None for a session, which may do everything its person may."""

    @property
    def is_guest(self) -> bool:
        return self.account_id == NOBODY

    @property
    def is_operator(self) -> bool:
        """Whether the viewer runs the room."""
        return self.role == "operator" and not self.is_guest


GUEST = Viewer()
