"""Cards for other sites, drawn in confined children one at a time, the last ones kept."""

from collections import OrderedDict
from collections.abc import Iterable

import msgspec

from vermilion.engines.cards_wire import HEIGHT, KIND, MAX_ANSWER, WIDTH, Card, CardOrder, decode_card, encode
from vermilion.engines.warm import Ended, Warm
from vermilion.kernel.errors import Unavailable

__all__ = ["HEIGHT", "KIND", "WIDTH", "CardOrder", "Cards"]

MAX_WAITING = 16
SECONDS = 10.0
IDLE = 120.0
MOST_KEPT = 200
"""Cards of some 100 kB."""


class Cards:
    """Draws cards; the child starts with the first one and rests when nobody has wanted any for two minutes.

    `folders`: of fonts; none: the machine's own.
    """

    def __init__(self, folders: Iterable[str] = ()) -> None:
        self._warm = Warm(
            "vermilion.engines.cards_child",
            *folders,
            workers=1,
            max_waiting=MAX_WAITING,
            seconds=SECONDS,
            max_answer=MAX_ANSWER,
            busy="cards_busy",
            idle=IDLE,
        )
        self.close = self._warm.close
        self._kept: OrderedDict[str, Card] = OrderedDict()

    async def draw(self, name: str, order: CardOrder) -> Card:
        """The card known by a name that changes whenever something on it does; raises Unavailable."""
        if (kept := self.kept(name)) is not None:
            return kept
        try:
            answer = await self._warm.ask(encode(order))
        except TimeoutError as error:
            raise Unavailable("cards_busy") from error
        if isinstance(answer, Ended):
            raise Unavailable("cards_busy")
        try:
            card = decode_card(answer)
        except msgspec.MsgspecError as error:
            raise Unavailable("cards_busy") from error
        if not card.data:
            raise Unavailable("cards_busy")
        self._kept[name] = card
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return card

    def kept(self, name: str) -> Card | None:
        """A card that was drawn a while ago."""
        if name in self._kept:
            self._kept.move_to_end(name)
        return self._kept.get(name)
