"""The shapes and operations of the API of vermilion 0.1.0. Generated: see clients/generate.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar, cast
from urllib.parse import quote

import msgspec

T = TypeVar("T")

__all__ = [
    "Access",
    "AccessToken",
    "AccountCard",
    "AccountCardPage",
    "AlbumCard",
    "AlbumCardPage",
    "AlbumChoice",
    "AlbumPage",
    "Alike",
    "AlikeHit",
    "Answer",
    "Application",
    "Backlog",
    "BlobKind",
    "CaptionPage",
    "CaptionTrack",
    "Change",
    "Changed",
    "Channel",
    "Claim",
    "Closed",
    "Closing",
    "CommentCard",
    "CommentCardPage",
    "CommentSource",
    "CommentVersion",
    "CorrectionCard",
    "Cover",
    "Crop",
    "Cue",
    "Day",
    "DeadLetter",
    "Delivery",
    "Disk",
    "Draft",
    "Drafts",
    "EditAlbum",
    "EditApplication",
    "EditComment",
    "EditNote",
    "EditNoteDraft",
    "EditProfile",
    "EditSavedSearch",
    "EditSeries",
    "EditWebhook",
    "EditionCard",
    "EditionCardPage",
    "Explanation",
    "FieldError",
    "FilmCard",
    "FilmProgress",
    "Found",
    "Help",
    "HiddenTopic",
    "HistoryChoice",
    "Hit",
    "HotSearch",
    "JobKind",
    "Learner",
    "Liked",
    "LookHit",
    "Lookalikes",
    "Me",
    "Meaning",
    "ModelState",
    "NewAccount",
    "NewAlbum",
    "NewAnswer",
    "NewApplication",
    "NewComment",
    "NewCorrection",
    "NewCover",
    "NewDraft",
    "NewFilter",
    "NewNote",
    "NewNoteDraft",
    "NewPart",
    "NewPassword",
    "NewPicture",
    "NewQuiet",
    "NewReadings",
    "NewSavedSearch",
    "NewSeries",
    "NewSuggestion",
    "NewToken",
    "NewVersion",
    "NewWord",
    "NewlyMade",
    "NoteCard",
    "NoteCardPage",
    "NoteDraftCard",
    "NotePage",
    "NoteSource",
    "NoticeCard",
    "NoticeCardPage",
    "Offered",
    "OldPicture",
    "Overview",
    "Passage",
    "PassagePage",
    "PastSearch",
    "Picture",
    "PictureEdit",
    "PictureProgress",
    "PictureText",
    "PlacedFilter",
    "Placing",
    "ProblemDetail",
    "Profile",
    "Quiet",
    "Quote",
    "Readings",
    "Reason",
    "Registered",
    "RenderedText",
    "Reopening",
    "Report",
    "RoomLanguage",
    "SavedSearchCard",
    "Schedule",
    "Seen",
    "SeenBatch",
    "Sense",
    "Sentence",
    "SeriesCard",
    "SeriesPage",
    "SeriesPlace",
    "Server",
    "Session",
    "SlowStatement",
    "Snippet",
    "Source",
    "Suggested",
    "Suggestion",
    "SuggestionCard",
    "TableSize",
    "Tended",
    "Tending",
    "Token",
    "TopicNames",
    "TownCard",
    "Traffic",
    "TranslationState",
    "TranslatorProcess",
    "Undo",
    "Unread",
    "UploadCard",
    "UploadText",
    "Usage",
    "Versions",
    "Vote",
    "WatchFigures",
    "Watched",
    "WatchedBatch",
    "Webhook",
    "Wishes",
    "WordCard",
    "WordCardPage",
    "WrittenCaptions",
]


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can act for its owner: an application they let in, or a token they got for a script of their own."""

    id: str
    """An id: decimal digits."""
    kind: Literal["application", "token"]
    name: str
    address: str | None
    scopes: tuple[str, ...]
    created_at: str
    seen_at: str


class AccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token, shown this once."""

    access_token: str
    token_type: Literal["Bearer"]
    scope: str
    expires_in: int


class AccountCard(msgspec.Struct, frozen=True, kw_only=True):
    """A person as lists show them, with what the viewer has to do with them."""

    id: str
    """An id: decimal digits."""
    handle: str
    display_name: str
    avatar: str | None
    color: str
    follow: Literal["accepted", "none", "requested"]
    follows_viewer: bool
    is_muted: bool
    is_blocked: bool


class AlbumCard(msgspec.Struct, frozen=True, kw_only=True):
    """An album in a list."""

    id: str
    """An id: decimal digits."""
    account_id: str
    """An id: decimal digits."""
    name: str
    is_public: bool
    cover: Cover | None
    created_at: str


class AlbumChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One of the viewer's albums, and whether a note is in it."""

    id: str
    """An id: decimal digits."""
    name: str
    is_public: bool
    is_in: bool


class AlbumPage(msgspec.Struct, frozen=True, kw_only=True):
    """An album with whose it is."""

    id: str
    """An id: decimal digits."""
    account_id: str
    """An id: decimal digits."""
    name: str
    is_public: bool
    cover: Cover | None
    created_at: str
    owner: AccountCard
    is_mine: bool
    note_count: int
    is_longer: bool


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """The notes most like one; `terms`: what it was compared by."""

    items: tuple[AlikeHit, ...]
    terms: tuple[str, ...]


class AlikeHit(msgspec.Struct, frozen=True, kw_only=True):
    """A note that is like another; `shared`: what both of them have, the most telling first."""

    note: NoteCard
    shared: tuple[str, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What notes answer to a question, in their own sentences; none where nothing answers."""

    kind: Literal["duration", "hour", "number", "open", "place", "price", "way", "yes_no"]
    quotes: tuple[Quote, ...]
    disagreement: tuple[Claim, ...]
    instead: str | None


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """A registered application; `id` is its `client_id`."""

    name: str
    address: str
    redirects: tuple[str, ...]
    is_confidential: bool
    id: str
    """An id: decimal digits."""
    account_id: str
    """An id: decimal digits."""
    created_at: str


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """How much waits: for people at a page, for pages that were read, and ahead of any reader."""

    waited: int
    seen: int
    ahead: int
    oldest_s: float


class BlobKind(msgspec.Struct, frozen=True, kw_only=True):
    """Blobs of one kind: avatar, picture, film, caption or other."""

    kind: str
    count: int
    bytes: int


class CaptionPage(msgspec.Struct, frozen=True, kw_only=True):
    """The cues of one track for one reader, and how far listening is: heard_ms of total_ms, equal when it is over. waits: how many of its passages are not translated yet."""

    media_id: str
    """An id: decimal digits."""
    lang: str
    origin: Literal["author", "heard", "translated", "uploaded"]
    cues: tuple[Cue, ...]
    waits: int


class CaptionTrack(msgspec.Struct, frozen=True, kw_only=True):
    """A track as players are offered it. is_default: what is shown to this reader unless they choose otherwise."""

    media_id: str
    """An id: decimal digits."""
    lang: str
    origin: Literal["author", "heard", "translated", "uploaded"]
    is_default: bool
    url: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of text that stands in both, only in the older, or only in the newer."""

    kind: Literal["gone", "new", "same"]
    text: str


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """How many held jobs were queued anew, or dropped."""

    count: int


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A feed of several topics that mean the same in several languages."""

    key: str
    tags: tuple[str, ...]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What some of the notes say where others say something else."""

    says: str
    count: int


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """An account that is hidden; `gone_at` is when everything of it will be removed."""

    gone_at: str


class Closing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What it takes to close one's account."""

    password: str


class CommentCard(msgspec.Struct, frozen=True, kw_only=True):
    """A comment in a thread; first-level ones carry the beginning of their replies."""

    id: str
    """An id: decimal digits."""
    note_id: str
    """An id: decimal digits."""
    parent_id: str | None
    reply_to: AccountCard | None
    author: AccountCard
    body: Passage
    pictures: tuple[Picture, ...]
    like_count: int
    reply_count: int
    is_liked: bool
    is_pinned: bool
    is_mine: bool
    may_delete: bool
    may_pin: bool
    may_allow: bool
    asks_in: str | None
    state: str
    created_at: str
    edited_at: str | None
    filtered: str | None
    replies: tuple[CommentCard, ...]


class CommentSource(msgspec.Struct, frozen=True, kw_only=True):
    """A comment of one's own as its edit form needs it."""

    body: str
    lang: str | None
    versions: tuple[CommentVersion, ...]
    id: str
    """An id: decimal digits."""
    note_id: str
    """An id: decimal digits."""


class CommentVersion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The author's own words in another language."""

    lang: str
    """BCP 47"""
    body: str


class CorrectionCard(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader wrote in the place of a translation, and what the viewer may do about it."""

    id: str
    """An id: decimal digits."""
    account: AccountCard
    text: str
    lang: str
    state: Literal["accepted", "held", "proposed", "reverted"]
    score: int
    vote: int
    may_vote: bool
    may_accept: bool
    may_revert: bool
    created_at: str


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """What a card shows: the first picture, or a drawn cover (drawn is its address, picture None)."""

    width: int
    height: int
    mean_color: str
    picture: Picture | None
    drawn: str | None


class Crop(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept of a picture, in fractions of its sides once it is turned."""

    left: float
    top: float
    width: float
    height: float


class Cue(msgspec.Struct, frozen=True, kw_only=True):
    """A line and when it is shown, in milliseconds. is_unsure: the machine was not sure that it heard well."""

    start_ms: int
    end_ms: int
    text: str
    is_unsure: bool


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day of review: what is done, what is left, and the next word with its answers' intervals in seconds."""

    lang: str
    done: int
    due: int
    new: int
    word: WordCard | None
    intervals: tuple[int, ...]
    next_at: str | None
    may_undo: bool


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One held job: what it was to do, how often it was tried, and what went wrong last (kind and first words)."""

    id: str
    """An id: decimal digits."""
    name: str
    attempts: int
    created: str
    why: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Something sent, or on its way. `answer`: the last status, or private, unknown, unreachable, slow, redirect, rubbish."""

    id: str
    """An id: decimal digits."""
    kind: str
    state: Literal["arrived", "failed", "waiting"]
    attempts: int
    answer: str
    created_at: str
    due_at: str


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    """Room on the disk of a folder, in bytes; `is_low`: there should be more free than is."""

    free: int
    bytes: int
    is_low: bool


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The words in one language, as far as they are there."""

    lang: str
    """BCP 47"""
    state: Literal["no_translator", "poor", "ready", "same", "waiting"]
    text: str
    is_doubtful: bool


class Drafts(msgspec.Struct, frozen=True, kw_only=True):
    """One for each language asked for, in that order. lang: the language of the words themselves."""

    lang: str
    """BCP 47"""
    drafts: tuple[Draft, ...]


class EditAlbum(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What may be changed of an album; None leaves it as it is. `cover_id`: one of its notes, 0: the first."""

    name: str | None = None
    is_public: bool | None = None
    cover_id: str | None = None


class EditApplication(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a developer says of an application. `redirects` are the addresses its people are sent back to."""

    name: str
    address: str
    redirects: tuple[str, ...]


class EditComment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A comment's words as they shall stand; its pictures and what it answers stay."""

    body: str = ""
    lang: str | None = None
    versions: tuple[CommentVersion, ...] = ()


class EditNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The whole note as it shall stand; pictures name uploads or the note's own."""

    title: str = ""
    body: str = ""
    lang: str | None = None
    audience: Literal["everyone", "followers", "me", "mutual"] = "everyone"
    made_with_ai: bool = False
    place_name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    place_id: str | None = None
    pictures: tuple[NewPicture, ...] = ()
    versions: tuple[NewVersion, ...] = ()


class EditNoteDraft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The whole draft as it shall stand. version: the one it was written from."""

    note: NewNote
    version: int


class EditProfile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person may change of their own account; None leaves a field as it is."""

    display_name: str | None = None
    bio: str | None = None
    region: str | None = None
    reads: tuple[str, ...] | None = None
    interface: str | None = None
    translate: Literal["auto", "tap"] | None = None
    shown: Literal["both", "original", "translation"] | None = None
    learns: str | None = None
    interests: tuple[str, ...] | None = None
    approves_followers: bool | None = None
    may_list: bool | None = None
    may_train: bool | None = None


class EditSavedSearch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A saved search called something else."""

    name: str


class EditSeries(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to change; None leaves it. note_ids: all its parts in another order."""

    title: str | None = None
    note_ids: tuple[str, ...] | None = None


class EditWebhook(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where one's own events go, and which."""

    address: str
    kinds: tuple[
        Literal[
            "account.follow_accepted",
            "account.follow_requested",
            "account.followed",
            "account.mentioned",
            "comment.replied",
            "note.commented",
            "note.hidden",
            "note.liked",
            "note.released",
        ],
        ...,
    ]


class EditionCard(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a note or comment, and in what it differs from the one before; the first differs in nothing."""

    title: str
    body: str
    lang: str
    """BCP 47"""
    tags: tuple[str, ...]
    place_name: str | None
    pictures: tuple[OldPicture, ...]
    since: str
    until: str | None
    is_first: bool
    title_changes: tuple[Change, ...]
    body_changes: tuple[Change, ...]
    pictures_in: tuple[OldPicture, ...]
    pictures_out: tuple[OldPicture, ...]
    are_reordered: bool
    are_described: bool
    place_before: str | None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """All that is said of a word: what it means, the glossary first; the viewer's own entry, the sentence it stood in."""

    word: str
    form: str
    lang: str
    reading: str
    meanings: tuple[Meaning, ...]
    saved: WordCard | None
    sentence: Sentence | None


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """One field that does not fit, named as in the body sent."""

    field: str
    message: str


class FilmCard(msgspec.Struct, frozen=True, kw_only=True):
    """A film as pages play it; the picture it hangs on is its cover. playlist: the HLS master playlist; file: the whole of it as one MP4 in the smallest size; thumbs: WebVTT for scrubbing; preview: six silent seconds as MP4. is_playable False: only its author sees it, and it is still being prepared."""

    width: int
    height: int
    duration_ms: int
    has_sound: bool
    is_playable: bool
    playlist: str
    file: str
    thumbs: str
    preview: str | None


class FilmProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a film of one's own is. step: the size being made, or `extras`; progress: of it, in hundredths. reason: why it failed, a code. cover_ms -1: its cover is a picture. preview: its cover, for its owner."""

    id: str
    """An id: decimal digits."""
    state: Literal["failed", "playable", "preparing", "ready", "uploading"]
    reason: str | None
    length: int
    received: int
    step: str
    progress: int
    sizes: tuple[str, ...]
    duration_ms: int
    width: int
    height: int
    has_sound: bool
    cover_ms: int
    preview: str | None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of answers. is_truncated: there are more notes with these words than were looked at."""

    items: tuple[Hit, ...]
    next: str | None
    is_truncated: bool
    is_by_meaning: bool
    instead: str | None
    is_weak: bool


class Help(msgspec.Struct, frozen=True, kw_only=True):
    """What stands under a comment whose author asks to be corrected."""

    comment_id: str
    """An id: decimal digits."""
    lang: str
    """BCP 47"""
    is_mine: bool
    may_suggest: bool
    original: str
    suggestions: tuple[SuggestionCard, ...]


class HiddenTopic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic that is hidden, and since when."""

    tag: str
    created_at: str


class HistoryChoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether what one asks is kept and counted; `erase`: what is kept so far goes."""

    keeps_history: bool
    erase: bool = False


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A note that answers."""

    note: NoteCard
    marks: tuple[tuple[int, int], ...]
    original_marks: tuple[tuple[int, int], ...]
    snippet: Snippet | None


class HotSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A question that many ask, and how many different people did so in the last seven days."""

    question: str
    people: int


class JobKind(msgspec.Struct, frozen=True, kw_only=True):
    """Jobs of one name; `oldest_s`: for how long the first of those that are not held has waited."""

    name: str
    waiting: int
    under_way: int
    held: int
    oldest_s: float


class Learner(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How somebody learns: where their day begins, and how many new words it brings."""

    zone: str = "UTC"
    """a time zone of the IANA database"""
    day_start: int = 4
    new_a_day: int = 20


class Liked(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a like or save: as it stands now, counted with one's own."""

    is_on: bool
    count: int


class LookHit(msgspec.Struct, frozen=True, kw_only=True):
    """A note with a picture that looks alike, by how many of 256 bits it differs."""

    note: NoteCard
    distance: int


class Lookalikes(msgspec.Struct, frozen=True, kw_only=True):
    """Notes with the same picture (it may be shrunk, squeezed or have words on it), and with a similar one."""

    same: tuple[LookHit, ...]
    similar: tuple[LookHit, ...]
    is_plain: bool


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """One's own account."""

    id: str
    """An id: decimal digits."""
    handle: str
    display_name: str
    bio: str
    bio_lang: str
    region: str | None
    reads: tuple[str, ...]
    interface: str | None
    translate: Literal["auto", "tap"]
    shown: Literal["both", "original", "translation"]
    interests: tuple[str, ...]
    avatar: str | None
    color: str
    approves_followers: bool
    may_list: bool | None
    may_train: bool | None
    created_at: str


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """A word as a dictionary has it."""

    word: str
    other_spelling: str
    reading: str
    measure: str
    senses: tuple[Sense, ...]


class ModelState(msgspec.Struct, frozen=True, kw_only=True):
    """Weights of the lock and whether they are here: absent, partial, unchecked (right size), whole, wrong."""

    name: str
    use: str
    state: str
    bytes: int


class NewAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody sends to join."""

    handle: str
    display_name: str
    password: str
    reads: tuple[str, ...] = ("en",)


class NewAlbum(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody sends for a new album; one that is not public only its owner sees."""

    name: str
    is_public: bool = True


class NewAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How well a word was remembered."""

    rating: int


class NewApplication(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An application to be registered."""

    name: str
    address: str
    redirects: tuple[str, ...]
    is_confidential: bool = False


class NewComment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody says under a note: words or a picture at least. reply_to: the comment answered."""

    body: str = ""
    lang: str | None = None
    reply_to: str | None = None
    pictures: tuple[NewPicture, ...] = ()
    versions: tuple[CommentVersion, ...] = ()


class NewCorrection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A better translation, into a language one reads; lang None: the first of them that is not the text's own."""

    text: str
    lang: str | None = None


class NewCover(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a film's cover shows: the frame at `at_ms`, or a picture that was sent."""

    at_ms: int | None = None
    picture: str | None = None


class NewDraft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words and the languages they are wanted in. lang None: detected; part: what they are to become."""

    text: str
    into: tuple[str, ...]
    lang: str | None = None
    part: Literal["body", "comment", "title"] = "comment"


class NewFilter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A word to be filtered: in what one reads (fold, gone), or in comments under one's notes (hold, hide)."""

    place: Literal["comments", "reading"]
    word: str
    is_whole: bool = True
    manner: Literal["fold", "gone", "hide", "hold"]


class NewNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an author sends: a title, a body or a picture at least. lang None: detected."""

    title: str = ""
    body: str = ""
    lang: str | None = None
    audience: Literal["everyone", "followers", "me", "mutual"] = "everyone"
    made_with_ai: bool = False
    place_name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    place_id: str | None = None
    pictures: tuple[NewPicture, ...] = ()
    versions: tuple[NewVersion, ...] = ()


class NewNoteDraft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody is writing, to be kept; pictures are uploads of one's own."""

    note: NewNote


class NewPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of which series a note of one's own shall be a part, at its end; None: of none."""

    series_id: str | None


class NewPassword(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change of password; every other session and token ends."""

    old: str
    new: str


class NewPicture(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An upload to stand in a note, or (when editing) a picture that stands in it already."""

    id: str
    """An id: decimal digits."""
    alt: str = ""


class NewQuiet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Quiet hours: minutes after midnight in a zone of the IANA database."""

    zone: str
    begins: int
    ends: int


class NewReadings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Texts in a language that is learnt; 20,000 characters in all."""

    lang: Literal["en", "zh"]
    texts: tuple[str, ...]


class NewSavedSearch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A search to be told of; without a name it is called what it asks."""

    question: str
    name: str = ""
    who: Literal["everybody", "followed"] = "everybody"
    lang: str | None = None


class NewSeries(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody sends to begin a series. lang None: detected."""

    title: str
    lang: str | None = None


class NewSuggestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A comment as somebody who speaks its language would say it."""

    text: str


class NewToken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an application sends for a bearer token."""

    handle: str
    password: str
    application: str
    scopes: tuple[Literal["account", "notices", "public", "react", "read", "write"], ...] = ("read",)


class NewVersion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The author's own words in another language."""

    lang: str
    """BCP 47"""
    title: str = ""
    body: str = ""


class NewWord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A word to be saved, and where it stood. known: it is known already and shall not be asked for."""

    word: str
    lang: Literal["en", "zh"]
    form: str | None = None
    reading: str = ""
    note_id: str | None = None
    comment_id: str | None = None
    known: bool = False


class NewlyMade(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook with its secret, which is shown this once."""

    webhook: Webhook
    secret: str


class NoteCard(msgspec.Struct, frozen=True, kw_only=True):
    """A note in a list."""

    id: str
    """An id: decimal digits."""
    author: AccountCard
    title: Passage
    cover: Cover
    picture_count: int
    like_count: int
    is_liked: bool
    state: Literal["draft", "held", "hidden", "pending", "public"]
    audience: Literal["everyone", "followers", "me", "mutual"]
    made_with_ai: bool
    created_at: str
    reason: Reason | None
    filtered: str | None


class NoteDraftCard(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as its owner sees it. pictures: those of its note that are still there."""

    id: str
    """An id: decimal digits."""
    version: int
    note: NewNote
    pictures: tuple[UploadCard, ...]
    gone_count: int
    parted_from: str | None
    created_at: str
    changed_at: str
    due_at: str | None
    zone: str
    failed: str | None


class NotePage(msgspec.Struct, frozen=True, kw_only=True):
    """A note with everything its own page shows except the thread."""

    id: str
    """An id: decimal digits."""
    author: AccountCard
    title: Passage
    body: Passage
    tags: tuple[str, ...]
    cover: Cover
    pictures: tuple[Picture, ...]
    place_name: str | None
    latitude: float | None
    longitude: float | None
    place: TownCard | None
    audience: Literal["everyone", "followers", "me", "mutual"]
    state: Literal["draft", "held", "hidden", "pending", "public"]
    state_reason: str | None
    made_with_ai: bool
    like_count: int
    save_count: int
    comment_count: int
    is_liked: bool
    is_saved: bool
    is_mine: bool
    is_for_everybody: bool
    wishes: Wishes
    created_at: str
    edited_at: str | None
    deleted_at: str | None
    series_id: str | None


class NoteSource(msgspec.Struct, frozen=True, kw_only=True):
    """A note as its edit form needs it: what was sent, and the pictures as shown."""

    title: str
    body: str
    lang: str | None
    audience: Literal["everyone", "followers", "me", "mutual"]
    made_with_ai: bool
    place_name: str | None
    latitude: float | None
    longitude: float | None
    place_id: str | None
    pictures: tuple[NewPicture, ...]
    versions: tuple[NewVersion, ...]
    id: str
    """An id: decimal digits."""
    shown: tuple[Picture, ...]


class NoticeCard(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, gathered: the newest few who did it, and how many in all."""

    id: str
    """An id: decimal digits."""
    kind: Literal[
        "commented",
        "corrected",
        "follow_accepted",
        "follow_requested",
        "followed",
        "found",
        "liked",
        "mentioned",
        "not_published",
        "replied",
        "thanked",
        "translation_corrected",
        "webhook_off",
    ]
    actors: tuple[AccountCard, ...]
    actor_count: int
    note_id: str | None
    comment_id: str | None
    at: str
    title: str
    title_lang: str
    title_kind: Literal["corrected", "machine", "missing", "original", "partly", "poor", "version"]
    excerpt: str
    excerpt_lang: str
    search_id: str | None
    draft_id: str | None
    said: Passage | None
    is_read: bool
    updated_at: str


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A town that is offered while somebody types. `typed`: the name that begins so, where it is not the one shown."""

    town: TownCard
    typed: str | None


class OldPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of a note and its description."""

    id: str
    """An id: decimal digits."""
    alt: str


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """How the room is. `blobs` None: the store does not answer; `slow`: since `serve` was started, costliest first. `disk` is that of the data folder, `blobs_disk` that of pictures and films where it is another one of this machine."""

    jobs: tuple[JobKind, ...]
    dead_letters: tuple[DeadLetter, ...]
    server: Server
    tables: tuple[TableSize, ...]
    blobs: Usage | None
    disk: Disk
    blobs_disk: Disk | None
    webhooks: Traffic
    slow: tuple[SlowStatement, ...]
    versions: Versions
    waiting: Backlog
    translators: tuple[TranslatorProcess, ...]
    models: tuple[ModelState, ...]


class AccountCardPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some things in order, and the cursor that asks for those after them (None: that was all)."""

    items: tuple[AccountCard, ...]
    next: str | None


class AlbumCardPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some things in order, and the cursor that asks for those after them (None: that was all)."""

    items: tuple[AlbumCard, ...]
    next: str | None


class CommentCardPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some things in order, and the cursor that asks for those after them (None: that was all)."""

    items: tuple[CommentCard, ...]
    next: str | None


class EditionCardPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some things in order, and the cursor that asks for those after them (None: that was all)."""

    items: tuple[EditionCard, ...]
    next: str | None


class NoteCardPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some things in order, and the cursor that asks for those after them (None: that was all)."""

    items: tuple[NoteCard, ...]
    next: str | None


class NoticeCardPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some things in order, and the cursor that asks for those after them (None: that was all)."""

    items: tuple[NoticeCard, ...]
    next: str | None


class WordCardPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some things in order, and the cursor that asks for those after them (None: that was all)."""

    items: tuple[WordCard, ...]
    next: str | None


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A text for one reader: `text` in `lang` is what to show first; `original` differs when it is another language's."""

    text: str
    lang: str
    original: str
    original_lang: str
    kind: Literal["corrected", "machine", "missing", "original", "partly", "poor", "version"]
    part: Literal["alt", "bio", "body", "caption", "comment", "picture", "tag", "title"]
    subject_id: str | None
    key: str | None
    by: str | None


class PassagePage(msgspec.Struct, frozen=True, kw_only=True):
    """A text for one reader, and what readers wrote to correct its translation."""

    place: str
    passage: Passage
    corrections: tuple[CorrectionCard, ...]


class PastSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A question of one's own."""

    id: str
    """An id: decimal digits."""
    question: str
    asked_at: str


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as pages show it. `thumbhash` is base64; `mean_color` "#rrggbb"."""

    id: str
    """An id: decimal digits."""
    kind: Literal["film", "picture"]
    width: int
    height: int
    thumbhash: str
    mean_color: str
    alt: str
    alt_lang: str
    sources: tuple[Source, ...]
    texts: tuple[PictureText, ...]
    description: Passage | None
    film: FilmCard | None


class PictureEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is done to a picture: turned by so many degrees clockwise, then cut; crop None: nothing is cut off."""

    turn: Literal[0, 90, 180, 270] = 0
    crop: Crop | None = None


class PictureProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a picture of one's own is. card: once it has arrived, what stands in a note then."""

    id: str
    """An id: decimal digits."""
    length: int
    received: int
    card: UploadCard | None


class PictureText(msgspec.Struct, frozen=True, kw_only=True):
    """A line in a picture, for one reader, and where it stands. quad: x and y of its four corners, clockwise from where it begins, in fractions of the picture's width and height. The same as a box turned about its middle: left, top, width, height in such fractions, angle in degrees. ink, ground: the colours of its letters and of what is behind them, "#rrggbb"."""

    words: Passage
    quad: tuple[float, ...]
    left: float
    top: float
    width: float
    height: float
    angle: float
    ink: str
    ground: str


class PlacedFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A word that is filtered, and where."""

    word: str
    written: str
    is_whole: bool
    manner: str
    place: Literal["comments", "reading"]


class Placing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a note of an album shall stand: before or after another one of it, or `at` a place from 1 on; none: at the end."""

    before: str | None = None
    after: str | None = None
    at: int | None = None


class ProblemDetail(msgspec.Struct, frozen=True, kw_only=True):
    """An error as RFC 9457 has it. `code` is stable; further members are the facts of that code."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[FieldError, ...]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A person's page."""

    id: str
    """An id: decimal digits."""
    handle: str
    display_name: str
    avatar: str | None
    color: str
    follow: Literal["accepted", "none", "requested"]
    follows_viewer: bool
    is_muted: bool
    is_blocked: bool
    portrait: str | None
    bio: str
    bio_lang: str
    region: str | None
    note_count: int
    follower_count: int
    following_count: int
    approves_followers: bool
    wishes: Wishes
    is_viewer: bool
    created_at: str


class Quiet(msgspec.Struct, frozen=True, kw_only=True):
    """Quiet hours: `begins` and `ends` are minutes after midnight in `zone`; they may go over midnight."""

    zone: str
    begins: int
    ends: int


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that answers, out of a note."""

    note_id: str
    """An id: decimal digits."""
    title: Passage
    author: AccountCard
    place_name: str | None
    created_at: str
    said: Snippet
    at: int
    reason: Reason


class Readings(msgspec.Struct, frozen=True, kw_only=True):
    """The texts asked for, each in pieces."""

    texts: tuple[tuple[Token, ...], ...]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a note stands where it stands: the source that offered it and the terms of its rank."""

    source: str
    terms: dict[str, float]


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """An application with its secret, which is shown this once; a public one has none."""

    application: Application
    client_secret: str | None


class RenderedText(msgspec.Struct, frozen=True, kw_only=True):
    """A text a machine has translated; empty where it could not be translated well."""

    key: str
    lang: str
    source_lang: str
    text: str


class Reopening(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What it takes to take a closed account back."""

    handle: str
    password: str


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong with a correction."""

    reason: str


class RoomLanguage(msgspec.Struct, frozen=True, kw_only=True):
    """A language of the room and what it calls itself."""

    lang: str
    name: str


class SavedSearchCard(msgspec.Struct, frozen=True, kw_only=True):
    """A saved search, and how many notes answer it that one has not looked at there; at most thirty are kept."""

    id: str
    """An id: decimal digits."""
    name: str
    question: str
    is_followed: bool
    lang: str | None
    new_count: int
    created_at: str


class Schedule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a draft shall publish itself: between one hour and 60 days from now."""

    at: str
    zone: str = "UTC"
    """a time zone of the IANA database"""


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A card that was on screen, or a note that was opened."""

    kind: Literal["impression", "opening"]
    note_id: str
    """An id: decimal digits."""
    surface: Literal[
        "explore", "following", "link", "notices", "place", "profile", "saved", "search", "topic", "watch"
    ]
    source: str = ""
    position: int = 0


class SeenBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a browser or client reports at once."""

    events: tuple[Seen, ...]


class Sense(msgspec.Struct, frozen=True, kw_only=True):
    """One meaning, told to this reader. `said`: how one says it, of the glossary."""

    meaning: Passage
    example: str
    example_meaning: str
    source: Literal["cc-cedict", "glossary", "machine"]


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence of a note or comment the viewer may see; the word stands from `start` to `end` in it."""

    note_id: str
    """An id: decimal digits."""
    comment_id: str | None
    text: str
    start: int
    end: int


class SeriesCard(msgspec.Struct, frozen=True, kw_only=True):
    """A series in a list. part_count: of what the viewer may see."""

    id: str
    """An id: decimal digits."""
    account_id: str
    """An id: decimal digits."""
    title: str
    lang: str
    """BCP 47"""
    part_count: int
    created_at: str


class SeriesPage(msgspec.Struct, frozen=True, kw_only=True):
    """A series with those of its parts that the viewer may see, in order."""

    id: str
    """An id: decimal digits."""
    account_id: str
    """An id: decimal digits."""
    title: str
    lang: str
    """BCP 47"""
    part_count: int
    created_at: str
    owner: AccountCard
    is_mine: bool
    parts: tuple[NoteCard, ...]


class SeriesPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of its series a note is, of those the viewer may see."""

    id: str
    """An id: decimal digits."""
    account_id: str
    """An id: decimal digits."""
    title: str
    lang: str
    """BCP 47"""
    part: int
    part_count: int
    previous: str | None
    next: str | None


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """The server and our database in it; `connections` are those to this database."""

    version: str
    vector: str
    bytes: int
    connections: int
    most_connections: int
    migration: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One signed-in browser or one application's token, as its owner sees it."""

    id: str
    """An id: decimal digits."""
    kind: Literal["session", "token"]
    agent: str
    scopes: tuple[str, ...]
    created_at: str
    seen_at: str
    expires_at: str


class SlowStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement as it stands in the code: how often it was slow, how long it took at the most and in all."""

    text: str
    count: int
    longest_ms: float
    total_ms: float
    last_at: str


class Snippet(msgspec.Struct, frozen=True, kw_only=True):
    """The passage of a note around what was asked for: in the reader's language, and as it was written. `kind` and `key` are those of the whole text, of which only this passage is shown."""

    text: str
    lang: str
    marks: tuple[tuple[int, int], ...]
    original: str
    original_lang: str
    original_marks: tuple[tuple[int, int], ...]
    kind: Literal["corrected", "machine", "missing", "original", "partly", "poor", "version"]
    key: str | None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One file a browser may choose."""

    url: str
    width: int
    format: Literal["avif", "webp"]


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """A word one met often lately and has not saved."""

    word: str
    reading: str
    count: int
    sentence: Sentence


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may mean who has typed its beginning. `target`: a note's id, a handle, or the name itself."""

    kind: Literal["asked", "person", "place", "recent", "tag", "title"]
    text: str
    target: str


class SuggestionCard(msgspec.Struct, frozen=True, kw_only=True):
    """A correction as readers see it."""

    id: str
    """An id: decimal digits."""
    author: AccountCard
    text: str
    is_thanked: bool
    is_mine: bool
    created_at: str


class TableSize(msgspec.Struct, frozen=True, kw_only=True):
    """A table with its indexes; `rows` is the server's estimate."""

    name: str
    bytes: int
    rows: int


class Tended(msgspec.Struct, frozen=True, kw_only=True):
    """How many comments were changed, and when: by the moment it is undone, within ten minutes."""

    count: int
    at: str


class Tending(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the author of a note does to many comments under it."""

    deed: Literal["allow", "hide", "remove", "unpin"]
    ids: tuple[str, ...]


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a text: a word with its reading and how well it is known, or (key "") what stands between words."""

    text: str
    key: str
    reading: str
    level: int


class TopicNames(msgspec.Struct, frozen=True, kw_only=True):
    """A topic: what the reader calls it, and its names by language."""

    tag: str
    name: str
    names: dict[str, str]


class TownCard(msgspec.Struct, frozen=True, kw_only=True):
    """A town as a reader calls it. `country`: ISO 3166-1 alpha-2; population 0: not known."""

    id: str
    """An id: decimal digits."""
    name: str
    country: str
    latitude: float
    longitude: float
    population: int


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries that wait (`oldest_s` since the oldest came about, 0 where none does) or were given up in the last week. Then webhooks: `active` ones, of those `failing` where the last delivery did not arrive, and those `switched_off` for that."""

    waiting: int
    oldest_s: float
    given_up: int
    active: int
    failing: int
    switched_off: int


class TranslationState(msgspec.Struct, frozen=True, kw_only=True):
    """The translator: its state, the progress of its download (0 to 1), the outside hosts words go to, what waits."""

    state: Literal["failed", "none", "pulling", "ready", "starting"]
    progress: float
    hosts: tuple[str, ...]
    waiting: Backlog


class TranslatorProcess(msgspec.Struct, frozen=True, kw_only=True):
    """One translator process as its operator sees it; `under_way`: texts it holds."""

    name: str
    state: str
    progress: float
    hosts: tuple[str, ...]
    why: str
    seen_at: str
    under_way: int


class Undo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The moment at which something was done to comments, as its answer had it."""

    at: str


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """How many notices are unread, as a badge tells it; in quiet hours 0, and when they end."""

    count: int
    quiet_until: str | None


class UploadCard(msgspec.Struct, frozen=True, kw_only=True):
    """An upload as its owner sees it; `preview` is an address only they can open."""

    id: str
    """An id: decimal digits."""
    kind: Literal["film", "picture"]
    width: int
    height: int
    preview: str
    whole: str
    edit: PictureEdit


class UploadText(msgspec.Struct, frozen=True, kw_only=True):
    """What is written in an upload, a line each; is_read False: it is still being read."""

    is_read: bool
    text: str


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What lies in the store; not `is_whole` where counting it would have taken too long, then it is more than that."""

    kinds: tuple[BlobKind, ...]
    is_whole: bool


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """What runs here; `migration` is the last one the database has had."""

    vermilion: str
    python: str
    postgres: str
    vector: str
    migration: str


class Vote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one thinks of a correction: good, bad or neither."""

    value: Literal[-1, 0, 1]


class WatchFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What the author of a film learns of its watches: how many, and by how much of it each saw on average."""

    watches: int
    mean_share: float
    seconds: float


class Watched(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far one viewing of a film has come. `key` is the player's own and the same until it ends."""

    note_id: str
    """An id: decimal digits."""
    key: str
    seconds: float
    """played so far"""
    share: float
    """of the film, seen so far"""


class WatchedBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a player reports every few seconds, or when it is left; sent again it counts once."""

    watches: tuple[Watched, ...]


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook. `failing_since`: nothing has arrived since; `disabled_at`: it was switched off for that."""

    address: str
    kinds: tuple[
        Literal[
            "account.follow_accepted",
            "account.follow_requested",
            "account.followed",
            "account.mentioned",
            "comment.replied",
            "note.commented",
            "note.hidden",
            "note.liked",
            "note.released",
        ],
        ...,
    ]
    id: str
    """An id: decimal digits."""
    created_at: str
    failing_since: str | None
    disabled_at: str | None


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What an author lets programs do with what they publish; null: they have not said, and it is as the room has it."""

    may_list: bool | None
    may_train: bool | None


class WordCard(msgspec.Struct, frozen=True, kw_only=True):
    """A saved word in a list."""

    id: str
    """An id: decimal digits."""
    lang: str
    word: str
    reading: str
    is_known: bool
    level: int
    sentence: Sentence | None
    review_count: int
    due_at: str
    created_at: str


class WrittenCaptions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A track as WebVTT or SubRip. is_file: it is a file somebody made, not one corrected here."""

    text: str
    """WebVTT or SubRip"""
    is_file: bool = False
    """shown as uploaded"""


class Operations:
    """Every operation as a method; how they are sent is in `client.py`."""

    def _call(
        self,
        gives: type[T],
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: msgspec.Struct | None = None,
        content: bytes | None = None,
    ) -> T:
        raise NotImplementedError

    def list_places(self, *, q: str, near: str | None = None) -> list[Offered]:
        """Towns one of whose names begins so, in whatever language and writing; eight at most. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(list[Offered], "GET", "/api/v1/places", query={"q": q, "near": near})

    def get_place(self, place_id: str) -> TownCard:
        """A town, as the reader calls it. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(TownCard, "GET", f"/api/v1/places/{quote(place_id, safe='')}")

    def notes_of_place(
        self, place_id: str, *, sort: Literal["newest", "best"] | None = None, cursor: str | None = None
    ) -> NoteCardPage:
        """The notes written in a town that the reader may see, the newest or the best first. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            NoteCardPage,
            "GET",
            f"/api/v1/feeds/places/{quote(place_id, safe='')}",
            query={"sort": sort, "cursor": cursor},
        )

    def get_arriving(self, picture_id: str) -> PictureProgress:
        """How far a picture of your own is, and once it has arrived, its card. HEAD tells the offset by tus. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(PictureProgress, "GET", f"/api/v1/pictures/{quote(picture_id, safe='')}")

    def discard_arriving(self, picture_id: str) -> None:
        """Throw a picture away, arrived or not, that stands in no note. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/pictures/{quote(picture_id, safe='')}")

    def join(self, data: NewAccount, *, idempotency_key: str | None = None) -> Me:
        """Open an account. Sign in with a bearer token of POST /tokens."""
        return self._call(
            Me, "POST", "/api/v1/accounts", headers={"Idempotency-Key": idempotency_key}, body=data
        )

    def get_me(self) -> Me:
        """One's own account. Scope of a token: `read`."""
        return self._call(Me, "GET", "/api/v1/me")

    def edit_me(self, data: EditProfile) -> Me:
        """Change what is given of one's own account and leave the rest. Scope of a token: `account`."""
        return self._call(Me, "PATCH", "/api/v1/me", body=data)

    def change_password(self, data: NewPassword) -> None:
        """Set a new password; every other session and token ends. For somebody signed in; no token can do this."""
        self._call(type(None), "PUT", "/api/v1/me/password", body=data)

    def close_account(self, data: Closing) -> Closed:
        """Close one's account: hidden at once, gone after fourteen days; every session and token ends. For somebody signed in; no token can do this."""
        return self._call(Closed, "POST", "/api/v1/me/closing", body=data)

    def reopen_account(self, data: Reopening) -> None:
        """Take back an account that was closed; then get a token as ever. One that is open stays so."""
        self._call(type(None), "POST", "/api/v1/accounts/reopening", body=data)

    def set_avatar(self, content: bytes) -> Me:
        """Set one's picture; the body is the file itself. Scope of a token: `account`."""
        return self._call(Me, "PUT", "/api/v1/me/avatar", content=content)

    def remove_avatar(self) -> Me:
        """Take one's picture away. Scope of a token: `account`."""
        return self._call(Me, "DELETE", "/api/v1/me/avatar")

    def list_follow_requests(self, *, cursor: str | None = None) -> AccountCardPage:
        """Who asks to follow. Scope of a token: `read`."""
        return self._call(AccountCardPage, "GET", "/api/v1/me/follow-requests", query={"cursor": cursor})

    def approve_follower(self, account_id: str) -> AccountCard:
        """Let somebody follow who asked to. Scope of a token: `account`."""
        return self._call(AccountCard, "PUT", f"/api/v1/me/follow-requests/{quote(account_id, safe='')}")

    def refuse_follower(self, account_id: str) -> AccountCard:
        """Do not let somebody follow who asked to. Scope of a token: `account`."""
        return self._call(AccountCard, "DELETE", f"/api/v1/me/follow-requests/{quote(account_id, safe='')}")

    def list_blocked(self, *, cursor: str | None = None) -> AccountCardPage:
        """Whom one has blocked. Scope of a token: `read`."""
        return self._call(AccountCardPage, "GET", "/api/v1/me/blocked", query={"cursor": cursor})

    def list_muted(self, *, cursor: str | None = None) -> AccountCardPage:
        """Whom one has muted. Scope of a token: `read`."""
        return self._call(AccountCardPage, "GET", "/api/v1/me/muted", query={"cursor": cursor})

    def get_profile(self, handle: str) -> Profile:
        """A person's page, by handle. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(Profile, "GET", f"/api/v1/profiles/{quote(handle, safe='')}")

    def list_followers(self, account_id: str, *, cursor: str | None = None) -> AccountCardPage:
        """Who follows a person, the newest first. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            AccountCardPage,
            "GET",
            f"/api/v1/accounts/{quote(account_id, safe='')}/followers",
            query={"cursor": cursor},
        )

    def list_following(self, account_id: str, *, cursor: str | None = None) -> AccountCardPage:
        """Whom a person follows, the newest first. Scope of a token: `read`."""
        return self._call(
            AccountCardPage,
            "GET",
            f"/api/v1/accounts/{quote(account_id, safe='')}/following",
            query={"cursor": cursor},
        )

    def follow(self, account_id: str) -> AccountCard:
        """Follow a person, or ask to. Scope of a token: `react`."""
        return self._call(AccountCard, "PUT", f"/api/v1/accounts/{quote(account_id, safe='')}/follow")

    def unfollow(self, account_id: str) -> AccountCard:
        """Stop following, or take the request back. Scope of a token: `react`."""
        return self._call(AccountCard, "DELETE", f"/api/v1/accounts/{quote(account_id, safe='')}/follow")

    def block(self, account_id: str) -> AccountCard:
        """Block a person: neither sees the other. Scope of a token: `react`."""
        return self._call(AccountCard, "PUT", f"/api/v1/accounts/{quote(account_id, safe='')}/block")

    def unblock(self, account_id: str) -> AccountCard:
        """Lift a block. Scope of a token: `react`."""
        return self._call(AccountCard, "DELETE", f"/api/v1/accounts/{quote(account_id, safe='')}/block")

    def mute(self, account_id: str) -> AccountCard:
        """Keep a person out of one's feeds, unknown to them. Scope of a token: `react`."""
        return self._call(AccountCard, "PUT", f"/api/v1/accounts/{quote(account_id, safe='')}/mute")

    def unmute(self, account_id: str) -> AccountCard:
        """Lift a mute. Scope of a token: `react`."""
        return self._call(AccountCard, "DELETE", f"/api/v1/accounts/{quote(account_id, safe='')}/mute")

    def issue_token(self, data: NewToken, *, idempotency_key: str | None = None) -> AccessToken:
        """A bearer token for an application, by handle and password. It is shown this once."""
        return self._call(
            AccessToken, "POST", "/api/v1/tokens", headers={"Idempotency-Key": idempotency_key}, body=data
        )

    def list_sessions(self) -> list[Session]:
        """Browsers signed in and tokens got with the password, the newest first. For somebody signed in; no token can do this."""
        return self._call(list[Session], "GET", "/api/v1/me/sessions")

    def end_session(self, session_id: str) -> None:
        """End a session or token; one that has ended already is no error. For somebody signed in; no token can do this."""
        self._call(type(None), "DELETE", f"/api/v1/me/sessions/{quote(session_id, safe='')}")

    def add_upload(self, content: bytes, *, idempotency_key: str | None = None) -> UploadCard:
        """Send a picture; the body is the file itself. It waits a day to be published. Scope of a token: `write`."""
        return self._call(
            UploadCard,
            "POST",
            "/api/v1/uploads",
            headers={"Idempotency-Key": idempotency_key},
            content=content,
        )

    def discard_upload(self, upload_id: str) -> None:
        """Throw a picture away that stands in no note. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/uploads/{quote(upload_id, safe='')}")

    def read_upload(self, upload_id: str) -> UploadText:
        """The text in a picture of one's own that stands in no note yet. While it is being read, ask again. Scope of a token: `write`."""
        return self._call(UploadText, "POST", f"/api/v1/uploads/{quote(upload_id, safe='')}/text")

    def edit_upload(self, upload_id: str, data: PictureEdit) -> UploadCard:
        """Turn and cut a picture that stands in no note yet; done again, it begins from the whole. Scope of a token: `write`."""
        return self._call(UploadCard, "PUT", f"/api/v1/uploads/{quote(upload_id, safe='')}/edit", body=data)

    def take_up_picture(
        self, note_id: str, picture_id: str, *, idempotency_key: str | None = None
    ) -> UploadCard:
        """A picture of a note of your own as an upload, to be turned and cut; the note keeps its own until it is edited. Scope of a token: `write`."""
        return self._call(
            UploadCard,
            "POST",
            f"/api/v1/notes/{quote(note_id, safe='')}/pictures/{quote(picture_id, safe='')}/upload",
            headers={"Idempotency-Key": idempotency_key},
        )

    def get_film(self, film_id: str) -> FilmProgress:
        """How far a film of your own is: what has been received, what is being made of it. HEAD tells the offset by tus. Scope of a token: `read`."""
        return self._call(FilmProgress, "GET", f"/api/v1/films/{quote(film_id, safe='')}")

    def discard_film(self, film_id: str) -> None:
        """Throw a film away that stands in no note. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/films/{quote(film_id, safe='')}")

    def choose_cover(self, film_id: str, data: NewCover) -> FilmProgress:
        """Let another frame, or a picture you have sent, be the cover of a film of yours, in its note or before it stands in one. Scope of a token: `write`."""
        return self._call(FilmProgress, "PUT", f"/api/v1/films/{quote(film_id, safe='')}/cover", body=data)

    def publish(self, data: NewNote, *, idempotency_key: str | None = None) -> NotePage:
        """Publish a note. Its pictures are uploads of one's own. Scope of a token: `write`."""
        return self._call(
            NotePage, "POST", "/api/v1/notes", headers={"Idempotency-Key": idempotency_key}, body=data
        )

    def get_note(self, note_id: str) -> NotePage:
        """A note with everything its page shows, in the reader's language. What is missing in it is being translated. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(NotePage, "GET", f"/api/v1/notes/{quote(note_id, safe='')}")

    def edit_note(self, note_id: str, data: EditNote) -> NotePage:
        """Put the whole note as it shall stand. Scope of a token: `write`."""
        return self._call(NotePage, "PUT", f"/api/v1/notes/{quote(note_id, safe='')}", body=data)

    def delete_note(self, note_id: str) -> None:
        """Delete one's note; for ten minutes it can be restored. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/notes/{quote(note_id, safe='')}")

    def get_note_source(self, note_id: str) -> NoteSource:
        """One's own note as it was sent, to edit it. Scope of a token: `read`."""
        return self._call(NoteSource, "GET", f"/api/v1/notes/{quote(note_id, safe='')}/source")

    def get_note_history(self, note_id: str, *, cursor: str | None = None) -> EditionCardPage:
        """How a note stood before each edit, the newest first, with what changed; the first item stands now. A version is for those whom the note was for then, as far as they may see the note now. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            EditionCardPage,
            "GET",
            f"/api/v1/notes/{quote(note_id, safe='')}/history",
            query={"cursor": cursor},
        )

    def restore_note(self, note_id: str, *, idempotency_key: str | None = None) -> NotePage:
        """Undo a deletion. Scope of a token: `write`."""
        return self._call(
            NotePage,
            "POST",
            f"/api/v1/notes/{quote(note_id, safe='')}/restore",
            headers={"Idempotency-Key": idempotency_key},
        )

    def like_note(self, note_id: str) -> Liked:
        """Like a note. Scope of a token: `react`."""
        return self._call(Liked, "PUT", f"/api/v1/notes/{quote(note_id, safe='')}/like")

    def unlike_note(self, note_id: str) -> Liked:
        """Take a like back. Scope of a token: `react`."""
        return self._call(Liked, "DELETE", f"/api/v1/notes/{quote(note_id, safe='')}/like")

    def save_note(self, note_id: str) -> Liked:
        """Save a note for later. Scope of a token: `react`."""
        return self._call(Liked, "PUT", f"/api/v1/notes/{quote(note_id, safe='')}/save")

    def unsave_note(self, note_id: str) -> Liked:
        """Take a note out of what one saved. Scope of a token: `react`."""
        return self._call(Liked, "DELETE", f"/api/v1/notes/{quote(note_id, safe='')}/save")

    def list_notes(self, account_id: str, *, cursor: str | None = None) -> NoteCardPage:
        """A person's notes, the newest first. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            NoteCardPage,
            "GET",
            f"/api/v1/accounts/{quote(account_id, safe='')}/notes",
            query={"cursor": cursor},
        )

    def list_saved(
        self,
        *,
        cursor: str | None = None,
        kind: Literal["", "film", "picture", "text"] | None = None,
        lang: str | None = None,
        sort: Literal["newest", "oldest"] | None = None,
    ) -> NoteCardPage:
        """The notes one has saved: all, films, notes with pictures or words alone; in any language or one. `sort` is by when they were saved. Scope of a token: `read`."""
        return self._call(
            NoteCardPage,
            "GET",
            "/api/v1/me/saved",
            query={"cursor": cursor, "kind": kind, "lang": lang, "sort": sort},
        )

    def list_albums(self, account_id: str, *, cursor: str | None = None) -> AlbumCardPage:
        """A person's albums, the newest first; one's own also where they are not public. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            AlbumCardPage,
            "GET",
            f"/api/v1/accounts/{quote(account_id, safe='')}/albums",
            query={"cursor": cursor},
        )

    def get_album(self, account_id: str, album_id: str) -> AlbumPage:
        """An album. Notes one may not see are not counted; `is_longer`: it has more notes than are counted. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            AlbumPage,
            "GET",
            f"/api/v1/accounts/{quote(account_id, safe='')}/albums/{quote(album_id, safe='')}",
        )

    def list_album_notes(self, account_id: str, album_id: str, *, cursor: str | None = None) -> NoteCardPage:
        """The notes of an album, in its order. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            NoteCardPage,
            "GET",
            f"/api/v1/accounts/{quote(account_id, safe='')}/albums/{quote(album_id, safe='')}/notes",
            query={"cursor": cursor},
        )

    def list_album_choices(self, note_id: str) -> list[AlbumChoice]:
        """All one's albums, and whether a note is in each. Scope of a token: `read`."""
        return self._call(list[AlbumChoice], "GET", f"/api/v1/notes/{quote(note_id, safe='')}/albums")

    def open_album(self, data: NewAlbum, *, idempotency_key: str | None = None) -> AlbumPage:
        """Begin an album. Scope of a token: `write`."""
        return self._call(
            AlbumPage, "POST", "/api/v1/me/albums", headers={"Idempotency-Key": idempotency_key}, body=data
        )

    def delete_album(self, album_id: str) -> None:
        """Delete an album; its notes stay. For ten minutes it can be restored. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/me/albums/{quote(album_id, safe='')}")

    def edit_album(self, album_id: str, data: EditAlbum) -> AlbumPage:
        """Change an album's name, who sees it, its cover; what is left out stays. Scope of a token: `write`."""
        return self._call(AlbumPage, "PATCH", f"/api/v1/me/albums/{quote(album_id, safe='')}", body=data)

    def restore_album(self, album_id: str, *, idempotency_key: str | None = None) -> AlbumPage:
        """Undo the deletion of an album. Scope of a token: `write`."""
        return self._call(
            AlbumPage,
            "POST",
            f"/api/v1/me/albums/{quote(album_id, safe='')}/restore",
            headers={"Idempotency-Key": idempotency_key},
        )

    def add_to_album(self, album_id: str, note_id: str) -> None:
        """Put a note at the end of an album. Scope of a token: `write`."""
        self._call(
            type(None), "PUT", f"/api/v1/me/albums/{quote(album_id, safe='')}/notes/{quote(note_id, safe='')}"
        )

    def take_out_of_album(self, album_id: str, note_id: str) -> None:
        """Take a note out of an album. Scope of a token: `write`."""
        self._call(
            type(None),
            "DELETE",
            f"/api/v1/me/albums/{quote(album_id, safe='')}/notes/{quote(note_id, safe='')}",
        )

    def place_in_album(self, album_id: str, note_id: str, data: Placing) -> None:
        """Put a note of an album before or after another one, at a place counted from 1, or at its end. Scope of a token: `write`."""
        self._call(
            type(None),
            "PUT",
            f"/api/v1/me/albums/{quote(album_id, safe='')}/notes/{quote(note_id, safe='')}/place",
            body=data,
        )

    def get_quiet(self) -> Quiet | None:
        """One's quiet hours, null where there are none. Scope of a token: `read`."""
        return self._call(cast("type[Quiet | None]", Quiet | None), "GET", "/api/v1/me/quiet")

    def set_quiet(self, data: NewQuiet) -> None:
        """Set quiet hours: what happens meanwhile is kept, and told by no badge. Scope of a token: `account`."""
        self._call(type(None), "PUT", "/api/v1/me/quiet", body=data)

    def end_quiet(self) -> None:
        """Have no quiet hours. Scope of a token: `account`."""
        self._call(type(None), "DELETE", "/api/v1/me/quiet")

    def list_hidden_notes(self, *, cursor: str | None = None) -> NoteCardPage:
        """The notes one hides, the last first; the last thousand are kept. Scope of a token: `read`."""
        return self._call(NoteCardPage, "GET", "/api/v1/me/hidden/notes", query={"cursor": cursor})

    def hide_note(self, note_id: str) -> None:
        """Be offered a note no more. Scope of a token: `write`."""
        self._call(type(None), "PUT", f"/api/v1/me/hidden/notes/{quote(note_id, safe='')}")

    def unhide_note(self, note_id: str) -> None:
        """Be offered a note again. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/me/hidden/notes/{quote(note_id, safe='')}")

    def list_hidden_topics(self) -> list[HiddenTopic]:
        """The topics one hides, the last first. Scope of a token: `read`."""
        return self._call(list[HiddenTopic], "GET", "/api/v1/me/hidden/topics")

    def hide_topic(self, tag: str) -> None:
        """Be offered a topic no more, under none of its names; at most 200. Scope of a token: `write`."""
        self._call(type(None), "PUT", f"/api/v1/me/hidden/topics/{quote(tag, safe='')}")

    def unhide_topic(self, tag: str) -> None:
        """Be offered a topic again. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/me/hidden/topics/{quote(tag, safe='')}")

    def list_filters(self) -> list[PlacedFilter]:
        """The words one filters in what one reads (`reading`) and in comments under one's notes (`comments`). Scope of a token: `read`."""
        return self._call(list[PlacedFilter], "GET", "/api/v1/me/filters")

    def add_filter(self, data: NewFilter) -> None:
        """Filter a word, or change how it is; at most 200 in each place. Scope of a token: `write`."""
        self._call(type(None), "PUT", "/api/v1/me/filters", body=data)

    def drop_filter(self, *, place: Literal["reading", "comments"], word: str) -> None:
        """Filter a word no longer. Scope of a token: `write`."""
        self._call(type(None), "DELETE", "/api/v1/me/filters", query={"place": place, "word": word})

    def list_to_tend(
        self,
        note_id: str,
        *,
        which: Literal["all", "held", "hidden"] | None = None,
        by: str | None = None,
        cursor: str | None = None,
    ) -> CommentCardPage:
        """The comments under one's own note, the newest first: all, those that wait for one, those one has hidden; of one handle. Scope of a token: `read`."""
        return self._call(
            CommentCardPage,
            "GET",
            f"/api/v1/me/notes/{quote(note_id, safe='')}/comments",
            query={"which": which, "by": by, "cursor": cursor},
        )

    def tend_comments(self, note_id: str, data: Tending, *, idempotency_key: str | None = None) -> Tended:
        """Hide, let in, remove or unpin up to 200 comments under one's own note at once. Scope of a token: `write`."""
        return self._call(
            Tended,
            "POST",
            f"/api/v1/me/notes/{quote(note_id, safe='')}/comments/tend",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def undo_tending(self, note_id: str, data: Undo, *, idempotency_key: str | None = None) -> Tended:
        """Undo what was done to many comments at a moment, within ten minutes. Scope of a token: `write`."""
        return self._call(
            Tended,
            "POST",
            f"/api/v1/me/notes/{quote(note_id, safe='')}/comments/undo",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def list_comments(
        self, note_id: str, *, order: Literal["newest", "liked"] | None = None, cursor: str | None = None
    ) -> CommentCardPage:
        """The comments of the first level, each with its first replies; the pinned one leads. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            CommentCardPage,
            "GET",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments",
            query={"order": order, "cursor": cursor},
        )

    def add_comment(
        self, note_id: str, data: NewComment, *, idempotency_key: str | None = None
    ) -> CommentCard:
        """Say something under a note, or answer a comment. Scope of a token: `write`."""
        return self._call(
            CommentCard,
            "POST",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def list_replies(self, note_id: str, comment_id: str, *, cursor: str | None = None) -> CommentCardPage:
        """The replies to a comment of the first level, the oldest first. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            CommentCardPage,
            "GET",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/replies",
            query={"cursor": cursor},
        )

    def edit_comment(self, note_id: str, comment_id: str, data: EditComment) -> CommentCard:
        """Put other words in place of what one said; what stood before stays to be read. Scope of a token: `write`."""
        return self._call(
            CommentCard,
            "PUT",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}",
            body=data,
        )

    def delete_comment(self, note_id: str, comment_id: str) -> None:
        """Delete a comment of one's own or under one's own note; for ten minutes it can be restored. Scope of a token: `write`."""
        self._call(
            type(None),
            "DELETE",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}",
        )

    def get_comment_source(self, note_id: str, comment_id: str) -> CommentSource:
        """One's own comment as it was sent, to edit it. Scope of a token: `read`."""
        return self._call(
            CommentSource,
            "GET",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/source",
        )

    def get_comment_history(
        self, note_id: str, comment_id: str, *, cursor: str | None = None
    ) -> EditionCardPage:
        """How a comment stood before each edit, the newest first, with what changed; the first item stands now. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            EditionCardPage,
            "GET",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/history",
            query={"cursor": cursor},
        )

    def restore_comment(
        self, note_id: str, comment_id: str, *, idempotency_key: str | None = None
    ) -> CommentCard:
        """Undo the deletion of a comment. Scope of a token: `write`."""
        return self._call(
            CommentCard,
            "POST",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/restore",
            headers={"Idempotency-Key": idempotency_key},
        )

    def like_comment(self, note_id: str, comment_id: str) -> Liked:
        """Like a comment. Scope of a token: `react`."""
        return self._call(
            Liked,
            "PUT",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/like",
        )

    def unlike_comment(self, note_id: str, comment_id: str) -> Liked:
        """Take a like back. Scope of a token: `react`."""
        return self._call(
            Liked,
            "DELETE",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/like",
        )

    def pin_comment(self, note_id: str, comment_id: str) -> None:
        """Pin a comment under one's own note; it replaces the one pinned before. Scope of a token: `write`."""
        self._call(
            type(None),
            "PUT",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/pin",
        )

    def unpin_comment(self, note_id: str, comment_id: str) -> None:
        """Unpin a comment. Scope of a token: `write`."""
        self._call(
            type(None),
            "DELETE",
            f"/api/v1/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/pin",
        )

    def list_webhooks(self) -> list[Webhook]:
        """Where one's own events are sent, the oldest first. For somebody signed in; no token can do this."""
        return self._call(list[Webhook], "GET", "/api/v1/me/webhooks")

    def add_webhook(self, data: EditWebhook, *, idempotency_key: str | None = None) -> NewlyMade:
        """Have one's own events sent somewhere. The secret they are signed with is shown this once. For somebody signed in; no token can do this."""
        return self._call(
            NewlyMade, "POST", "/api/v1/me/webhooks", headers={"Idempotency-Key": idempotency_key}, body=data
        )

    def edit_webhook(self, webhook_id: str, data: EditWebhook) -> Webhook:
        """Change where events go and which; one that was switched off is on again. For somebody signed in; no token can do this."""
        return self._call(Webhook, "PUT", f"/api/v1/me/webhooks/{quote(webhook_id, safe='')}", body=data)

    def drop_webhook(self, webhook_id: str) -> None:
        """Send nothing there any more. For somebody signed in; no token can do this."""
        self._call(type(None), "DELETE", f"/api/v1/me/webhooks/{quote(webhook_id, safe='')}")

    def test_webhook(self, webhook_id: str) -> None:
        """Send a delivery of the type `webhook. test`. For somebody signed in; no token can do this."""
        self._call(type(None), "PUT", f"/api/v1/me/webhooks/{quote(webhook_id, safe='')}/test")

    def list_deliveries(self, webhook_id: str) -> list[Delivery]:
        """The last fifty deliveries, the newest first; they are kept for a week. For somebody signed in; no token can do this."""
        return self._call(
            list[Delivery], "GET", f"/api/v1/me/webhooks/{quote(webhook_id, safe='')}/deliveries"
        )

    def send_again(self, webhook_id: str, delivery_id: str) -> None:
        """Try a delivery anew, at once. For somebody signed in; no token can do this."""
        self._call(
            type(None),
            "PUT",
            f"/api/v1/me/webhooks/{quote(webhook_id, safe='')}/deliveries/{quote(delivery_id, safe='')}/again",
        )

    def explore(self, *, cursor: str | None = None) -> NoteCardPage:
        """Recent and well-liked notes, varied by author and language; each with the reason it stands there. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(NoteCardPage, "GET", "/api/v1/feeds/explore", query={"cursor": cursor})

    def following(self, *, cursor: str | None = None) -> NoteCardPage:
        """Notes of the people one follows, the newest first. Scope of a token: `read`."""
        return self._call(NoteCardPage, "GET", "/api/v1/feeds/following", query={"cursor": cursor})

    def topic(self, tag: str, *, cursor: str | None = None) -> NoteCardPage:
        """Notes with a #tag, or with the same topic's names in other languages; the newest first. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            NoteCardPage, "GET", f"/api/v1/feeds/topics/{quote(tag, safe='')}", query={"cursor": cursor}
        )

    def list_channels(self) -> list[Channel]:
        """The channels there are."""
        return self._call(list[Channel], "GET", "/api/v1/feeds/channels")

    def channel(self, key: str, *, cursor: str | None = None) -> NoteCardPage:
        """Notes of a channel's topics. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            NoteCardPage, "GET", f"/api/v1/feeds/channels/{quote(key, safe='')}", query={"cursor": cursor}
        )

    def report_seen(self, data: SeenBatch) -> None:
        """Tell which cards were on screen and which notes were opened. Scope of a token: `read`, or `public` for what guests see."""
        self._call(type(None), "POST", "/api/v1/events", body=data)

    def list_notices(self, *, cursor: str | None = None) -> NoticeCardPage:
        """What happened to one, gathered, the newest first. Scope of a token: `notices`."""
        return self._call(NoticeCardPage, "GET", "/api/v1/notices", query={"cursor": cursor})

    def count_unread(self) -> Unread:
        """How many notices are unread. Scope of a token: `notices`."""
        return self._call(Unread, "GET", "/api/v1/notices/unread")

    def mark_read(self, *, idempotency_key: str | None = None) -> None:
        """Mark every notice as read. Scope of a token: `notices`."""
        self._call(type(None), "POST", "/api/v1/notices/read", headers={"Idempotency-Key": idempotency_key})

    def list_languages(self) -> list[RoomLanguage]:
        """The languages notes can be read in."""
        return self._call(list[RoomLanguage], "GET", "/api/v1/languages")

    def get_topic(self, tag: str) -> TopicNames:
        """What a topic is called in other languages. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(TopicNames, "GET", f"/api/v1/topics/{quote(tag, safe='')}")

    def get_translation(self) -> TranslationState:
        """How the translator is, whether words leave this machine, and what waits. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(TranslationState, "GET", "/api/v1/translation")

    def draft(self, data: NewDraft) -> Drafts:
        """What one is about to say, in other languages, to be sent along as `versions`. Answered after some seconds with what is there; `waiting`: ask again with the same words. Kept for the asker alone until it was given. Scope of a token: `write`."""
        return self._call(Drafts, "POST", "/api/v1/drafts", body=data)

    def get_learning_settings(self) -> Learner:
        """How one learns: when the day begins, how many new words it brings. Scope of a token: `read`."""
        return self._call(Learner, "GET", "/api/v1/learning/settings")

    def change_learning_settings(self, data: Learner) -> Learner:
        """Change how one learns; which language stands in the profile (`learns`). Scope of a token: `account`."""
        return self._call(Learner, "PUT", "/api/v1/learning/settings", body=data)

    def read_texts(self, data: NewReadings, *, idempotency_key: str | None = None) -> Readings:
        """Texts in words, each with its reading and how well one knows it. Nothing is stored of them. Scope of a token: `read`."""
        return self._call(
            Readings,
            "POST",
            "/api/v1/learning/readings",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def get_meaning(
        self,
        *,
        word: str,
        lang: Literal["en", "zh"],
        reading: str | None = None,
        note_id: str | None = None,
        comment_id: str | None = None,
    ) -> Explanation:
        """What a word means, our glossary before CC-CEDICT (CC BY-SA 4. 0), and the sentence it stands in. Scope of a token: `read`."""
        return self._call(
            Explanation,
            "GET",
            "/api/v1/learning/meaning",
            query={
                "word": word,
                "lang": lang,
                "reading": reading,
                "note_id": note_id,
                "comment_id": comment_id,
            },
        )

    def list_words(
        self,
        *,
        lang: Literal["en", "zh"],
        show: Literal["all", "learning", "known"] | None = None,
        q: str | None = None,
        cursor: str | None = None,
    ) -> WordCardPage:
        """One's saved words, the newest first. Scope of a token: `read`."""
        return self._call(
            WordCardPage,
            "GET",
            "/api/v1/learning/words",
            query={"lang": lang, "show": show, "q": q, "cursor": cursor},
        )

    def save_word(self, data: NewWord, *, idempotency_key: str | None = None) -> WordCard:
        """Save a word, or say that one knows it; saved again it keeps its place in the review. Scope of a token: `write`."""
        return self._call(
            WordCard,
            "POST",
            "/api/v1/learning/words",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def drop_word(self, word_id: str) -> None:
        """Forget a saved word with all its answers. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/learning/words/{quote(word_id, safe='')}")

    def know_word(self, word_id: str) -> WordCard:
        """Say that one knows a saved word: it is not asked for any more. Scope of a token: `write`."""
        return self._call(WordCard, "PUT", f"/api/v1/learning/words/{quote(word_id, safe='')}/known")

    def unknow_word(self, word_id: str) -> WordCard:
        """Ask for a word again that was known. Scope of a token: `write`."""
        return self._call(WordCard, "DELETE", f"/api/v1/learning/words/{quote(word_id, safe='')}/known")

    def suggest_words(self) -> list[Suggested]:
        """Words one has met often in what one read lately. Scope of a token: `read`."""
        return self._call(list[Suggested], "GET", "/api/v1/learning/suggestions")

    def get_review(self) -> Day:
        """Today's review: the next word with a sentence one has read, and what is left. Scope of a token: `read`."""
        return self._call(Day, "GET", "/api/v1/learning/review")

    def answer_word(self, word_id: str, data: NewAnswer, *, idempotency_key: str | None = None) -> Day:
        """Say how well one remembered a word: 1 again, 2 hard, 3 good, 4 easy. Scope of a token: `write`."""
        return self._call(
            Day,
            "POST",
            f"/api/v1/learning/review/{quote(word_id, safe='')}",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def undo_answer(self, *, idempotency_key: str | None = None) -> Day:
        """Take the last answer back. Scope of a token: `write`."""
        return self._call(
            Day, "POST", "/api/v1/learning/review/undo", headers={"Idempotency-Key": idempotency_key}
        )

    def list_corrections(self, note_id: str, comment_id: str) -> Help:
        """The corrections of a comment whose author has asked for them. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            Help,
            "GET",
            f"/api/v1/learning/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/corrections",
        )

    def suggest_correction(
        self, note_id: str, comment_id: str, data: NewSuggestion, *, idempotency_key: str | None = None
    ) -> Help:
        """Say a comment as one would say it oneself, in the language one reads first. Scope of a token: `write`."""
        return self._call(
            Help,
            "POST",
            f"/api/v1/learning/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/corrections",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def ask_to_be_corrected(self, note_id: str, comment_id: str) -> None:
        """Ask to be corrected, under a comment of one's own in the language one learns. Scope of a token: `write`."""
        self._call(
            type(None),
            "PUT",
            f"/api/v1/learning/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/correct-me",
        )

    def ask_no_longer(self, note_id: str, comment_id: str) -> None:
        """Ask no longer; the corrections go with it. Scope of a token: `write`."""
        self._call(
            type(None),
            "DELETE",
            f"/api/v1/learning/notes/{quote(note_id, safe='')}/comments/{quote(comment_id, safe='')}/correct-me",
        )

    def thank_for_correction(self, note_id: str, suggestion_id: str) -> None:
        """Thank for a correction of one's own comment. Scope of a token: `write`."""
        self._call(
            type(None),
            "PUT",
            f"/api/v1/learning/notes/{quote(note_id, safe='')}/corrections/{quote(suggestion_id, safe='')}/thanks",
        )

    def thank_no_longer(self, note_id: str, suggestion_id: str) -> None:
        """Take the thanks back. Scope of a token: `write`."""
        self._call(
            type(None),
            "DELETE",
            f"/api/v1/learning/notes/{quote(note_id, safe='')}/corrections/{quote(suggestion_id, safe='')}/thanks",
        )

    def remove_correction(self, note_id: str, suggestion_id: str) -> None:
        """Withdraw one's correction, or hide one under a comment of one's own. Scope of a token: `write`."""
        self._call(
            type(None),
            "DELETE",
            f"/api/v1/learning/notes/{quote(note_id, safe='')}/corrections/{quote(suggestion_id, safe='')}",
        )

    def get_passage(self, place: str) -> PassagePage:
        """A text by where it stands. `part.note.subject`: `title.7.7`, `body.7.7`, `comment.7.9`, `alt.7.12`, `bio.0.5`. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(PassagePage, "GET", f"/api/v1/passages/{quote(place, safe='')}")

    def translate_passage(self, place: str, *, idempotency_key: str | None = None) -> Passage:
        """Have a text translated before those that nobody waits for; of a picture every line. GET /renderings tells when. Scope of a token: `write`."""
        return self._call(
            Passage,
            "POST",
            f"/api/v1/passages/{quote(place, safe='')}/translate",
            headers={"Idempotency-Key": idempotency_key},
        )

    def list_renderings(self, *, keys: str) -> list[RenderedText]:
        """What machines have translated of the texts with these keys; what is not there yet is left out. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(list[RenderedText], "GET", "/api/v1/renderings", query={"keys": keys})

    def correct_passage(
        self, place: str, data: NewCorrection, *, idempotency_key: str | None = None
    ) -> PassagePage:
        """Correct a translation. It holds for this text alone until its author or a moderator accepts it more widely. Scope of a token: `write`."""
        return self._call(
            PassagePage,
            "POST",
            f"/api/v1/passages/{quote(place, safe='')}/corrections",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def vote_on_correction(self, place: str, correction_id: str, data: Vote) -> PassagePage:
        """Find a correction good, bad or neither. One that enough find bad falls back to the machine's text. Scope of a token: `write`."""
        return self._call(
            PassagePage,
            "PUT",
            f"/api/v1/passages/{quote(place, safe='')}/corrections/{quote(correction_id, safe='')}/vote",
            body=data,
        )

    def accept_correction(
        self, place: str, correction_id: str, *, idempotency_key: str | None = None
    ) -> PassagePage:
        """Let a correction stand for good, as the author of the words or as a moderator. Scope of a token: `write`."""
        return self._call(
            PassagePage,
            "POST",
            f"/api/v1/passages/{quote(place, safe='')}/corrections/{quote(correction_id, safe='')}/accept",
            headers={"Idempotency-Key": idempotency_key},
        )

    def revert_correction(
        self, place: str, correction_id: str, *, idempotency_key: str | None = None
    ) -> PassagePage:
        """Take a correction back: its writer, the author of the words, or a moderator. Scope of a token: `write`."""
        return self._call(
            PassagePage,
            "POST",
            f"/api/v1/passages/{quote(place, safe='')}/corrections/{quote(correction_id, safe='')}/revert",
            headers={"Idempotency-Key": idempotency_key},
        )

    def report_correction(
        self, place: str, correction_id: str, data: Report, *, idempotency_key: str | None = None
    ) -> PassagePage:
        """Say what is wrong with a correction. Reported enough, it is hidden until it was looked at. Scope of a token: `write`."""
        return self._call(
            PassagePage,
            "POST",
            f"/api/v1/passages/{quote(place, safe='')}/corrections/{quote(correction_id, safe='')}/report",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def search(
        self,
        *,
        q: str,
        cursor: str | None = None,
        sort: Literal["best", "newest", "liked", "commented", "saved"] | None = None,
        within: Literal["day", "week", "half-year"] | None = None,
        seen: Literal["yes", "no"] | None = None,
        who: Literal["everybody", "followed"] | None = None,
        lang: str | None = None,
        near: str | None = None,
        in_: Literal["everywhere", "saved"] | None = None,
        only: Literal["films"] | None = None,
    ) -> Found:
        """Notes that answer, the best first. Each with the reason it stands there, the passage that was asked for, and where that and its title have the words: in the reader's language where there is a translation, and as it was written. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            Found,
            "GET",
            "/api/v1/search",
            query={
                "q": q,
                "cursor": cursor,
                "sort": sort,
                "within": within,
                "seen": seen,
                "who": who,
                "lang": lang,
                "near": near,
                "in": in_,
                "only": only,
            },
        )

    def search_answers(self, *, q: str) -> Answer:
        """The sentences of notes that answer a question best, three to six where so many do; none where nothing answers. Each as it was written and in the reader's language, with its note, author, place and date. They are chosen by ranking; nothing is written by a machine but translations. `disagreement` says what notes say otherwise than each other. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(Answer, "GET", "/api/v1/search/answers", query={"q": q})

    def search_people(self, *, q: str) -> list[AccountCard]:
        """People whose name or handle begins so. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(list[AccountCard], "GET", "/api/v1/search/people", query={"q": q})

    def search_topics(self, *, q: str) -> list[str]:
        """Topics that begin so, and the same in other languages. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(list[str], "GET", "/api/v1/search/topics", query={"q": q})

    def search_places(self, *, q: str) -> list[str]:
        """Places of notes that begin so. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(list[str], "GET", "/api/v1/search/places", query={"q": q})

    def suggest(self, *, q: str) -> list[Suggestion]:
        """Topics, people, places and titles that begin so; where none does, those that begin as the nearest known words do. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(list[Suggestion], "GET", "/api/v1/search/suggestions", query={"q": q})

    def list_alike(self, note_id: str) -> Alike:
        """The notes most like one, in whatever language, each with what it shares with it; at most 24. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(Alike, "GET", f"/api/v1/notes/{quote(note_id, safe='')}/alike")

    def list_lookalikes(self, note_id: str, picture_id: str) -> Lookalikes:
        """Other notes with the same picture as one of this note, and with similar ones. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            Lookalikes,
            "GET",
            f"/api/v1/notes/{quote(note_id, safe='')}/pictures/{quote(picture_id, safe='')}/alike",
        )

    def ask_picture(self) -> Lookalikes:
        """Notes with a picture like the one sent; the body is the file itself, of which nothing is kept. Scope of a token: `write`."""
        return self._call(Lookalikes, "POST", "/api/v1/search/picture")

    def list_saved_searches(self) -> list[SavedSearchCard]:
        """One's saved searches, the latest first, each with how many notes it has found since one looked. Scope of a token: `read`."""
        return self._call(list[SavedSearchCard], "GET", "/api/v1/me/saved-searches")

    def save_search(self, data: NewSavedSearch, *, idempotency_key: str | None = None) -> SavedSearchCard:
        """Save a search, to be told of what is new; one that is saved already is given again. At most fifty. Scope of a token: `write`."""
        return self._call(
            SavedSearchCard,
            "POST",
            "/api/v1/me/saved-searches",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def drop_search(self, search_id: str) -> None:
        """Delete a saved search. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/me/saved-searches/{quote(search_id, safe='')}")

    def rename_search(self, search_id: str, data: EditSavedSearch) -> SavedSearchCard:
        """Call a saved search something else. Scope of a token: `write`."""
        return self._call(
            SavedSearchCard, "PATCH", f"/api/v1/me/saved-searches/{quote(search_id, safe='')}", body=data
        )

    def see_saved_search(self, search_id: str) -> None:
        """Say that one has looked: nothing of it is new any more. Scope of a token: `write`."""
        self._call(type(None), "PUT", f"/api/v1/me/saved-searches/{quote(search_id, safe='')}/seen")

    def list_hot(self, *, lang: str | None = None, region: str | None = None) -> list[HotSearch]:
        """What most people searched for in the last seven days; nothing that fewer did than the operator set (at first five). Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            list[HotSearch], "GET", "/api/v1/search/hot", query={"lang": lang, "region": region}
        )

    def list_past_searches(self) -> list[PastSearch]:
        """One's own last fifty questions, the last first; nobody else is shown them. Scope of a token: `read`."""
        return self._call(list[PastSearch], "GET", "/api/v1/me/searches")

    def erase_past_searches(self) -> None:
        """Erase all one's questions. Scope of a token: `write`."""
        self._call(type(None), "DELETE", "/api/v1/me/searches")

    def erase_past_search(self, search_id: str) -> None:
        """Erase one question. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/me/searches/{quote(search_id, safe='')}")

    def get_history_choice(self) -> HistoryChoice:
        """Whether what one asks is kept. Scope of a token: `read`."""
        return self._call(HistoryChoice, "GET", "/api/v1/me/searches/settings")

    def change_history_choice(self, data: HistoryChoice) -> HistoryChoice:
        """Say whether what one asks is kept and counted; `erase`: what is kept so far goes. Scope of a token: `account`."""
        return self._call(HistoryChoice, "PUT", "/api/v1/me/searches/settings", body=data)

    def watch(self, *, cursor: str | None = None) -> NoteCardPage:
        """Films, recent and well-liked ones first; each with the reason it stands there. What plays is `cover.picture.film`. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(NoteCardPage, "GET", "/api/v1/watch", query={"cursor": cursor})

    def report_watched(self, data: WatchedBatch) -> None:
        """Tell how far films were watched. What a viewing reports later replaces what it reported before; sent twice it counts once. Scope of a token: `read`, or `public` for what guests see."""
        self._call(type(None), "POST", "/api/v1/watched", body=data)

    def get_watches(self, note_id: str) -> WatchFigures:
        """How often a film of one's own was watched, and how much of it on average; of nobody who. Scope of a token: `read`."""
        return self._call(WatchFigures, "GET", f"/api/v1/notes/{quote(note_id, safe='')}/watches")

    def get_operation(self) -> Overview:
        """How the room is: queue, storage, slow statements, versions, translators. For somebody signed in; no token can do this."""
        return self._call(Overview, "GET", "/api/v1/operate")

    def list_dead_letters(self) -> list[DeadLetter]:
        """Jobs that failed too often and wait for an operator, the newest hundred. For somebody signed in; no token can do this."""
        return self._call(list[DeadLetter], "GET", "/api/v1/operate/dead-letters")

    def retry_dead_letters(self, *, idempotency_key: str | None = None) -> Changed:
        """Queue every held job anew. For somebody signed in; no token can do this."""
        return self._call(
            Changed,
            "POST",
            "/api/v1/operate/dead-letters/retry",
            headers={"Idempotency-Key": idempotency_key},
        )

    def retry_dead_letter(self, job_id: str, *, idempotency_key: str | None = None) -> Changed:
        """Queue a held job anew; one that is not held any more is left alone (`count` 0). For somebody signed in; no token can do this."""
        return self._call(
            Changed,
            "POST",
            f"/api/v1/operate/dead-letters/{quote(job_id, safe='')}/retry",
            headers={"Idempotency-Key": idempotency_key},
        )

    def drop_dead_letter(self, job_id: str, *, idempotency_key: str | None = None) -> Changed:
        """Take a held job out of the queue for good; one that is not held any more is left alone (`count` 0). For somebody signed in; no token can do this."""
        return self._call(
            Changed,
            "POST",
            f"/api/v1/operate/dead-letters/{quote(job_id, safe='')}/drop",
            headers={"Idempotency-Key": idempotency_key},
        )

    def list_tracks(self, note_id: str) -> list[CaptionTrack]:
        """The tracks under the films of a note: those there are, and what is spoken in the language you read. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(list[CaptionTrack], "GET", f"/api/v1/notes/{quote(note_id, safe='')}/captions")

    def get_track(self, note_id: str, media_id: str, lang: str) -> CaptionPage:
        """The cues of one track. `waits` says how many passages are still to be translated: asking begins that. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            CaptionPage,
            "GET",
            f"/api/v1/notes/{quote(note_id, safe='')}/captions/{quote(media_id, safe='')}/{quote(lang, safe='')}",
        )

    def write_track(self, note_id: str, media_id: str, lang: str, data: WrittenCaptions) -> CaptionPage:
        """Let a track of a film of your own say this. Lines may come in any order and be shown together. What does not fit is told with the number of its line. Scope of a token: `write`."""
        return self._call(
            CaptionPage,
            "PUT",
            f"/api/v1/notes/{quote(note_id, safe='')}/captions/{quote(media_id, safe='')}/{quote(lang, safe='')}",
            body=data,
        )

    def drop_track(self, note_id: str, media_id: str, lang: str) -> None:
        """Delete a track of a film of your own. Scope of a token: `write`."""
        self._call(
            type(None),
            "DELETE",
            f"/api/v1/notes/{quote(note_id, safe='')}/captions/{quote(media_id, safe='')}/{quote(lang, safe='')}",
        )

    def take_back_track(
        self, note_id: str, media_id: str, lang: str, *, idempotency_key: str | None = None
    ) -> CaptionPage:
        """Let a track say what it said before it was last changed. Scope of a token: `write`."""
        return self._call(
            CaptionPage,
            "POST",
            f"/api/v1/notes/{quote(note_id, safe='')}/captions/{quote(media_id, safe='')}/{quote(lang, safe='')}/undo",
            headers={"Idempotency-Key": idempotency_key},
        )

    def list_drafts(self) -> list[NoteDraftCard]:
        """One's drafts, the last changed first; a hundred at the most. Scope of a token: `read`."""
        return self._call(list[NoteDraftCard], "GET", "/api/v1/me/drafts")

    def keep_draft(self, data: NewNoteDraft, *, idempotency_key: str | None = None) -> NoteDraftCard:
        """Keep what one has begun to write. Its pictures and films live as long as it does. Scope of a token: `write`."""
        return self._call(
            NoteDraftCard,
            "POST",
            "/api/v1/me/drafts",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def get_draft(self, draft_id: str) -> NoteDraftCard:
        """A draft of one's own. Scope of a token: `read`."""
        return self._call(NoteDraftCard, "GET", f"/api/v1/me/drafts/{quote(draft_id, safe='')}")

    def change_draft(self, draft_id: str, data: EditNoteDraft) -> NoteDraftCard:
        """Put the whole draft as it shall stand. `version` is the one it was written from. Where the draft has another by now, it is left alone, and what is sent is kept as a draft of its own: the answer has another `id`, and `parted_from` is the draft it was to change. Scope of a token: `write`."""
        return self._call(NoteDraftCard, "PUT", f"/api/v1/me/drafts/{quote(draft_id, safe='')}", body=data)

    def delete_draft(self, draft_id: str) -> None:
        """Delete a draft; for ten minutes it can be restored. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/me/drafts/{quote(draft_id, safe='')}")

    def restore_draft(self, draft_id: str, *, idempotency_key: str | None = None) -> NoteDraftCard:
        """Undo a deletion. Scope of a token: `write`."""
        return self._call(
            NoteDraftCard,
            "POST",
            f"/api/v1/me/drafts/{quote(draft_id, safe='')}/restore",
            headers={"Idempotency-Key": idempotency_key},
        )

    def publish_draft(
        self, draft_id: str, data: EditNoteDraft, *, idempotency_key: str | None = None
    ) -> NotePage:
        """Publish what is written from a version of a draft, which is no more then. Scope of a token: `write`."""
        return self._call(
            NotePage,
            "POST",
            f"/api/v1/me/drafts/{quote(draft_id, safe='')}/publish",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def schedule_draft(self, draft_id: str, data: Schedule) -> NoteDraftCard:
        """Let a draft publish itself at a moment between one hour and 60 days from now; another moment takes its place. Where it cannot be published then, it stays a draft with `failed`, and a notice tells so. Scope of a token: `write`."""
        return self._call(
            NoteDraftCard, "PUT", f"/api/v1/me/drafts/{quote(draft_id, safe='')}/schedule", body=data
        )

    def call_off_draft(self, draft_id: str) -> NoteDraftCard:
        """Let a draft wait again. Scope of a token: `write`."""
        return self._call(NoteDraftCard, "DELETE", f"/api/v1/me/drafts/{quote(draft_id, safe='')}/schedule")

    def list_series(self, account_id: str) -> list[SeriesCard]:
        """A person's series with a part one may see, the newest first; fifty at the most. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(list[SeriesCard], "GET", f"/api/v1/accounts/{quote(account_id, safe='')}/series")

    def get_series(self, account_id: str, series_id: str) -> SeriesPage:
        """A series with those of its parts that one may see, in order. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(
            SeriesPage,
            "GET",
            f"/api/v1/accounts/{quote(account_id, safe='')}/series/{quote(series_id, safe='')}",
        )

    def get_series_place(self, note_id: str) -> SeriesPlace:
        """Which part of its series a note is, and what comes before and after it. Scope of a token: `read`, or `public` for what guests see."""
        return self._call(SeriesPlace, "GET", f"/api/v1/notes/{quote(note_id, safe='')}/series")

    def choose_series(self, note_id: str, data: NewPart) -> None:
        """Let a note of one's own be the last part of a series and of no other; null: of none. Scope of a token: `write`."""
        self._call(type(None), "PUT", f"/api/v1/notes/{quote(note_id, safe='')}/series", body=data)

    def open_series(self, data: NewSeries, *, idempotency_key: str | None = None) -> SeriesPage:
        """Begin a series. Scope of a token: `write`."""
        return self._call(
            SeriesPage, "POST", "/api/v1/me/series", headers={"Idempotency-Key": idempotency_key}, body=data
        )

    def delete_series(self, series_id: str) -> None:
        """Take a series away, not its notes; for ten minutes it can be restored. Scope of a token: `write`."""
        self._call(type(None), "DELETE", f"/api/v1/me/series/{quote(series_id, safe='')}")

    def edit_series(self, series_id: str, data: EditSeries) -> SeriesPage:
        """Name a series anew; put its parts into another order. Scope of a token: `write`."""
        return self._call(SeriesPage, "PATCH", f"/api/v1/me/series/{quote(series_id, safe='')}", body=data)

    def restore_series(self, series_id: str, *, idempotency_key: str | None = None) -> SeriesPage:
        """Undo a deletion. Scope of a token: `write`."""
        return self._call(
            SeriesPage,
            "POST",
            f"/api/v1/me/series/{quote(series_id, safe='')}/restore",
            headers={"Idempotency-Key": idempotency_key},
        )

    def list_accesses(self) -> list[Access]:
        """Applications one has let in and tokens got with the password, what was used last first. For somebody signed in; no token can do this."""
        return self._call(list[Access], "GET", "/api/v1/me/access")

    def withdraw_access(self, access_id: str) -> None:
        """Take back what an application or a token may; all its tokens end. For somebody signed in; no token can do this."""
        self._call(type(None), "DELETE", f"/api/v1/me/access/{quote(access_id, safe='')}")

    def list_applications(self) -> list[Application]:
        """The applications one develops, the oldest first. For somebody signed in; no token can do this."""
        return self._call(list[Application], "GET", "/api/v1/me/applications")

    def register_application(self, data: NewApplication, *, idempotency_key: str | None = None) -> Registered:
        """Register an application. The secret of a confidential one is shown this once. For somebody signed in; no token can do this."""
        return self._call(
            Registered,
            "POST",
            "/api/v1/me/applications",
            headers={"Idempotency-Key": idempotency_key},
            body=data,
        )

    def get_application(self, application_id: str) -> Application:
        """An application one develops. For somebody signed in; no token can do this."""
        return self._call(Application, "GET", f"/api/v1/me/applications/{quote(application_id, safe='')}")

    def edit_application(self, application_id: str, data: EditApplication) -> Application:
        """Change an application's name and addresses; whether it keeps a secret stays as it was registered. For somebody signed in; no token can do this."""
        return self._call(
            Application, "PUT", f"/api/v1/me/applications/{quote(application_id, safe='')}", body=data
        )

    def drop_application(self, application_id: str) -> None:
        """Remove an application, and with it everything people have let it do. For somebody signed in; no token can do this."""
        self._call(type(None), "DELETE", f"/api/v1/me/applications/{quote(application_id, safe='')}")

    def renew_secret(self, application_id: str, *, idempotency_key: str | None = None) -> Registered:
        """Another secret for a confidential application, shown this once; the one before it ends. For somebody signed in; no token can do this."""
        return self._call(
            Registered,
            "POST",
            f"/api/v1/me/applications/{quote(application_id, safe='')}/secret",
            headers={"Idempotency-Key": idempotency_key},
        )
