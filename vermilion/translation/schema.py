"""Records and events of the same words in another language."""

from datetime import datetime
from typing import Literal, cast, get_args

from vermilion.accounts.schema import AccountCard
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.text import content_hash, place_hash
from vermilion.work.events import Event

Part = Literal["title", "body", "alt", "comment", "bio", "tag", "picture", "caption"]

Kind = Literal["original", "version", "machine", "partly", "corrected", "poor", "missing"]
"""original: nothing to translate; version: the author's own words; machine and corrected: a rendering, by whom;
partly: a rendering in which some lines stand as they were written; poor: it could not be translated well; missing: not
translated yet."""

PERSON = "person"
"""The engine of a correction."""
IN_PART = ", in part"
"""What the engine's name ends in where some pieces of a text stand as they were written."""
BY_MACHINE: frozenset[Kind] = frozenset({"machine", "partly"})


class Wanted(Record, kw_only=True, frozen=True):
    """A text to be translated into `lang`; its rendering is kept under text_hash."""

    text_hash: bytes
    lang: str
    source_lang: str
    text: str
    part: str


class Words(Record, kw_only=True, frozen=True, dict=True, gc=True):
    """A text of somebody's and where it stands. `version`: the author's own words in the viewer's language."""

    text: str
    lang: str
    subject_id: Id
    part: Part
    is_public: bool
    version: str | None = None

    # Both are found once and kept beside the fields: a page asks for each several times.

    @property
    def place(self) -> bytes:
        """The name of these words at this place."""
        kept: dict[str, bytes] = self.__dict__
        if "place" not in kept:
            kept["place"] = place_hash(self.text, self.subject_id, self.part)
        return kept["place"]

    @property
    def hash(self) -> bytes:
        """The name their renderings are kept under: of the words alone where everybody may read them."""
        if not self.is_public:
            return self.place
        kept: dict[str, bytes] = self.__dict__
        if "hash" not in kept:
            kept["hash"] = content_hash(self.text)
        return kept["hash"]

    def into(self, lang: str) -> Wanted:
        """These words, to be translated."""
        return Wanted(text_hash=self.hash, lang=lang, source_lang=self.lang, text=self.text, part=self.part)


class Place(Record, kw_only=True, frozen=True):
    """Where words stand: a part of a note, a comment, a picture or (note_id None) a person."""

    part: Part
    note_id: Id | None
    subject_id: Id

    def __str__(self) -> str:
        return f"{self.part}.{int(self.note_id or 0)}.{int(self.subject_id)}"

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Read its written form, `part.note.subject`; raises ValueError."""
        part, note_id, subject_id = text.split(".")
        if part not in get_args(Part):
            raise ValueError("no part")
        return cls(
            part=cast(Part, part),
            note_id=None if note_id == "0" else Id.parse(note_id),
            subject_id=Id.parse(subject_id),
        )


class Spot(Record, kw_only=True, frozen=True):
    """Words the viewer may see, where they stand and whose they are."""

    place: Place
    words: Words
    author_id: Id


class Rendering(Record, kw_only=True, frozen=True):
    """A stored rendering. text "" means that it could not be translated well."""

    text_hash: bytes
    lang: str
    source_lang: str
    engine: str
    text: str
    account_id: Id
    correction_id: Id
    created_at: datetime

    @property
    def kind(self) -> Kind:
        """What a passage that shows it is."""
        if self.engine == PERSON:
            return "corrected"
        if not self.text:
            return "poor"
        return "partly" if self.engine.endswith(IN_PART) else "machine"


CorrectionState = Literal["proposed", "accepted", "reverted", "held"]
"""proposed and accepted hold; reverted: taken back, voted down or replaced; held: reported, hidden until looked at."""

REASON_MOST = 500


class Correction(Record, kw_only=True, frozen=True):
    """A stored correction of one passage (text_hash is its place). note_id 0: of no note."""

    text_hash: bytes
    id: Id
    lang: str
    source_lang: str
    words_hash: bytes
    note_id: Id
    subject_id: Id
    part: str
    author_id: Id
    account_id: Id
    original: str
    text: str
    state: CorrectionState
    score: int
    created_at: datetime
    decided_at: datetime | None
    decided_by: Id | None


class TranslationCorrected(Event, kw_only=True, frozen=True):
    """Somebody has put a better translation in the place of one of another's words. note_id None: of no note."""

    note_id: Id | None
    subject_id: Id
    part: Part
    author_id: Id
    """Who wrote the words."""
    account_id: Id


class CorrectionCard(Record, kw_only=True, frozen=True):
    """What a reader wrote in the place of a translation, and what the viewer may do about it."""

    id: Id
    account: AccountCard
    text: str
    lang: str
    state: CorrectionState
    score: int
    vote: int
    """The viewer's: 1 good, -1 bad, 0 none."""
    may_vote: bool
    may_accept: bool
    may_revert: bool
    created_at: datetime


class Passage(Record, kw_only=True, frozen=True):
    """A text for one reader: `text` in `lang` is what to show first; `original` differs when it is another language's."""

    text: str
    lang: str
    original: str
    original_lang: str
    kind: Kind = "original"
    part: Part = "body"
    subject_id: Id | None = None
    """None where the words are nobody's: a dictionary's."""
    key: str | None = None
    """Of a rendering, there or missing, see `seals`."""
    by: str | None = None
    """The handle of who corrected it."""

    @property
    def is_original(self) -> bool:
        return self.lang == self.original_lang

    @property
    def wanted(self) -> Wanted | None:
        """What is to be translated so that this reader can read it; None where nothing is missing."""
        if self.kind != "missing" or self.key is None:
            return None
        digest, lang = self.key.split(".")[:2]
        return Wanted(
            text_hash=bytes.fromhex(digest),
            lang=lang,
            source_lang=self.original_lang,
            text=self.original,
            part=self.part,
        )


class Queued(Wanted, kw_only=True, frozen=True):
    """A text that waits in the queue."""

    priority: int
    tries: int
    asked_at: datetime


class Done(Record, kw_only=True, frozen=True):
    """What became of a queued text; text "" when it could not be translated well."""

    text_hash: bytes
    lang: str
    source_lang: str
    text: str
    engine: str


class Backlog(Record, kw_only=True, frozen=True):
    """How much waits: for people at a page, for pages that were read, and ahead of any reader."""

    waited: int
    seen: int
    ahead: int
    oldest_s: float


class TranslatorProcess(Record, kw_only=True, frozen=True):
    """One translator process as its operator sees it; `under_way`: texts it holds."""

    name: str
    state: str
    progress: float
    hosts: tuple[str, ...]
    why: str
    seen_at: datetime
    under_way: int


class Translator(Record, kw_only=True, frozen=True):
    """How the translator is. progress: of its download, 0 to 1; hosts: where words go, outside of this machine."""

    state: Literal["none", "pulling", "starting", "ready", "failed"]
    progress: float = 0.0
    hosts: tuple[str, ...] = ()

    @property
    def will_translate(self) -> bool:
        return self.state in {"pulling", "starting", "ready"}


OFF = Translator(state="none")
