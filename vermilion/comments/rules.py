"""Who may see, delete and pin a comment, given that they may see its note."""

from vermilion.accounts.schema import Person
from vermilion.comments.schema import Comment
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer


def is_visible(comment: Comment, viewer: Viewer, author: Person | None) -> bool:
    """Public ones of people in reach, and those that wait for the viewer; one's own also while they wait or are hidden."""
    if comment.deleted_at is not None or author is None:
        return False
    if comment.author_id == viewer.account_id:
        return True
    return not author.is_apart and (comment.state == "public" or may_allow(comment, viewer))


def may_allow(comment: Comment, viewer: Viewer) -> bool:
    """Whether it waits for the viewer, the note's author."""
    return comment.state == "held" and not viewer.is_guest and comment.held_for == viewer.account_id


def may_delete(comment: Comment, viewer: Viewer, note_author: Id) -> bool:
    """Its author and the note's author."""
    return not viewer.is_guest and viewer.account_id in (comment.author_id, note_author)


def may_pin(comment: Comment, viewer: Viewer, note_author: Id) -> bool:
    """The note's author, comments of the first level."""
    return not viewer.is_guest and viewer.account_id == note_author and comment.parent_id is None
