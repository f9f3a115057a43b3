"""The sentence of every code, in English; other languages stand in the catalogues."""


def _(message: str) -> str:
    """Marks a message for the catalogues; it is translated when it is said."""
    return message


def _n(one: str, many: str, counted: str) -> tuple[str, str, str]:
    """Marks a message with a number in it: the fact `counted`."""
    return one, many, counted


SENTENCES: dict[str, str | tuple[str, str, str]] = {
    # what was sent
    "bad_request": _("We could not read what was sent."),
    "bad_json": _("This is not valid JSON."),
    "bad_cursor": _("This place in the list does not exist. Start again from the top."),
    "missing": _("This is missing."),
    "wrong_type": _("This is not the kind of value expected here."),
    "wrong_form": _("This does not have the form expected here."),
    "bad_value": _("One of the values cannot be stored."),
    "out_of_range": _("This number is too small or too large."),
    "too_short": _n("At least {min} character is needed.", "At least {min} characters are needed.", "min"),
    "too_long": _n("At most {max} character fits here.", "At most {max} characters fit here.", "max"),
    "too_many": _n("At most {max} fits here.", "At most {max} fit here.", "max"),
    "text_nul": _("The text contains a character that cannot be stored."),
    "text_surrogate": _("The text contains half a character. Please type it again."),
    "too_large": _("This is larger than we can take."),
    "cards_busy": _("Too many cards are being drawn. Please try again in a moment."),
    "oembed_format": _("Notes are described here as JSON and XML alone."),
    "unsupported_media_type": _("This kind of content is not accepted here."),
    "key_reused": _("This form was already sent with other content. Reload the page and try again."),
    "already_answered": _("This was already done. A secret is shown only once, so it cannot be shown again."),
    "idempotency_key": _("An Idempotency-Key is 1 to 100 visible characters."),
    # who asks
    "sign_in_first": _("Please sign in first."),
    "wrong_password": _("Handle and password do not match."),
    "not_your_password": _("This is not your password."),
    "account_closed": _(
        "This account is closed. Until {until} it can be taken back; then it is gone for good."
    ),
    "bad_token": _("This access token is not valid, or no longer."),
    "scope_missing": _("This access token does not include the scope “{scope}”."),
    "token_expired": _(
        "This access token has expired. Get another one with the refresh token and send the request again; "
        "an upload goes on where it stopped."
    ),
    "only_in_person": _("You can do this only yourself, signed in here. No application can do it for you."),
    "bad_origin": _("This request did not come from our own page. Open the page here and try again."),
    "slow_down": _n(
        "That was a lot at once. Please wait {retry_after} second.",
        "That was a lot at once. Please wait {retry_after} seconds.",
        "retry_after",
    ),
    # applications
    "application_gone": _("This application is not registered, or not any more."),
    "access_gone": _("This application has no access to your account, or not any more."),
    "too_many_applications": _n(
        "You can register at most {most} application.",
        "You can register at most {most} applications.",
        "most",
    ),
    "webhook_gone": _("This webhook is not there, or not any more."),
    "delivery_gone": _("This delivery is not there any more: they are kept for a week."),
    "too_many_webhooks": _n(
        "You can have at most {most} webhook.", "You can have at most {most} webhooks.", "most"
    ),
    "webhook_address": _("Nothing can be sent to this address. It begins with https://."),
    "no_secret": _("An application on people’s devices has no secret."),
    "address_form": _("The page of an application begins with https://."),
    "redirect_form": _(
        "This cannot be an address to return to: {redirect}. It begins with https://, http://127.0.0.1 or a scheme with "
        "a dot such as com.example.app:/, and has no # or * in it."
    ),
    "client_unknown": _("The application that sent you here is not registered, or not any more."),
    "redirect_mismatch": _(
        "You were sent nowhere: {application} asked for an address it has not registered. "
        "Its developer can put this right."
    ),
    "sent_twice": _("This was sent more than once."),
    "response_type": _("Only response_type=code is answered here."),
    "pkce_needed": _("A code_challenge with the method S256 is needed."),
    "invalid_scope": _("There is no such scope, or it was not given: {scope}."),
    "invalid_client": _("There is no such application, or this is not its secret."),
    "invalid_grant": _("This code or refresh token is not valid, or no longer."),
    "unsupported_grant_type": _("Only authorization_code and refresh_token are granted here."),
    # people
    "handle_form": _("A handle has 2 to 30 letters, digits, dots or underscores, and no dot at either end."),
    "handle_mixed": _("A handle keeps to one script, so that nobody can imitate another."),
    "handle_taken": _("Somebody already has the handle {handle}, or one that looks the same."),
    "handle_reserved": _("This handle is kept free. Please choose another."),
    "empty_name": _("Please enter a name."),
    "password_too_common": _("This password is too easy to guess."),
    "account_gone": _("There is nobody here by that name."),
    "request_gone": _("This request has been taken back."),
    "cannot_follow_yourself": _("You cannot follow yourself."),
    "cannot_block_yourself": _("You cannot block yourself."),
    "cannot_mute_yourself": _("You cannot mute yourself."),
    "blocked_here": _("This is not possible between the two of you."),
    "session_gone": _("This session has already ended."),
    # notes and comments
    "not_found": _("There is nothing here, or not any more."),
    "note_gone": _("This note is not there, or not any more."),
    "comment_gone": _("This comment is not there, or not any more."),
    "not_your_note": _("Only its author can do this to a note."),
    "not_your_comment": _("Only its author, or the author of the note, can do this to a comment."),
    "note_waits": _("This note is still being looked at. Please try again in a moment."),
    "too_many_pinned": _n(
        "At most {most} comment can be pinned.", "At most {most} comments can be pinned.", "most"
    ),
    "series_gone": _("This series is not there, or not any more."),
    "series_changed": _("This series has other parts by now. Reload the page and try again."),
    "series_full": _n("A series has at most {most} part.", "A series has at most {most} parts.", "most"),
    "too_many_series": _n(
        "You have {most} series already. Delete one first.",
        "You have {most} series already. Delete one first.",
        "most",
    ),
    "too_many_edits": _n(
        "This was edited {most} time already. Publish it anew instead.",
        "This was edited {most} times already. Publish it anew instead.",
        "most",
    ),
    "too_many_tags": _n("A note takes at most {most} tag.", "A note takes at most {most} tags.", "most"),
    "place_gone": _("This place is not in our list of towns."),
    "town_unknown": _("This place is not in our list of towns. Please choose another, or just write it."),
    "place_coordinates": _("Coordinates come in pairs and belong to a place with a name."),
    "version_of_itself": _("A version has another language than the text itself."),
    "version_twice": _("There can be only one version in each language."),
    "language_unknown": _("We do not know this language."),
    "place_unknown": _("No note that you may see says where that is."),
    "draft_gone": _("This draft is not there, or not any more."),
    "draft_taken": _(
        "This draft was published or deleted elsewhere. What you write here is kept as a new one."
    ),
    "schedule_range": _("Choose a time between one hour and 60 days from now."),
    "not_published": _("Something went wrong on our side. Publish it yourself, or choose another time."),
    "author_away": _("The account was not open at that time."),
    "draft_changed": _(
        "This draft was changed elsewhere meanwhile. Both are kept; this one, with your words, is a draft of its own now."
    ),
    "too_many_drafts": _n(
        "You have {most} draft already. Publish or delete one first.",
        "You have {most} drafts already. Publish or delete some first.",
        "most",
    ),
    "too_many_draft_films": _n(
        "At most {most} film can stand in drafts. Publish or delete one first.",
        "At most {most} films can stand in drafts. Publish or delete one first.",
        "most",
    ),
    "empty_note": _("A note needs a title, some text or a picture."),
    "empty_comment": _("A comment needs some text or a picture."),
    "correction_adds": _(
        "A correction brings in no links, people or topics that the original does not have."
    ),
    "correction_language": _("This does not seem to be in the language of the translation."),
    "correction_same": _("This is what stands there already."),
    "correction_settled": _("The author has decided on a translation of this."),
    "correction_gone": _("This correction is not there, or not any more."),
    "correction_over": _("This correction no longer stands."),
    "own_correction": _("This correction is your own."),
    "nothing_foreign": _("This is in your language already."),
    "not_yours_to_decide": _("Only the author of the words and moderators can decide this."),
    # drafts made of a folder
    "import_nothing": _("There is no table (CSV) and no Markdown file in this folder."),
    "import_columns": _(
        "The first line of a table names its columns: file, title, text, tags, place, alt. File, title or text is needed."
    ),
    "import_cells": _("This row has {count} cells; the first line names {most}."),
    "import_csv": _("This row cannot be read. Perhaps a quotation mark is missing."),
    "import_rows": _("At most {most} rows of a table are read."),
    "import_full": _(
        "These are {count} drafts, and there is room for {most}. From here on they are left out."
    ),
    "import_long": _("A table or a Markdown file has at most {most} megabytes."),
    "import_encoding": _("We cannot read the letters of this file. Please save it as UTF-8."),
    "import_too_long": _("At most {most} characters fit into {column}."),
    "import_value": _("We do not know this value of {column}."),
    "import_tag": _("No topic can be called “{tag}”."),
    "import_remote": _("Only pictures of the folder are taken, and “{file}” lies elsewhere."),
    "import_outside": _("The file “{file}” lies outside of the folder."),
    "import_no_file": _("There is no “{file}” in the folder."),
    "import_no_picture": _("The file “{file}” is not a picture."),
    "import_front_matter": _("What stands between the lines of dashes cannot be read."),
    "import_zip": _("This ZIP file is damaged or locked, and cannot be read."),
    "import_files": _("At most {most} files are taken at once."),
    "import_pictures": _("At most {most} pictures are taken at once here. Take fewer of them."),
    # captions
    "captions_gone": _("There are no captions in this language, or not any more."),
    "captions_too_large": _("These captions are longer than we can take: at most 1 MB."),
    "captions_encoding": _("We cannot read the letters of this file. Please save it as UTF-8."),
    "captions_empty": _("There is no line of text in these captions."),
    "captions_no_times": _("Line {line}: times are expected here, such as 00:01.000 --> 00:04.000."),
    "captions_times": _("Line {line}: these times cannot be read. They look like 00:01.000 --> 00:04.000."),
    "captions_backwards": _("Line {line}: it ends before it begins, or begins before the one above it."),
    "captions_overlap": _("Line {line}: it begins while the one above it is still shown."),
    "captions_after_end": _("Line {line}: it begins after the end of the film."),
    "captions_long": _("Line {line}: this is too much text to be read at once."),
    "captions_many": _("Line {line}: these are more lines than we can take."),
    "too_many_hidden_topics": _n(
        "You can hide at most {most} topic.", "You can hide at most {most} topics.", "most"
    ),
    "nothing_chosen": _("Choose at least one comment first."),
    "too_many_comments": _n(
        "At most {most} comment can be changed at once.",
        "At most {most} comments can be changed at once.",
        "most",
    ),
    "quiet_empty": _("Quiet hours end at another time than they begin."),
    "wrong_time": _("This is not a time of day, such as 22:30."),
    "empty_word": _("Type a word first."),
    "filter_manner": _("A word cannot be filtered in this way here."),
    "too_many_filters": _n("At most {most} word fits here.", "At most {most} words fit here.", "most"),
    "album_gone": _("This album is not there, or not any more."),
    "too_many_albums": _n(
        "You can have at most {most} album.", "You can have at most {most} albums.", "most"
    ),
    "album_full": _n(
        "An album holds at most {most} note. Begin another one.",
        "An album holds at most {most} notes. Begin another one.",
        "most",
    ),
    "undo_too_late": _("It is too late to undo this."),
    "text_too_many_links": _("There are too many links in this text."),
    "new_account_links": _("New accounts cannot post links yet."),
    # learning
    "learns_nothing": _("Choose a language to learn in the settings first."),
    "word_gone": _("This word is not among your saved words, or not any more."),
    "no_word": _("This is not a word we can save."),
    "too_many_words": _n("You can save at most {most} word.", "You can save at most {most} words.", "most"),
    "too_much_text": _("This is more text than we can read at once."),
    "no_such_zone": _("There is no such time zone."),
    "nothing_to_undo": _("There is nothing to undo."),
    "not_what_you_learn": _("This comment is not in the language you learn."),
    "not_asked": _("The author of this comment has not asked to be corrected."),
    "not_your_language": _("Only people who read this language first can correct it."),
    "nothing_corrected": _("Change something in the text, so that there is a correction."),
    "too_many_suggestions": _n(
        "A comment takes at most {most} correction.", "A comment takes at most {most} corrections.", "most"
    ),
    "dictionary_away": _("The dictionary cannot be opened at the moment. Please try again shortly."),
    "suggestion_gone": _("This correction is not there, or not any more."),
    # searching
    "saved_only": _("What you have saved is nothing new: leave in:saved out."),
    "not_left_out": _("A saved search cannot leave out people or languages."),
    "nothing_asked": _("Type what you are looking for first."),
    "question_long": _n(
        "A search of at most {most} word can be saved.",
        "A search of at most {most} words can be saved.",
        "most",
    ),
    "too_many_searches": _n(
        "You can save at most {most} search. Delete one you no longer need.",
        "You can save at most {most} searches. Delete one you no longer need.",
        "most",
    ),
    "search_gone": _("This search is not there, or not any more."),
    # pictures
    "upload_gone": _("One of the pictures is no longer here. Please add it again."),
    "picture_twice": _("The same picture is there twice."),
    "too_many_uploads": _("Too many pictures are waiting to be published. Publish or remove some first."),
    "too_many_pictures": _n("At most {most} picture fits here.", "At most {most} pictures fit here.", "most"),
    "picture_type": _(
        "This file is not a picture we can read: JPEG, PNG, WebP, AVIF, HEIC and still GIF are."
    ),
    "picture_not_readable": _("This picture is damaged and cannot be read."),
    "picture_too_large": _("This picture file is too large."),
    "picture_too_many_pixels": _("This picture has too many pixels."),
    "picture_animated": _("Moving pictures are not accepted yet."),
    "picture_took_too_long": _("This picture took too long to read."),
    "blob_missing": _("This picture is no longer here."),
    # films
    "film_gone": _("This film is no longer here. Please add it again."),
    "film_type": _("This file is not a film we can read: MP4, MOV, WebM and MKV are."),
    "film_not_readable": _("This film is damaged or cut off, and cannot be read."),
    "film_no_picture": _("There is nothing to be seen in this film."),
    "film_too_long": _n(
        "A film lasts at most {most} minute.", "A film lasts at most {most} minutes.", "most"
    ),
    "film_too_large": _n(
        "A film file has at most {most} megabyte.", "A film file has at most {most} megabytes.", "most"
    ),
    "film_too_long_body": _("More of this film was sent than was said in the beginning."),
    "film_too_many_pixels": _("This film has too many pixels: 4K is the most we can read."),
    "film_too_many_streams": _("There are too many tracks in this film file."),
    "film_codec": _(
        "The pictures of this film are packed in a way we cannot read. Please save it as an ordinary MP4."
    ),
    "film_took_too_long": _("This film took too long to prepare."),
    "film_too_heavy": _("This film takes more memory than we can give it."),
    "film_too_many_waiting": _n(
        "Already {most} film is waiting to be published. Publish or remove it first.",
        "Already {most} films are waiting to be published. Publish or remove one first.",
        "most",
    ),
    "film_too_many_today": _n(
        "You have sent {most} film today. Please go on tomorrow.",
        "You have sent {most} films today. Please go on tomorrow.",
        "most",
    ),
    "picture_gone": _("This picture is no longer here. Please add it again."),
    "crop_outside": _("What is to be kept lies outside of the picture."),
    "crop_too_small": _("That leaves too little of the picture."),
    "picture_changed": _("This picture was changed elsewhere meanwhile. Please look at it again."),
    "picture_offset": _("Another part of this picture is expected next."),
    "picture_too_long_body": _("More of this picture was sent than was said in the beginning."),
    "picture_damaged": _("This picture was damaged on its way. Please add it again."),
    "other_file": _(
        "This is another file than the one begun with. Choose the same file, and it goes on where it stopped."
    ),
    "film_offset": _("Another part of this film is expected next."),
    "film_checksum": _("This part of the film was damaged on its way. Please send it again."),
    "film_alone": _("A film stands alone in its note, without pictures or another film."),
    "film_not_ready": _("This film is still being prepared. Please try again in a moment."),
    "film_address": _("This address of the film has run out. Reload the page."),
    "films_busy": _("Many films are coming in right now. Please try again in a moment."),
    "tus_version": _("Version 1.0.0 of the tus protocol is spoken here."),
    "tus_header": _("The header {header} is missing or has another form than expected."),
    # not now
    "pictures_busy": _("Many pictures are coming in right now. Please try again in a moment."),
    "passwords_busy": _("Many people are signing in right now. Please try again in a moment."),
    "database_away": _(
        "We cannot reach our database at the moment. Please try again shortly; nothing is lost."
    ),
    "blobs_away": _("We cannot reach our picture store at the moment. Please try again shortly."),
    "disk_full": _("There is no room left to store anything. Nothing was saved; please try again later."),
    "method_not_allowed": _("This cannot be done here."),
    "internal": _(
        "Something went wrong on our side. If it happens again, tell us this number: {request_id}."
    ),
}
