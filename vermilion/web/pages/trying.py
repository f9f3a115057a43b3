"""Looking around as one of the sample people, for this machine alone."""

from vermilion.accounts.reads import ids_of, people
from vermilion.accounts.schema import AccountCard
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import GUEST
from vermilion.sample import people_to_try as named
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State
from vermilion.web.limits import host_of, is_loopback, is_near


class Trial(Record, kw_only=True, frozen=True):
    """A sample person one may look around as; `name` is in Latin letters."""

    card: AccountCard
    name: str


def may_try(request: AnyRequest, parts: State) -> dict[str, tuple[str, str]]:
    """Handle -> name and password of the sample people; empty where others can reach this server, or do through a proxy."""
    settings = parts.settings
    if not (is_loopback(settings.host) and is_loopback(host_of(settings.origin)) and is_near(request)):
        return {}
    return {handle: (name, password) for handle, name, password in named(parts.settings.data)}


async def people_to_try(request: AnyRequest, db: Db, parts: State) -> tuple[Trial, ...]:
    """The sample people somebody may look around as."""
    named_by = may_try(request, parts)
    if not named_by:
        return ()

    async def ask() -> dict[str, AccountCard]:
        found = await people(db, GUEST, await ids_of(db, GUEST, named_by))
        return {person.handle: person.card for person in found.values()}

    cards = await parts.trials.get(ask)
    return tuple(
        Trial(card=cards[handle], name=name) for handle, (name, _) in named_by.items() if handle in cards
    )
