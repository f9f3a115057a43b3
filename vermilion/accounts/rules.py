"""Who may do what about people."""

from vermilion.kernel.errors import Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer


def signed_in(viewer: Viewer) -> Id:
    """The viewer's account; raises Unauthorized("sign_in_first") for a guest."""
    if viewer.is_guest:
        raise Unauthorized("sign_in_first")
    return viewer.account_id
