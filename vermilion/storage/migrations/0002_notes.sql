-- Notes, their pictures, labels and counts. Distributed by note_id; uploads and indexes of a person by account_id.

CREATE TABLE note (
    id            bigint PRIMARY KEY,
    author_id     bigint NOT NULL,
    uri           text,                                     -- its address elsewhere, NULL: written here
    state         text NOT NULL CHECK (state IN ('draft', 'pending', 'public', 'held', 'hidden')),
    state_reason  text,                                     -- a code: why it is held or hidden
    audience      text NOT NULL CHECK (audience IN ('everyone', 'followers', 'mutual', 'me')),
    title         text NOT NULL,
    title_lang    text NOT NULL,
    title_hash    bytea NOT NULL,
    body          text NOT NULL,
    body_lang     text NOT NULL,
    body_hash     bytea NOT NULL,
    tags          text[] NOT NULL DEFAULT '{}',
    place_name    text,
    latitude      double precision,
    longitude     double precision,
    made_with_ai  boolean NOT NULL DEFAULT false,
    motif         text NOT NULL,                            -- of the drawn cover, where there is no picture
    picture_count smallint NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL,
    released_at   timestamptz,
    edited_at     timestamptz,
    deleted_at    timestamptz
);
SELECT shard_by('note', 'id');
CREATE INDEX note_deleted_at ON note (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX note_pending ON note (created_at) WHERE state = 'pending';

CREATE TABLE note_count (
    note_id        bigint PRIMARY KEY REFERENCES note (id) ON DELETE CASCADE,
    like_count     bigint NOT NULL DEFAULT 0,
    save_count     bigint NOT NULL DEFAULT 0,
    comment_count  bigint NOT NULL DEFAULT 0
);
SELECT shard_by('note_count', 'note_id', 'note');

-- Likes of a note and of the comments under it: subject_id is either's id.
CREATE TABLE note_like (
    note_id     bigint NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    subject_id  bigint NOT NULL,
    account_id  bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (note_id, subject_id, account_id)
);
SELECT shard_by('note_like', 'note_id', 'note');

CREATE TABLE media (
    note_id     bigint NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    id          bigint NOT NULL,
    subject_id  bigint NOT NULL,                            -- the note, or a comment under it
    position    smallint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('picture', 'film')),
    key         text NOT NULL,
    width       integer NOT NULL,
    height      integer NOT NULL,
    thumbhash   bytea NOT NULL,
    mean_color  text NOT NULL,
    avif_sizes  text NOT NULL DEFAULT '',                    -- of s, m, l: those that also stand as AVIF
    alt         text NOT NULL DEFAULT '',
    alt_lang    text NOT NULL DEFAULT 'und',
    alt_hash    bytea NOT NULL DEFAULT '',
    PRIMARY KEY (note_id, id)
);
SELECT shard_by('media', 'note_id', 'note');
CREATE INDEX media_subject ON media (note_id, subject_id, position);

CREATE TABLE rendition (
    note_id   bigint NOT NULL,
    media_id  bigint NOT NULL,
    name      text NOT NULL,
    format    text NOT NULL,
    width     integer NOT NULL,
    height    integer NOT NULL,
    bytes     bigint NOT NULL,
    PRIMARY KEY (note_id, media_id, name, format),
    FOREIGN KEY (note_id, media_id) REFERENCES media (note_id, id) ON DELETE CASCADE
);
SELECT shard_by('rendition', 'note_id', 'note');

-- A picture that was sent and stands in no note yet; it becomes a row of media when one is published with it.
CREATE TABLE upload (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id          bigint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('picture', 'film')),
    key         text NOT NULL,
    width       integer NOT NULL,
    height      integer NOT NULL,
    thumbhash   bytea NOT NULL,
    mean_color  text NOT NULL,
    renditions  jsonb NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('upload', 'account_id', 'account');
CREATE INDEX upload_created_at ON upload (created_at);

-- The author's own words in another language. part: title, body, alt (of media) or comment.
CREATE TABLE version (
    note_id     bigint NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    subject_id  bigint NOT NULL,
    part        text NOT NULL CHECK (part IN ('title', 'body', 'alt', 'comment')),
    lang        text NOT NULL,
    text        text NOT NULL,
    hash        bytea NOT NULL,
    PRIMARY KEY (note_id, subject_id, part, lang)
);
SELECT shard_by('version', 'note_id', 'note');

-- What is said about a subject by moderation; region NULL: everywhere. shard_id: the note's id, or the account's.
CREATE TABLE label (
    shard_id    bigint NOT NULL,
    subject_id  bigint NOT NULL,
    id          bigint NOT NULL,
    name        text NOT NULL,
    region      text,
    reason      text NOT NULL,
    created_at  timestamptz NOT NULL,
    lifted_at   timestamptz,
    PRIMARY KEY (shard_id, id)
);
SELECT shard_by('label', 'shard_id', 'note');
CREATE INDEX label_subject ON label (shard_id, subject_id) WHERE lifted_at IS NULL;

CREATE TABLE author_note (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    note_id     bigint NOT NULL,
    PRIMARY KEY (account_id, note_id)
);
SELECT shard_by('author_note', 'account_id', 'account');

CREATE TABLE save (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    note_id     bigint NOT NULL,
    author_id   bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, note_id)
);
SELECT shard_by('save', 'account_id', 'account');
CREATE INDEX save_order ON save (account_id, created_at DESC, note_id DESC);

CREATE TABLE topic_note (
    tag         text NOT NULL,
    note_id     bigint NOT NULL,
    author_id   bigint NOT NULL,
    PRIMARY KEY (tag, note_id)
);
SELECT shard_by('topic_note', 'tag');

-- Likes, saves and comments as they happen; one job adds them up. Local to one database.
CREATE TABLE count_log (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    note_id     bigint NOT NULL,
    subject_id  bigint NOT NULL,
    field       text NOT NULL CHECK (field IN ('like', 'save', 'comment', 'reply')),
    delta       integer NOT NULL,
    owner_id    bigint NOT NULL,                            -- whose note or comment it is
    actor_id    bigint NOT NULL,
    created_at  timestamptz NOT NULL
);
