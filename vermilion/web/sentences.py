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
    "unsupported_media_type": _("This kind of content is not accepted here."),
    "key_reused": _("This form was already sent with other content. Reload the page and try again."),
    "already_answered": _("This was already done. A secret is shown only once, so it cannot be shown again."),
    "idempotency_key": _("An Idempotency-Key is 1 to 100 visible characters."),
    # who asks
    "sign_in_first": _("Please sign in first."),
    "wrong_password": _("Handle and password do not match."),
    "account_closed": _(
        "This account is closed. Until {until} it can be taken back; then it is gone for good."
    ),
    "bad_token": _("This access token is not valid, or no longer."),
    "scope_missing": _("This access token does not include the scope “{scope}”."),
    "bad_origin": _("This request did not come from our own page. Open the page here and try again."),
    "slow_down": _n(
        "That was a lot at once. Please wait {retry_after} second.",
        "That was a lot at once. Please wait {retry_after} seconds.",
        "retry_after",
    ),
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
    "too_many_tags": _n("A note takes at most {most} tag.", "A note takes at most {most} tags.", "most"),
    "place_coordinates": _("Coordinates come in pairs and belong to a place with a name."),
    "version_of_itself": _("A version has another language than the text itself."),
    "version_twice": _("There can be only one version in each language."),
    "language_unknown": _("We do not know this language."),
    "place_unknown": _("No note that you may see says where that is."),
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
