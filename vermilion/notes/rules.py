"""Who may see a note, twice side by side: for one note in Python, for many rows in SQL."""

from collections.abc import Iterable

from vermilion.accounts.schema import FOLLOWED_BY, FOLLOWS, MUTES, Person
from vermilion.kernel.viewer import Viewer
from vermilion.notes.schema import Note

VISIBLE = """(n.deleted_at IS NULL AND (n.author_id = $2 OR (
    n.state = 'public' AND n.author_id = ANY($3)
    AND (n.audience = 'everyone'
         OR (n.audience = 'followers' AND n.author_id = ANY($4))
         OR (n.audience = 'mutual' AND n.author_id = ANY($5)))
    AND NOT EXISTS (SELECT 1 FROM label w WHERE w.shard_id = n.id AND w.subject_id = n.id AND w.name = 'withheld'
                    AND w.lifted_at IS NULL AND (w.region IS NULL OR w.region = $6)))))"""
"""The rule over rows `n` of note. Parameters 2 to 6 are `sight(viewer, people)`."""

Sight = tuple[int, list[int], list[int], list[int], str | None]


def sight(viewer: Viewer, people: Iterable[Person]) -> Sight:
    """The parameters of VISIBLE: the viewer, and of the authors at hand those in reach, followed, mutual; the region."""
    reach = [person for person in people if not person.is_apart]
    return (
        viewer.account_id,
        [person.id for person in reach],
        [person.id for person in reach if person.tie & FOLLOWS],
        [person.id for person in reach if person.tie & FOLLOWS and person.tie & FOLLOWED_BY],
        viewer.region,
    )


def is_visible(
    note: Note, viewer: Viewer, author: Person | None, withheld_in: Iterable[str | None] = ()
) -> bool:
    """Whether this viewer may see the note. `withheld_in` holds the regions of its labels, None for everywhere."""
    if note.deleted_at is not None:
        return False
    if note.author_id == viewer.account_id:
        return True
    if author is None or author.is_apart or note.state != "public":
        return False
    follows = bool(author.tie & FOLLOWS)
    in_audience = (
        note.audience == "everyone"
        or (note.audience == "followers" and follows)
        or (note.audience == "mutual" and follows and bool(author.tie & FOLLOWED_BY))
    )
    return in_audience and not any(region is None or region == viewer.region for region in withheld_in)


def has_public_words(note: Note) -> bool:
    """Whether its words may be translated once for everybody, wherever they stand."""
    return note.audience == "everyone" and note.state == "public"


def may_edit(note: Note, viewer: Viewer) -> bool:
    """Only the author may change, delete or restore a note."""
    return note.author_id == viewer.account_id and not viewer.is_guest


def is_hidden(
    viewer: Viewer, note_id: int, tags: Iterable[str], author: Person, *, is_named: bool = False
) -> bool:
    """Whether the viewer does not want to be offered a note: it, its author or one of its topics is hidden by them.

    `is_named`: its author was asked for by name, so that it does not matter whether they are.
    """
    return (
        (not is_named and bool(author.tie & MUTES))
        or note_id in viewer.hidden_notes
        or (bool(viewer.hidden_topics) and not viewer.hidden_topics.isdisjoint(tags))
    )
