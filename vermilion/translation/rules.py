"""Who may correct a translation, decide about a correction, and what a correction may hold."""

from vermilion.engines.language import Language
from vermilion.engines.translate import base_of
from vermilion.kernel.errors import Invalid
from vermilion.kernel.text import clean, is_blank, links_in, mentions_in, tags_in
from vermilion.kernel.types import UNDETERMINED
from vermilion.kernel.viewer import Viewer
from vermilion.translation.schema import Correction, Spot, Words

WIDELY_LEAST = 20
"""Characters of a text from which on its author's word counts for equal words of others too."""
DOWN, REPORTS = -3, 3
"""The score at which a correction falls, and how many reports hide one until it was looked at."""
_TOLD_APART = 12
"""Characters from which on a language is told for certain."""


def is_moderator(viewer: Viewer) -> bool:
    """Whether the viewer looks after the room."""
    return viewer.role in {"moderator", "operator"}


def may_decide(viewer: Viewer, spot: Spot) -> bool:
    """The author of the words, and moderators."""
    return not viewer.is_guest and (viewer.account_id == spot.author_id or is_moderator(viewer))


def may_revert(viewer: Viewer, spot: Spot, correction: Correction) -> bool:
    """Whoever wrote the correction, and those who decide."""
    return may_decide(viewer, spot) or (not viewer.is_guest and viewer.account_id == correction.account_id)


def target_of(viewer: Viewer, words: Words) -> str:
    """The language the viewer would translate these words into: the first they read that is not the words' own."""
    return next((lang for lang in viewer.reads if lang != words.lang), viewer.reads[0])


def counts_widely(viewer: Viewer, spot: Spot, correction: Correction) -> bool:
    """Whether accepting it holds for equal public words everywhere.

    An author alone cannot: somebody else must have written it, and what everybody says ("haha") is no one's own.
    """
    if not spot.words.is_public:
        return False
    return is_moderator(viewer) or (
        viewer.account_id == spot.author_id != correction.account_id and len(spot.words.text) >= WIDELY_LEAST
    )


def checked(language: Language, words: Words, lang: str, text: str) -> str:
    """A correction as it is stored; raises Invalid where it is none, or brings in what the original does not have."""
    text = clean(text, "text", lines="\n" in words.text)
    most = 3 * len(words.text) + 200
    if is_blank(text):
        raise Invalid("too_short", field="text", min=1)
    if len(text) > most:
        raise Invalid("too_long", field="text", max=most)
    brings = set(links_in(text)) - set(links_in(words.text)) or set(mentions_in(text)) - set(
        mentions_in(words.text)
    )
    if brings or len(tags_in(text)) > len(tags_in(words.text)):
        raise Invalid("correction_adds", field="text")
    found = language.detect(text, reads=(lang,))
    if len(text) >= _TOLD_APART and found not in {UNDETERMINED, base_of(lang)}:
        raise Invalid("correction_language", field="text")
    return text
