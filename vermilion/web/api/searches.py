"""What somebody asked before, what many ask, and searches that tell of something new."""

from typing import Annotated

from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from vermilion.kernel.ids import Id
from vermilion.kernel.types import Lang, NoRegion
from vermilion.search import history, saved
from vermilion.search.hot import hot
from vermilion.search.schema import (
    EditSavedSearch,
    HistoryChoice,
    HotSearch,
    NewSavedSearch,
    PastSearch,
    SavedSearchCard,
)
from vermilion.web.api.deeds import IdempotencyKey, do_once, known
from vermilion.web.asked import ask, check_langs, filters_of
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer

_ACCOUNT = {"scope": "account"}

OfLang = Annotated[
    Lang | None,
    QueryParameter(
        name="lang", required=False, description="of people who read this first; left out: one's own first"
    ),
]
InRegion = Annotated[
    NoRegion,
    QueryParameter(
        name="region", required=False, description="of people who are there; left out: everywhere"
    ),
]


@get("/search/hot", tags=["search"])
async def list_hot(
    db: TheDb, viewer: TheViewer, lang: OfLang = None, region: InRegion = ""
) -> list[HotSearch]:
    """What most people searched for in the last seven days; nothing that fewer did than the operator set (at first five)."""
    return await hot(db, viewer, lang or viewer.reads[0], region)


@get("/me/searches", tags=["search"])
async def list_past_searches(db: TheDb, viewer: TheViewer) -> list[PastSearch]:
    """One's own last fifty questions, the last first; nobody else is shown them."""
    return await history.past_searches(db, known(viewer))


@delete("/me/searches", tags=["search"])
async def erase_past_searches(db: TheDb, viewer: TheViewer) -> None:
    """Erase all one's questions."""
    await history.erase(db, known(viewer))


@delete("/me/searches/{search_id:str}", tags=["search"])
async def erase_past_search(search_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Erase one question."""
    await history.erase(db, known(viewer), search_id)


@get("/me/searches/settings", tags=["search"])
async def get_history_choice(db: TheDb, viewer: TheViewer) -> HistoryChoice:
    """Whether what one asks is kept."""
    return HistoryChoice(keeps_history=await history.keeps_history(db, known(viewer)))


@put("/me/searches/settings", opt=_ACCOUNT, tags=["search"])
async def change_history_choice(data: JSONBody[HistoryChoice], db: TheDb, viewer: TheViewer) -> HistoryChoice:
    """Say whether what one asks is kept and counted; `erase`: what is kept so far goes."""
    await history.choose(db, known(viewer), data)
    return HistoryChoice(keeps_history=data.keeps_history)


@get("/me/saved-searches", tags=["search"])
async def list_saved_searches(db: TheDb, viewer: TheViewer) -> list[SavedSearchCard]:
    """One's saved searches, the latest first, each with how many notes it has found since one looked."""
    return await saved.saved_searches(db, known(viewer))


@post("/me/saved-searches", tags=["search"])
async def save_search(
    request: AnyRequest,
    data: JSONBody[NewSavedSearch],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[SavedSearchCard]:
    """Save a search, to be told of what is new; one that is saved already is given again. At most fifty."""
    check_langs("", data.lang)
    filters = await filters_of(db, known(viewer), who=data.who, lang=data.lang)
    query = await ask(viewer, parts, data.question)
    return await do_once(
        request, db, viewer, key, lambda: saved.save_search(db, viewer, query, filters, data.name)
    )


@patch("/me/saved-searches/{search_id:str}", tags=["search"])
async def rename_search(
    search_id: FromPath[Id], data: JSONBody[EditSavedSearch], db: TheDb, viewer: TheViewer
) -> SavedSearchCard:
    """Call a saved search something else."""
    return await saved.rename_search(db, known(viewer), search_id, data)


@put("/me/saved-searches/{search_id:str}/seen", status_code=204, tags=["search"])
async def see_saved_search(search_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Say that one has looked: nothing of it is new any more."""
    await saved.look_at(db, known(viewer), search_id)


@delete("/me/saved-searches/{search_id:str}", tags=["search"])
async def drop_search(search_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Delete a saved search."""
    await saved.drop_search(db, known(viewer), search_id)


HANDLERS = [
    list_saved_searches, save_search, rename_search, see_saved_search, drop_search, list_hot, list_past_searches,
    erase_past_searches, erase_past_search, get_history_choice, change_history_choice,
]  # fmt: skip
