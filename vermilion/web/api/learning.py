"""Learning a language from what one reads."""

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from vermilion.comments.actions import ask_in
from vermilion.feed.openings import opened
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.viewer import Viewer
from vermilion.learning import actions, corrections, reads, review
from vermilion.learning.rules import learning
from vermilion.learning.schema import (
    Day,
    Explanation,
    Help,
    Learner,
    Learnt,
    NewAnswer,
    NewReadings,
    NewSuggestion,
    NewWord,
    Place,
    Readings,
    Show,
    Suggested,
    WordCard,
)
from vermilion.storage.db import Db
from vermilion.translation.queue import WAITED
from vermilion.web.api.deeds import Cursor, IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, State, TheDb, TheParts, TheViewer
from vermilion.web.limits import LOOK_UPS
from vermilion.web.reading import ask_for, manner_of, tapped

_COMMENT = "/learning/notes/{note_id:str}/comments/{comment_id:str}"
_SUGGESTION = "/learning/notes/{note_id:str}/corrections/{suggestion_id:str}"

TheWord = Annotated[str, QueryParameter(name="word", min_length=1, max_length=64)]
Sought = Annotated[
    str,
    QueryParameter(name="q", max_length=64, required=False, description="a part of the word or its reading"),
]
Read = Annotated[
    str,
    QueryParameter(
        name="reading", max_length=128, required=False, description="as it is read where it stood"
    ),
]


@get("/learning/settings", tags=["learning"])
async def get_learning_settings(db: TheDb, viewer: TheViewer) -> Learner:
    """How one learns: when the day begins, how many new words it brings."""
    return await reads.get_learner(db, viewer)


@put("/learning/settings", opt={"scope": "account"}, tags=["learning"])
async def change_learning_settings(data: JSONBody[Learner], db: TheDb, viewer: TheViewer) -> Learner:
    """Change how one learns; which language stands in the profile (`learns`)."""
    return await actions.set_learner(db, viewer, data)


@post("/learning/readings", status_code=200, opt={"scope": "read"}, tags=["learning"])
async def read_texts(
    request: AnyRequest,
    data: JSONBody[NewReadings],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[Readings]:
    """Texts in words, each with its reading and how well one knows it. Nothing is stored of them."""

    async def deed() -> Readings:
        return await reads.readings(db, viewer, parts.lexicon, data.lang, data.texts)

    return await do_once(request, db, known(viewer), key, deed, status=200)


@get("/learning/meaning", opt={"limit": LOOK_UPS}, tags=["learning"])
async def get_meaning(
    word: TheWord,
    lang: FromQuery[Learnt],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    reading: Read = "",
    note_id: FromQuery[Id | None] = None,
    comment_id: FromQuery[Id | None] = None,
) -> Explanation:
    """What a word means, our glossary before CC-CEDICT (CC BY-SA 4.0), and the sentence it stands in."""
    place = Place(note_id=note_id, comment_id=comment_id) if note_id else None
    found = await reads.explain(db, known(viewer), parts.lexicon, lang, word, reading=reading, place=place)
    ask_for(parts, tapped(await manner_of(viewer, parts)), found.passages, WAITED)
    return found


@get("/learning/words", tags=["learning"])
async def list_words(
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    lang: FromQuery[Learnt],
    show: FromQuery[Show] = "all",
    sought: Sought = "",
    cursor: Cursor = None,
) -> Page[WordCard]:
    """One's saved words, the newest first."""
    return await reads.saved_words(db, viewer, parts.lexicon, lang, show=show, query=sought, cursor=cursor)


@post("/learning/words", tags=["learning"])
async def save_word(
    request: AnyRequest,
    data: JSONBody[NewWord],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[WordCard]:
    """Save a word, or say that one knows it; saved again it keeps its place in the review."""
    return await do_once(
        request, db, known(viewer), key, lambda: actions.save_word(db, viewer, parts.lexicon, data)
    )


@delete("/learning/words/{word_id:str}", tags=["learning"])
async def drop_word(word_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Forget a saved word with all its answers."""
    await actions.drop_word(db, viewer, word_id)


@put("/learning/words/{word_id:str}/known", tags=["learning"])
async def know_word(word_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> WordCard:
    """Say that one knows a saved word: it is not asked for any more."""
    return await actions.know(db, viewer, word_id, True)


@delete("/learning/words/{word_id:str}/known", status_code=200, tags=["learning"])
async def unknow_word(word_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> WordCard:
    """Ask for a word again that was known."""
    return await actions.know(db, viewer, word_id, False)


@get("/learning/suggestions", tags=["learning"])
async def suggest_words(db: TheDb, viewer: TheViewer, parts: TheParts) -> list[Suggested]:
    """Words one has met often in what one read lately."""
    return await review.suggestions(db, known(viewer), parts.lexicon, await opened(db, viewer))


@get("/learning/review", tags=["learning"])
async def get_review(db: TheDb, viewer: TheViewer, parts: TheParts) -> Day:
    """Today's review: the next word with a sentence one has read, and what is left."""
    return await _today(db, viewer, parts)


async def _today(db: Db, viewer: Viewer, parts: State) -> Day:
    return await review.today(db, known(viewer), parts.lexicon, await opened(db, viewer), now())


@post("/learning/review/{word_id:str}", status_code=200, tags=["learning"])
async def answer_word(
    request: AnyRequest,
    word_id: FromPath[Id],
    data: JSONBody[NewAnswer],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[Day]:
    """Say how well one remembered a word: 1 again, 2 hard, 3 good, 4 easy."""
    learning(known(viewer))

    async def deed() -> Day:
        await actions.answer(db, viewer, word_id, data.rating, now())
        return await _today(db, viewer, parts)

    return await do_once(request, db, viewer, key, deed, status=200)


@post("/learning/review/undo", status_code=200, tags=["learning"])
async def undo_answer(
    request: AnyRequest, db: TheDb, viewer: TheViewer, parts: TheParts, key: IdempotencyKey = None
) -> Response[Day]:
    """Take the last answer back."""
    learning(known(viewer))

    async def deed() -> Day:
        await actions.undo_answer(db, viewer, now())
        return await _today(db, viewer, parts)

    return await do_once(request, db, viewer, key, deed, status=200)


@get(f"{_COMMENT}/corrections", tags=["learning"])
async def list_corrections(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> Help:
    """The corrections of a comment whose author has asked for them."""
    return await corrections.get_help(db, viewer, note_id, comment_id)


@put(f"{_COMMENT}/correct-me", status_code=204, tags=["learning"])
async def ask_to_be_corrected(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> None:
    """Ask to be corrected, under a comment of one's own in the language one learns."""
    await corrections.ask(db, viewer, note_id, comment_id)


@delete(f"{_COMMENT}/correct-me", tags=["learning"])
async def ask_no_longer(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> None:
    """Ask no longer; the corrections go with it."""
    await ask_in(db, viewer, note_id, comment_id, None)


@post(f"{_COMMENT}/corrections", tags=["learning"])
async def suggest_correction(
    request: AnyRequest,
    note_id: FromPath[Id],
    comment_id: FromPath[Id],
    data: JSONBody[NewSuggestion],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[Help]:
    """Say a comment as one would say it oneself, in the language one reads first."""
    return await do_once(
        request, db, known(viewer), key, lambda: corrections.suggest(db, viewer, note_id, comment_id, data)
    )


@put(f"{_SUGGESTION}/thanks", status_code=204, tags=["learning"])
async def thank_for_correction(
    note_id: FromPath[Id], suggestion_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> None:
    """Thank for a correction of one's own comment."""
    await corrections.thank(db, viewer, note_id, suggestion_id, True)


@delete(f"{_SUGGESTION}/thanks", tags=["learning"])
async def thank_no_longer(
    note_id: FromPath[Id], suggestion_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> None:
    """Take the thanks back."""
    await corrections.thank(db, viewer, note_id, suggestion_id, False)


@delete(_SUGGESTION, tags=["learning"])
async def remove_correction(
    note_id: FromPath[Id], suggestion_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> None:
    """Withdraw one's correction, or hide one under a comment of one's own."""
    await corrections.hide(db, viewer, note_id, suggestion_id)


HANDLERS = [
    get_learning_settings, change_learning_settings, read_texts, get_meaning, list_words, save_word, drop_word,
    know_word, unknow_word, suggest_words, get_review, answer_word, undo_answer, list_corrections, ask_to_be_corrected,
    ask_no_longer, suggest_correction, thank_for_correction, thank_no_longer, remove_correction,
]  # fmt: skip
