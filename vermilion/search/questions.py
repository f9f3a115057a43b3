"""A question as it is counted, and whether others may ever be shown it."""

import re

from vermilion.engines.tokens import normal
from vermilion.search.query import Query

MOST_CHARACTERS = 60
"""A longer question says more about who asks it than about what is asked."""

_TELLING = re.compile(
    r"""@ | :// | \bwww\b | _                                # handles, e-mail, addresses
    | [^\W\d_]\.[^\W\d_]                                    # so do these: lisbon.example, mei.chen
    | (?:\d[\s\-‐–./()+]*){5}                               # numbers of telephones, houses, passports
    | [a-z]\d{3} | \d{3}[a-z]                               # mei1999
    """,
    re.VERBOSE,
)


def key_of(text: str) -> str:
    """A question as it is counted: in one width and case, its words parted by one space."""
    return " ".join(normal(text).split())


def may_be_shared(query: Query) -> bool:
    """Whether a question can be shown to others at all: plain words and #topics that name nobody and no number.

    Whether one of its words is a handle is asked when it is counted.
    """
    key = key_of(query.text)
    return (
        bool(query.groups or query.tags)
        and not (
            query.was_cut or query.people or query.without or query.phrases or query.langs or query.is_saved
        )
        and len(key) <= MOST_CHARACTERS
        and _TELLING.search(key) is None
    )
