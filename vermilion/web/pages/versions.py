"""The author's own words in other languages, as forms hold them, and how others will read what stands in a form."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Literal

from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid
from vermilion.kernel.record import Record
from vermilion.kernel.types import LANGS
from vermilion.kernel.viewer import NOBODY, Viewer
from vermilion.translation import drafts
from vermilion.translation.drafts import Draft, NewDraft, State
from vermilion.translation.reads import Renderings, passage
from vermilion.translation.schema import Part, Rendering, Words
from vermilion.web import context
from vermilion.web.pages.forms import Form
from vermilion.web.reading import Manner, Told, told
from vermilion.web.received import from_fields

Field = Literal["title", "body"]
Texts = Mapping[Field, str]
"""A form's words by the field they stand in."""

_FROM_BAD_TO_WORSE: tuple[State | None, ...] = (None, "ready", "same", "poor", "waiting", "no_translator")


class Own(Record, kw_only=True, frozen=True):
    """One's own words in another language; `state` tells how the draft of them came out, None: there was none."""

    lang: str
    title: str = ""
    body: str = ""
    state: State | None = None
    is_doubtful: bool = False


class Preview(Record, kw_only=True, frozen=True):
    """The words of a form as somebody who reads `lang` will see them. state: of the machine's, if it was asked."""

    lang: str
    texts: dict[Field, Told]
    state: State | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is left to the machine that was not asked yet."""
        return any(text.kind == "missing" for text in self.texts.values())


def texts_of(form: Form, fields: Iterable[Field]) -> Texts:
    """What stands in these fields."""
    return {field: form.text(field) for field in fields}


def own_versions(form: Form) -> list[Own]:
    """The versions a form holds, also empty ones."""
    return [
        Own(lang=lang, title=form.text(f"title-{lang}"), body=form.text(f"body-{lang}"))
        for lang in dict.fromkeys(form.texts("version"))
    ]


def sent_versions(form: Form, fields: Iterable[Field]) -> list[dict[str, str]]:
    """The same as they are stored: without those left empty."""
    found = [
        {"lang": own.lang, **{field: words for field in fields if (words := getattr(own, field).strip())}}
        for own in own_versions(form)
    ]
    return [one for one in found if len(one) > 1]


async def helped(parts: context.State, viewer: Viewer, form: Form, texts: Texts) -> list[Own]:
    """The versions after the button that was pressed: one more with its draft, a new draft, or one less."""
    own = {one.lang: one for one in own_versions(form)}
    own.pop(form.text("without"), None)
    lang = form.text("again") or form.text("add") or (form.text("also") if form.texts("add") else "")
    if lang:
        if lang not in LANGS:
            raise Invalid("language_unknown", field="also")
        own[lang] = await _drafted(
            parts, viewer, form, texts, own.get(lang, Own(lang=lang)), anew=form.text("again") != ""
        )
    return list(own.values())


async def _drafted(
    parts: context.State, viewer: Viewer, form: Form, texts: Texts, own: Own, *, anew: bool
) -> Own:
    wanted = {
        field: text for field, text in texts.items() if text.strip() and (anew or not getattr(own, field))
    }
    made = await draft_of(parts, viewer, form, wanted, own.lang)
    standing: dict[Field, str] = {"title": own.title, "body": own.body}
    words = {**standing, **{field: one.text or standing[field] for field, one in made.items()}}
    doubtful = any(one.is_doubtful for one in made.values())
    return Own(lang=own.lang, **words, state=worst(made.values()), is_doubtful=doubtful)


async def draft_of(
    parts: context.State, viewer: Viewer, form: Form, texts: Texts, lang: str
) -> dict[Field, Draft]:
    """A draft of each text; all of them are waited for at once."""

    async def one(field: Field, text: str) -> tuple[Field, Draft]:
        sent = {"text": text, "into": [lang], "lang": form.maybe("lang"), "part": field}
        made = await drafts.draft(
            parts.database.session(),
            viewer,
            parts.live,
            parts.language,
            await parts.lore(),
            from_fields(sent, NewDraft),
        )
        return field, made.drafts[0]

    return dict(await asyncio.gather(*(one(field, text) for field, text in texts.items())))


def worst(made: Iterable[Draft]) -> State | None:
    """How drafts came out, by the one that came out worst."""
    return max((one.state for one in made), key=_FROM_BAD_TO_WORSE.index, default=None)


async def preview(parts: context.State, viewer: Viewer, locale: str, form: Form, texts: Texts) -> Preview:
    """What stands in a form as somebody who reads the language `as` sees it; asks the machine where `tap` is on."""
    lang = form.text("as")
    if lang not in LANGS:
        raise Invalid("language_unknown", field="as")
    version = next((own for own in own_versions(form) if own.lang == lang), Own(lang=lang))
    reader, state = Viewer(reads=(lang,)), None
    words = {
        field: _words(parts, viewer, form, field, texts, getattr(version, field) or None)
        for field, text in texts.items()
        if text.strip()
    }
    shown = {field: passage(reader, one) for field, one in words.items()}
    left = {field: texts[field] for field, one in shown.items() if one.kind == "missing"}
    if form.is_on("tap") and left:
        made = await draft_of(parts, viewer, form, left, lang)
        state = worst(made.values())
        found = {
            words[field].hash: (_rendering(words[field], one),)
            for field, one in made.items()
            if one.state in {"ready", "poor"}
        }
        shown = {field: passage(reader, one, Renderings(found, {})) for field, one in words.items()}
    manner = Manner(is_on=True, tongues=reader.reads, lore=await parts.lore())
    return Preview(
        lang=lang, texts={field: told(one, manner, locale) for field, one in shown.items()}, state=state
    )


def _words(
    parts: context.State, viewer: Viewer, form: Form, field: Field, texts: Texts, version: str | None
) -> Words:
    lang = form.maybe("lang") or parts.language.detect(texts["body"] or texts[field], reads=viewer.reads)
    part: Part = field
    return Words(
        text=texts[field],
        lang=lang,
        subject_id=viewer.account_id,
        part=part,
        is_public=False,
        version=version,
    )


def _rendering(words: Words, made: Draft) -> Rendering:
    return Rendering(
        text_hash=words.hash, lang=made.lang, source_lang=words.lang, engine="draft", text=made.text,
        account_id=NOBODY, correction_id=NOBODY, created_at=now(),
    )  # fmt: skip
