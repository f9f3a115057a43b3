"""Records and events of captions."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.work.events import Event

Origin = Literal["heard", "author", "uploaded", "translated"]
"""heard: by a machine, and nobody has looked; author: written or corrected by them; uploaded: a file of theirs;
translated: rendered for this reader from what is spoken."""

SILENT = "und"
"""The language of a film in which nobody speaks."""
MOST_CUES, MOST_CUE_CHARACTERS, MOST_CHARACTERS = 2_000, 400, 200_000
BRIEF_MS = 100
"""Lines that are shown together for no longer follow one another: their times were rounded."""

TrackText = Annotated[str, Meta(description="WebVTT or SubRip")]


class Cue(Record, kw_only=True, frozen=True):
    """A line and when it is shown, in milliseconds. is_unsure: the machine was not sure that it heard well."""

    start_ms: int
    end_ms: int
    text: str
    is_unsure: bool = False


class Caption(Record, kw_only=True, frozen=True):
    """A stored track of a film."""

    note_id: Id
    media_id: Id
    lang: str
    origin: str
    is_spoken: bool
    cues: tuple[Cue, ...]
    before: tuple[Cue, ...] | None
    updated_at: datetime


class CaptionTrack(Record, kw_only=True, frozen=True):
    """A track as players are offered it. is_default: what is shown to this reader unless they choose otherwise."""

    media_id: Id
    lang: str
    origin: Origin
    is_default: bool
    url: str


class CaptionPage(Record, kw_only=True, frozen=True):
    """The cues of one track for one reader, and how far listening is: heard_ms of total_ms, equal when it is over.

    waits: how many of its passages are not translated yet.
    """

    media_id: Id
    lang: str
    origin: Origin
    cues: tuple[Cue, ...]
    waits: int = 0


class Hearing(Record, kw_only=True, frozen=True):
    """How far a film has been listened to: nobody began (waiting), some of it (hearing), all of it (done)."""

    state: Literal["waiting", "hearing", "done", "none"]
    heard_ms: int = 0
    total_ms: int = 0


class CaptionsChanged(Event, kw_only=True, frozen=True):
    """A track of a film is there, is another or is gone."""

    note_id: Id
    media_id: Id
