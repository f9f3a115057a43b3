"""Answers to a question, out of notes: a page of its own, and a part of the page of what was found."""

from typing import Any
from urllib.parse import urlencode

from litestar import get

from vermilion.kernel.viewer import Viewer
from vermilion.search.query import Query, cut
from vermilion.search.schema import Claim, Quote
from vermilion.storage.db import Db
from vermilion.web.asked import answers
from vermilion.web.cards import said_face
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.pages.answers import Html, fragment, whole
from vermilion.web.pages.searching import Typed
from vermilion.web.reading import Manner, manner_of, pulling
from vermilion.web.render import fill
from vermilion.web.wording import Wording, wording


@get("/search/answers", include_in_schema=False)
async def show_answers(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, q: Typed = ""
) -> Html:
    """The sentences of notes that answer a question; that none does is said as well."""
    query, found = await answers(db, viewer, parts, q)
    manner = await manner_of(viewer, parts)
    words = wording(locale)
    typed = cut(q).text
    context: dict[str, Any] = {
        "typed": typed,
        "strange_langs": cut(q).strange_langs,
        "quotes": [_shown(one, manner, query, words, locale) for one in found.quotes],
        "claims": [_claim(one, words) for one in found.disagreement],
        "instead": found.instead,
    }
    if wants_fragment(request):
        return fragment(locale, "parts/answers.html", viewer, **context)
    back = "/search?" + urlencode({"q": typed})
    return await whole(
        db, viewer, locale, "answers.html", here="search", pulling=await pulling(parts), back=back, **context
    )


def _shown(quote: Quote, manner: Manner, query: Query, words: Wording, locale: str) -> dict[str, Any]:
    """A quotation as the template shows it."""
    title = quote.title
    as_written = manner.step(title) == "done" and manner.first(title) == "original"
    return {
        "said": said_face(quote.said, quote.note_id, manner, query, locale, quote.at)._asdict(),
        "href": f"/n/{int(quote.note_id)}",
        "title": title.original if as_written else title.text,
        "title_lang": title.original_lang if as_written else title.lang,
        "title_key": title.key if manner.step(title) == "waits" else "",
        "author": quote.author,
        "place": quote.place_name,
        "day": quote.created_at.date().isoformat(),
        "ago": words.ago(quote.created_at),
        "moment": words.moment(quote.created_at),
    }


def _claim(claim: Claim, words: Wording) -> str:
    """What some of the notes say, and how many they are."""
    says = {"yes": words.gettext("yes"), "no": words.gettext("no")}.get(claim.says, claim.says)
    sentence = words.ngettext("{n} says {this}", "{n} say {this}", claim.count)
    return fill(sentence, n=words.decimal(claim.count), this=says)


HANDLERS = [show_answers]
