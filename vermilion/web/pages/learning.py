"""Learning from what one reads: words, the daily review, a note word by word."""

from typing import Annotated, Any

from litestar import get, post
from litestar.params import QueryParameter
from markupsafe import Markup

from vermilion.accounts.actions import edit_profile
from vermilion.accounts.schema import EditProfile
from vermilion.comments.reads import get_note_and_thread
from vermilion.comments.schema import CommentCard
from vermilion.feed.openings import opened
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.learning import actions, reads, review
from vermilion.learning.schema import LEARNT, Explanation, Learner, NewWord, Place, Sentence
from vermilion.storage.db import Db
from vermilion.translation.queue import WAITED
from vermilion.translation.schema import Passage
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.idempotency import Answer, fingerprint, once
from vermilion.web.limits import LOOK_UPS
from vermilion.web.pages.answers import Html, back, fragment, go, said, to_door, whole
from vermilion.web.pages.feeds import Cursor
from vermilion.web.pages.forms import new_key, read_form
from vermilion.web.reading import ask_for, manner_of, tapped, told
from vermilion.web.received import from_fields
from vermilion.web.wording import wording

Word = Annotated[str, QueryParameter(name="w", min_length=1, max_length=64)]
Part = Annotated[str, QueryParameter(max_length=128, required=False)]


def marked(sentence: Sentence | None) -> Markup | None:
    """A sentence with its word marked."""
    if sentence is None:
        return None
    text, start, end = sentence.text, sentence.start, sentence.end
    return Markup("{}<mark>{}</mark>{}").format(text[:start], text[start:end], text[end:])


async def _explained(
    viewer: Viewer, parts: State, locale: str, found: Explanation, place: Place | None
) -> dict[str, Any]:
    """What the template of a word needs; meanings that are missing are asked for."""
    manner = tapped(await manner_of(viewer, parts))
    ask_for(parts, manner, found.passages, WAITED)
    meanings = [
        {
            "meaning": meaning,
            "senses": [(sense, told(sense.meaning, manner, locale)) for sense in meaning.senses],
        }
        for meaning in found.meanings
    ]
    return {"word": found, "meanings": meanings, "sentence": marked(found.sentence), "place": place}


@get("/learn/word", include_in_schema=False, opt={"limit": LOOK_UPS})
async def show_word(  # noqa: PLR0913, PLR0917 - one for each part of the address
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, w: Word,
    form: Part = "", reading: Part = "", note: str = "", comment: str = "", saved: str = "",
) -> Html:  # fmt: skip
    """What a word means, as a page or for the small window beside it."""
    if viewer.is_guest:
        return to_door(request)
    lang = viewer.learns if viewer.learns in LEARNT else "zh"
    place = _place(note, comment)
    found = await reads.explain(
        db, viewer, parts.lexicon, lang, w, form=form[:64], reading=reading, place=place
    )
    context = await _explained(viewer, parts, locale, found, place)
    if wants_fragment(request):
        return fragment(locale, "parts/word.html", viewer, **context)
    return await whole(db, viewer, locale, "word.html", here="learn", saved=saved == "1", **context)


def _place(note: str, comment: str) -> Place | None:
    try:
        return Place(note_id=Id.parse(note), comment_id=Id.parse(comment) if comment else None)
    except ValueError:
        return None


@post("/learn/words", include_in_schema=False)
async def save_word(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Save a word, say that it is known, or take it out again."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    deed, word = form.text("deed"), form.text("word")
    lang = form.text("lang")
    place = _place(form.text("note"), form.text("comment"))
    if deed == "drop":
        for word_id in form.ids("id"):
            await actions.drop_word(db, viewer, word_id)
    else:
        fields = {
            "word": word,
            "lang": lang,
            "form": form.maybe("form"),
            "reading": form.text("reading"),
            "known": deed == "know",
            "note_id": str(int(place.note_id)) if place else None,
            "comment_id": str(int(place.comment_id)) if place and place.comment_id else None,
        }
        await actions.save_word(db, viewer, parts.lexicon, from_fields(fields, NewWord))
    if not wants_fragment(request):
        return go(back(request, "/learn/words"))
    if form.is_on("row"):
        return fragment(locale, "parts/nothing.html", viewer)
    found = await reads.explain(
        db,
        viewer,
        parts.lexicon,
        lang,
        word,
        form=form.text("form"),
        reading=form.text("reading"),
        place=place,
    )
    return fragment(
        locale, "parts/word.html", viewer, **await _explained(viewer, parts, locale, found, place)
    )


@get("/learn/words", include_in_schema=False)
async def show_words(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State,
    q: Part = "", show: str = "all", cursor: Cursor = None,
) -> Html:  # fmt: skip
    """One's saved words, and others one has met lately."""
    if viewer.is_guest:
        return to_door(request)
    if viewer.learns not in LEARNT:
        return go("/learn")
    kind: Any = show if show in {"learning", "known"} else "all"
    page = await reads.saved_words(
        db, viewer, parts.lexicon, viewer.learns, show=kind, query=q, cursor=cursor
    )
    met = [] if q or cursor else await review.suggestions(db, viewer, parts.lexicon, await opened(db, viewer))
    return await whole(
        db, viewer, locale, "words.html", here="learn", show=kind, q=q, next=page.next,
        words=[(card, marked(card.sentence)) for card in page.items],
        met=[(one, marked(one.sentence)) for one in met],
    )  # fmt: skip


async def _day(db: Db, viewer: Viewer, locale: str, parts: State) -> dict[str, Any]:
    """What the review shows: the next word with all that is known of it, or that the day is done."""
    words, at = wording(locale), now()
    day = await review.today(db, viewer, parts.lexicon, await opened(db, viewer), at)
    context: dict[str, Any] = {
        "day": day,
        "form_key": new_key(),
        "left": day.due + day.new,
        "next_in": words.span(max(60, round((day.next_at - at).total_seconds()))) if day.next_at else "",
        "intervals": [words.span(seconds) for seconds in day.intervals],
    }
    if day.word is None:
        return context
    found = await reads.explain(
        db, viewer, parts.lexicon, day.lang, day.word.word, reading=day.word.reading, place=None
    )
    shown = await _explained(viewer, parts, locale, found, None)
    return {**context, **shown, "sentence": marked(day.word.sentence), "stands": day.word.sentence}


@get("/learn", include_in_schema=False)
async def show_review(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Today's review."""
    if viewer.is_guest:
        return to_door(request)
    if viewer.learns not in LEARNT:
        return await whole(db, viewer, locale, "learn.html", here="learn", day=None)
    chosen = await reads.find_learner(db, viewer)
    return await whole(
        db,
        viewer,
        locale,
        "learn.html",
        here="learn",
        learner=chosen or Learner(),
        is_chosen=chosen is not None,
        **await _day(db, viewer, locale, parts),
    )


@post("/learn/answer", include_in_schema=False)
async def answer(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Say how well one remembered; the next word follows."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    rating, word_ids = form.text("rating"), form.ids("word")

    async def deed() -> Answer:
        if word_ids and rating in {"1", "2", "3", "4"}:
            await actions.answer(db, viewer, word_ids[0], int(rating), now())
        return Answer(status=204)

    sent = f"{form.text('word')} {rating}".encode()
    await once(db, viewer, form.key, fingerprint(request, sent), deed)
    return await _next(request, db, viewer, locale, parts)


@post("/learn/undo", include_in_schema=False)
async def undo(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Take the last answer back."""
    if viewer.is_guest:
        return to_door(request)
    await actions.undo_answer(db, viewer, now())
    return await _next(request, db, viewer, locale, parts)


async def _next(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    if wants_fragment(request) and viewer.learns in LEARNT:
        return fragment(locale, "parts/review.html", viewer, **await _day(db, viewer, locale, parts))
    return go("/learn")


@post("/learn/settings", include_in_schema=False)
async def change_day(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> Html:
    """When the day begins, and how many new words it brings."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    numbers = {name: form.text(name) for name in ("day_start", "new_a_day") if form.text(name).isdigit()}
    fields = {"zone": form.text("zone").strip() or "UTC"} | {
        name: int(text) for name, text in numbers.items()
    }
    try:
        await actions.set_learner(db, viewer, from_fields(fields, Learner))
    except Problem as problem:
        shown = said(request, problem)
        return await whole(
            db, viewer, locale, "learn.html", here="learn", day=None, learner=Learner(), typed=fields, **shown
        )
    return go("/learn")


@post("/settings/learning", include_in_schema=False)
async def choose_language(request: AnyRequest, db: Db, viewer: Viewer, parts: State) -> Html:
    """The language one learns, or none."""
    if viewer.is_guest:
        return to_door(request)
    chosen = (await read_form(request)).text("learns")
    edit = EditProfile(learns=chosen if chosen in LEARNT else "")
    await edit_profile(db, viewer, parts.language, edit)
    parts.sessions.forget(viewer.account_id)
    parts.lexicon.open_soon()
    return go("/settings?saved=1#learning")


@get("/n/{note_id:str}/read", include_in_schema=False)
async def read_note(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id
) -> Html:
    """A note and its first comments word by word, for browsers without script."""
    if viewer.is_guest:
        return to_door(request)
    lang = viewer.learns if viewer.learns in LEARNT else "zh"
    note, page = await get_note_and_thread(db, viewer, note_id)
    comments = [comment for first in page.items for comment in (first, *first.replies)]
    passages: list[tuple[CommentCard | None, Passage]] = [
        (None, note.title), (None, note.body), *((comment, comment.body) for comment in comments),
    ]  # fmt: skip
    mine = [
        (comment, one.original) for comment, one in passages if one.original_lang == lang and one.original
    ]
    found = await reads.readings(db, viewer, parts.lexicon, lang, _bounded([text for _, text in mine]))
    shown = [(comment, tokens) for (comment, _), tokens in zip(mine, found.texts, strict=False)]
    return await whole(db, viewer, locale, "read.html", here="note", note=note, texts=shown, lang=lang)


def _bounded(texts: list[str], most: int = 20_000) -> list[str]:
    kept: list[str] = []
    for text in texts:
        most -= len(text)
        if most < 0:
            break
        kept.append(text)
    return kept


@get("/about/dictionary", include_in_schema=False)
async def show_dictionary(db: Db, viewer: Viewer, locale: str) -> Html:
    """Credits."""
    return await whole(db, viewer, locale, "dictionary.html", here="about")


HANDLERS = [
    show_word, save_word, show_words, show_review, answer, undo, change_day, choose_language, read_note, show_dictionary,
]  # fmt: skip
