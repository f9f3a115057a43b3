-- What people say under a note, in two levels. Distributed by note_id.

CREATE TABLE comment (
    note_id      bigint NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    id           bigint NOT NULL,
    parent_id    bigint,                                    -- the comment of the first level, NULL: it is one
    reply_to_id  bigint,                                    -- the comment answered, of either level
    author_id    bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('pending', 'public', 'held', 'hidden')),
    body         text NOT NULL,
    body_lang    text NOT NULL,
    body_hash    bytea NOT NULL,
    is_pinned    boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL,
    deleted_at   timestamptz,
    deleted_by   bigint,                                    -- who may undo it
    PRIMARY KEY (note_id, id)
);
SELECT shard_by('comment', 'note_id', 'note');
CREATE INDEX comment_order ON comment (note_id, parent_id, id DESC);
CREATE INDEX comment_pinned ON comment (note_id) WHERE is_pinned;

CREATE TABLE comment_count (
    note_id      bigint NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    comment_id   bigint NOT NULL,
    is_first     boolean NOT NULL,                          -- of the first level
    like_count   bigint NOT NULL DEFAULT 0,
    reply_count  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (note_id, comment_id)
);
SELECT shard_by('comment_count', 'note_id', 'note');
CREATE INDEX comment_count_order ON comment_count (note_id, like_count DESC, comment_id DESC) WHERE is_first;
