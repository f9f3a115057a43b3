"""Who may see, delete and pin a comment, given that they may see its note."""

from vermilion.accounts.schema import Person
from vermilion.comments.schema import Comment
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer


def is_visible(comment: Comment, viewer: Viewer, author: Person | None) -> bool:
    """Public ones of people in reach; one's own also while they wait."""
    if comment.deleted_at is not None or author is None:
        return False
    return comment.author_id == viewer.account_id or (comment.state == "public" and not author.is_apart)


def may_delete(comment: Comment, viewer: Viewer, note_author: Id) -> bool:
    """Its author and the note's author."""
    return not viewer.is_guest and viewer.account_id in (comment.author_id, note_author)


def may_pin(comment: Comment, viewer: Viewer, note_author: Id) -> bool:
    """The note's author, comments of the first level."""
    return not viewer.is_guest and viewer.account_id == note_author and comment.parent_id is None
