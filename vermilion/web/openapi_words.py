"""What the OpenAPI document says in words, and its examples."""

from typing import Any

DESCRIPTION = """Everything the pages of vermilion show and do, as JSON.

* Guests may read what is public. For the rest, send an access token as `Authorization: Bearer ...`. Applications get theirs
  by OAuth 2.1 (`/.well-known/oauth-authorization-server`); a script of one's own may ask `POST /api/v1/tokens`.
  Scopes: `public`, `read`, `notices`, `write`, `react`, `account`.
* A token without the scope of a route gets 403 and `WWW-Authenticate: Bearer error="insufficient_scope"`; one that has expired 401
  and `error="invalid_token"`: get another with the refresh token and go on.
* Ids are strings of decimal digits, ordered by time.
* Lists come in pages: send `next` of one page as `cursor` of the next; null means that was all.
* Every POST that stores something takes an `Idempotency-Key`: sent twice with the same content it has one effect.
* Errors are `application/problem+json` (RFC 9457) with a stable `code`. Too many requests get 429, a part of the
  installation that is away 503, both with `Retry-After` in seconds.
* Texts carry their language as BCP 47; `Accept-Language` picks the language of sentences and of authors' versions.
"""

TAGS = {
    "accounts": "People: profiles, following, blocking, muting.",
    "me": "One's own account.",
    "sessions": "Tokens and signed-in browsers.",
    "notes": "What people publish.",
    "albums": "Notes somebody gathers, in an order of their own.",
    "series": "Notes of one author that follow one another.",
    "drafts": "Notes on their way: kept while somebody writes, on every device.",
    "hiding": "What one does not want to be offered or to read.",
    "comments": "What is said under a note.",
    "passages": "Texts in the reader's language: translated on request, corrected by readers.",
    "captions": "What is said in films, as timed text in one's language.",
    "feeds": "Lists of notes.",
    "films": "Films one after another, and how they are watched.",
    "search": "Notes in whatever language they were written, people, topics, places, and what begins with what was typed.",
    "learning": "Words one learns from what one reads, the daily review, corrections. Meanings: CC-CEDICT, CC BY-SA 4.0.",
    "notices": "What happened to one.",
    "applications": "What can act for one, and what one develops: for people signed in, closed to all tokens.",
    "uploads": "Pictures before they are published.",
    "places": "Towns of the gazetteer, by any of their names.",
    "languages": "Languages of the room.",
    "operate": "Running the room: for operators alone, signed in; closed to all tokens.",
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "NewAccount": {
        "handle": "ines",
        "display_name": "Inês",
        "password": "three quiet lighthouses",
        "reads": ["pt", "en"],
    },
    "NewToken": {
        "handle": "ines",
        "password": "three quiet lighthouses",
        "application": "Note importer",
        "scopes": ["read", "write"],
    },
    "NewApplication": {
        "name": "Tide tables",
        "address": "https://tides.example",
        "redirects": ["https://tides.example/back", "http://127.0.0.1/back", "example.tides:/back"],
        "is_confidential": False,
    },
    "NewNote": {
        "title": "Six in the morning at the fish market",
        "body": "Bring cash and warm shoes. #lisbon #food",
        "lang": "en",
        "audience": "everyone",
        "made_with_ai": False,
        "place_name": "Lisbon",
        "pictures": [],
        "versions": [],
    },
    "NewSeries": {"title": "A winter in Lisbon"},
    "EditSeries": {"title": "A winter in Lisbon", "note_ids": None},
    "NewPart": {"series_id": None},
    "Schedule": {"at": "2030-01-01T08:00:00+08:00", "zone": "Asia/Shanghai"},
    "NewNoteDraft": {"note": {"title": "Six in the morning at the fish market"}},
    "EditNoteDraft": {
        "version": 1,
        "note": {"title": "Six in the morning at the fish market", "body": "Bring cash."},
    },
    "NewComment": {
        "body": "Which stall was that?",
        "lang": "en",
        "reply_to": None,
        "pictures": [],
        "versions": [],
    },
    "EditComment": {"body": "Which stall was that, the one by the door?", "lang": "en", "versions": []},
    "NewDraft": {
        "text": "Which stall was that?",
        "lang": "en",
        "into": ["pt", "zh"],
        "part": "comment",
    },
    "NewReadings": {"lang": "zh", "texts": ["我明天去银行。"]},
    "NewWord": {
        "word": "银行",
        "lang": "zh",
        "form": "银行",
        "reading": "yínháng",
        "note_id": None,
        "comment_id": None,
        "known": False,
    },
    "NewAnswer": {"rating": 3},
    "NewSuggestion": {"text": "我明天要去银行。"},
    "NewSavedSearch": {
        "question": "lisbon hotel",
        "name": "Hotels in Lisbon",
        "who": "everybody",
        "lang": None,
    },
    "EditSavedSearch": {"name": "Hotels in Lisbon"},
    "HistoryChoice": {"keeps_history": False, "erase": True},
    "Learner": {"zone": "Europe/Lisbon", "day_start": 4, "new_a_day": 20},
    "EditProfile": {"bio": "Bakes at night.", "reads": ["pt", "en", "zh"]},
    "SeenBatch": {
        "events": [
            {"kind": "impression", "note_id": "381203948573184001", "surface": "explore", "position": 3}
        ]
    },
}
