"""Who may learn, correct and decide."""

from vermilion.kernel.errors import Conflict
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.learning.schema import LEARNT, Level, SavedWord

WEEKS, MONTHS, KNOWN = 7.0, 30.0, 120.0
"""Days of stability from which a reading fades, is faint, is no longer shown."""


def learning(viewer: Viewer) -> str:
    """The language the viewer learns; raises Conflict("learns_nothing")."""
    if viewer.learns not in LEARNT:
        raise Conflict("learns_nothing")
    return viewer.learns


def may_suggest(viewer: Viewer, author_id: Id, lang: str) -> bool:
    """Somebody else's words, in the language the viewer reads first."""
    return not viewer.is_guest and viewer.account_id != author_id and viewer.reads[0] == lang


def level_of(*, is_known: bool, stability: float | None) -> Level:
    """How well a saved word is known."""
    days = stability or 0.0
    if is_known or days >= KNOWN:
        return 4
    return 3 if days >= MONTHS else 2 if days >= WEEKS else 1


def level(word: SavedWord) -> Level:
    """The same of a whole row."""
    return level_of(is_known=word.is_known, stability=word.stability)
