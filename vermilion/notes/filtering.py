"""Cards with words their viewer does not want to read."""

from collections.abc import Sequence

from msgspec.structs import replace

from vermilion.kernel.filters import find_filter
from vermilion.kernel.viewer import Viewer
from vermilion.notes.schema import NoteCard
from vermilion.translation.schema import Passage


def filtered(viewer: Viewer, made: list[NoteCard], bodies: Sequence[Passage]) -> list[NoteCard]:
    """Cards with the word for which they are folded; without those that shall be gone. One's own stay as they are."""
    kept = []
    for card, body in zip(made, bodies, strict=True) if viewer.filters else ():
        found = (
            None
            if card.author.id == viewer.account_id
            else find_filter(viewer.filters, (card.title.text, card.title.original, body.text, body.original))
        )
        if found is None or found.manner != "gone":
            kept.append(replace(card, filtered=found.written if found else None))
    return kept if viewer.filters else made
