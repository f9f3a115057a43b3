"""What can be the matter. Domains raise a kind and a code with facts; the web has status and sentence."""


class Problem(Exception):
    """A kind of error with a stable `code` and the `facts` a sentence about it needs."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Invalid(Problem):
    """What was sent does not fit; the fact `field` names where, if it is one field."""


class Unauthorized(Problem):
    """Nobody is signed in, or what was shown does not prove who asks."""


class Forbidden(Problem):
    """The viewer may see it but not do this to it."""


class NotFound(Problem):
    """It is not there, or this viewer may not know that it is."""


class Conflict(Problem):
    """It clashes with something that is there already."""


class TooMany(Problem):
    """Too often; the fact `retry_after` is in seconds."""


class Unavailable(Problem):
    """Not now: a full disk, a database that is not there, a full queue."""
