"""The one table of causes and effects: an event, and what happens at once and later."""

from collections.abc import Awaitable, Callable

import vermilion.captions.jobs as caption_jobs
import vermilion.comments.actions as comments
import vermilion.comments.counting as comment_counting
import vermilion.comments.jobs as comment_jobs
import vermilion.feed.actions as feed
import vermilion.feed.jobs as feed_jobs
import vermilion.learning.corrections as learning
import vermilion.media.actions as media
import vermilion.media.jobs as media_jobs
import vermilion.notes.album_actions as albums
import vermilion.notes.jobs as note_jobs
import vermilion.notes.leaving as notes
import vermilion.notifications.actions as notifications
import vermilion.notifications.jobs as notification_jobs
import vermilion.search.actions as search
import vermilion.search.jobs as search_jobs
import vermilion.translation.actions as translation
import vermilion.webhooks.actions as webhooks
from vermilion.accounts.closing import erase_closed
from vermilion.accounts.counting import count_follows
from vermilion.accounts.jobs import forget_old_entries
from vermilion.accounts.schema import (
    AccountBlocked,
    AccountClosed,
    AccountFollowed,
    AccountJoined,
    AccountReopened,
    AccountReturned,
    AccountsErased,
    AccountUnfollowed,
    BioChanged,
    FollowAccepted,
    ProfileEdited,
)
from vermilion.captions.hearing import ask_to_hear, hear_films
from vermilion.captions.schema import CaptionsChanged
from vermilion.comments.schema import CommentEdited, CommentHeld, CommentsAllowed, CommentWritten
from vermilion.feed import watching
from vermilion.learning.schema import CorrectionSuggested, CorrectionThanked
from vermilion.media import arriving, film_jobs
from vermilion.media.schema import CoverChosen, FilmFailed, FilmPlayable, PictureRead, PicturesDropped
from vermilion.notes.draft_schema import DraftNotPublished
from vermilion.notes.drafts import purge_drafts
from vermilion.notes.places import match_unplaced
from vermilion.notes.scheduling import publish_due
from vermilion.notes.schema import (
    CountsRolledUp,
    NoteEdited,
    NoteHidden,
    NoteReleased,
    NoteRestored,
    NotesPlaced,
    NotesPurged,
    NoteWritten,
)
from vermilion.notes.series_actions import purge_series
from vermilion.notes.sitemap import divide_sitemap
from vermilion.notifications.actions import Told
from vermilion.places.jobs import load_gazetteer
from vermilion.search.asked import count_questions
from vermilion.search.schema import SavedSearchDropped, SavedSearchesAnswered
from vermilion.search.vectors import embed_notes
from vermilion.search.watching import await_searches, forget_news, watch
from vermilion.translation.jobs import drop_ahead, drop_drafts, drop_stale
from vermilion.translation.schema import TranslationCorrected
from vermilion.translation.state import count_readers
from vermilion.webhooks.jobs import deliver, trim_deliveries
from vermilion.work.dead import trim_log
from vermilion.work.events import Wiring
from vermilion.work.jobs import Job

WIRING = Wiring(
    at_once={  # inside the deed's transaction: whoever sees the commit sees these
        Told: [webhooks.queue_told],
        NoteReleased: [feed.offer_note, search.index_note, await_searches, webhooks.queue_released],
        NoteRestored: [feed.offer_note, search.index_note],
        NoteEdited: [feed.review_note, search.index_note],
        FilmPlayable: [feed.offer_film, search.index_film],
        CoverChosen: [search.index_cover],
        NoteHidden: [feed.forget_note, search.forget_note, webhooks.queue_hidden],
        AccountUnfollowed: [feed.forget_author],
        AccountBlocked: [feed.part, notifications.part],
        BioChanged: [translation.forget_bio],
        CountsRolledUp: [comments.add_counts, feed.weigh],
        NotesPurged: [caption_jobs.forget_renderings, comment_jobs.forget_renderings],
        NotesPlaced: [search.index_placed],
        PictureRead: [search.index_picture],
        CaptionsChanged: [search.index_captions],
        AccountJoined: [search.index_person],
        ProfileEdited: [search.index_person],
        SavedSearchDropped: [notifications.forget_search],
        AccountClosed: [webhooks.stand_still, search.forget_person],
        AccountReopened: [search.index_person],
        AccountsErased: [
            webhooks.forget_accounts,
            feed.forget_accounts,
            notifications.forget_accounts,
            learning.forget_accounts,
            search.forget_accounts,
            comment_jobs.forget_accounts,
            notes.forget_accounts,
            media.forget_accounts,
            arriving.forget_accounts,
            translation.forget_accounts,
        ],
    },
    later={  # queued inside it, done after it
        NoteWritten: [note_jobs.screen_note],
        NoteEdited: [note_jobs.screen_edited, search_jobs.spell_note, ask_to_hear],
        NoteReleased: [
            feed_jobs.offer_to_followers,
            notification_jobs.tell_mentioned,
            note_jobs.render_ahead,
            note_jobs.learn_topics,
            ask_to_hear,
            search_jobs.spell_note,
        ],
        NoteRestored: [feed_jobs.offer_to_followers, search_jobs.spell_note, ask_to_hear],
        AccountJoined: [search_jobs.spell_person],
        AccountClosed: [count_follows, notes.count_account, comment_counting.count_account],
        AccountReopened: [
            count_follows,
            notes.count_account,
            comment_counting.count_account,
            search_jobs.spell_person,
        ],
        ProfileEdited: [search_jobs.spell_person, search_jobs.rename_author],
        CommentHeld: [notification_jobs.tell_held],
        CommentsAllowed: [notification_jobs.tell_allowed, comment_jobs.render_allowed],
        CommentWritten: [notification_jobs.tell_commented, comment_jobs.render_ahead],
        CommentEdited: [comment_jobs.render_edited],
        CountsRolledUp: [notification_jobs.tell_liked],
        AccountFollowed: [feed_jobs.fill_timeline, notification_jobs.tell_followed],
        FollowAccepted: [feed_jobs.fill_accepted, notification_jobs.tell_accepted],
        AccountReturned: [feed_jobs.refill_timeline],
        CorrectionSuggested: [notification_jobs.tell_corrected],
        CorrectionThanked: [notification_jobs.tell_thanked],
        SavedSearchesAnswered: [notification_jobs.tell_found],
        DraftNotPublished: [notification_jobs.tell_not_published],
        TranslationCorrected: [notification_jobs.tell_translation_corrected],
        PicturesDropped: [media_jobs.delete_blobs],
        PictureRead: [comment_jobs.render_picture],
        CaptionsChanged: [caption_jobs.render_ahead],
        FilmPlayable: [note_jobs.screen_film, ask_to_hear],
        FilmFailed: [note_jobs.hold_filmless],
    },
)

PERIODIC: list[
    tuple[float, Callable[[Job], Awaitable[object]]]
] = [  # every so many seconds, on one worker at a time
    (0.4, note_jobs.roll_up),
    (2, watching.add_watches),
    (60, load_gazetteer),
    (10, match_unplaced),
    (60, note_jobs.rescue_pending),
    (60, note_jobs.purge_deleted),
    (60, albums.purge_albums),
    (60, purge_drafts),
    (60, purge_series),
    (5, publish_due),
    (60, comment_jobs.purge_deleted_comments),
    (1, media_jobs.read_pictures),
    (10, media_jobs.look_at_pictures),
    (1, film_jobs.prepare_films),
    (2, hear_films),
    (600, media_jobs.drop_old_uploads),
    (3600, media_jobs.drop_unused_looks),
    (600, arriving.drop_old),
    (600, film_jobs.drop_old_films),
    (600, feed_jobs.trim_pools),
    (600, notification_jobs.trim_notices),
    (0.5, search_jobs.count_words),
    (3, search_jobs.add_renderings),
    (20, search_jobs.sweep),
    (60, count_questions),
    (10, watch),
    (600, forget_news),
    (2, embed_notes),
    (5, drop_ahead),
    (60, drop_stale),
    (60, drop_drafts),
    (600, count_readers),
    (600, trim_log),
    (3600, forget_old_entries),
    (1, deliver),
    (3600, trim_deliveries),
    (600, erase_closed),
    (600, divide_sitemap),
]
