"""Looking around as one of the sample people, on a loopback address only."""

from ipaddress import ip_address

from vermilion.accounts.reads import ids_of, people
from vermilion.accounts.schema import AccountCard
from vermilion.kernel.viewer import GUEST
from vermilion.sample import people_to_try as named
from vermilion.storage.db import Db
from vermilion.web.context import State


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def may_try(parts: State) -> dict[str, str]:
    """Handle -> password of the sample people; empty where others could reach this server."""
    if not is_loopback(parts.settings.host):
        return {}
    return {handle: password for handle, _, password in named(parts.settings.data)}


async def people_to_try(db: Db, parts: State) -> list[AccountCard]:
    """The sample people somebody may look around as."""
    handles = may_try(parts)
    if not handles:
        return []
    found = await people(db, GUEST, await ids_of(db, GUEST, handles))
    return sorted((person.card for person in found.values()), key=lambda card: list(handles).index(card.handle) if card.handle in handles else 9)
