"""Rules that follow from labels, and the first screener."""

from datetime import datetime, timedelta

from vermilion.kernel.text import links_in

WITHHELD = "withheld"
"""The label that takes a subject out of one region, or (region NULL) out of all."""

NEW_ACCOUNT = timedelta(days=1)
MOST_LINKS = 10
MOST_LINKS_NEW = 1


def screen(text: str, joined_at: datetime, at: datetime) -> str | None:
    """Why a text must wait for a moderator, as a code, or None: too many links, more so from new accounts."""
    links = len(links_in(text))
    if links > MOST_LINKS:
        return "text_too_many_links"
    if links > MOST_LINKS_NEW and at - joined_at < NEW_ACCOUNT:
        return "new_account_links"
    return None
