-- What somebody does not want to be offered: notes, topics (people are muted), texts with their words.
-- Distributed by account_id; read with the session, so that no page asks for it.

CREATE TABLE hidden_note (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    note_id     bigint NOT NULL,
    author_id   bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, note_id)
);
SELECT shard_by('hidden_note', 'account_id', 'account');
CREATE INDEX hidden_note_order ON hidden_note (account_id, created_at DESC, note_id DESC);
CREATE INDEX hidden_note_note ON hidden_note (note_id);

CREATE TABLE hidden_topic (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    tag         text NOT NULL,
    names       text[] NOT NULL,                            -- the tag, and what it is called in other languages
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, tag)
);
SELECT shard_by('hidden_topic', 'account_id', 'account');

CREATE TABLE filter_word (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    place       text NOT NULL CHECK (place IN ('reading', 'comments')),     -- what I read, or what is said under my notes
    word        text NOT NULL,                              -- folded
    written     text NOT NULL,                              -- as it was typed
    is_whole    boolean NOT NULL,                           -- only the whole word, not a part of another
    manner      text NOT NULL CHECK (manner IN ('fold', 'gone', 'hold', 'hide')),
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, place, word)
);
SELECT shard_by('filter_word', 'account_id', 'account');
