-- Albums: notes somebody gathers, in an order of their own. Distributed by account_id.

CREATE TABLE album (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id          bigint NOT NULL,
    name        text NOT NULL,
    is_public   boolean NOT NULL,
    cover_id    bigint,                                     -- one of its notes, NULL: the first
    note_count  integer NOT NULL DEFAULT 0,                 -- for the limit; nobody is shown it
    created_at  timestamptz NOT NULL,
    deleted_at  timestamptz,
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('album', 'account_id', 'account');
CREATE INDEX album_deleted_at ON album (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE album_note (
    account_id  bigint NOT NULL,
    album_id    bigint NOT NULL,
    note_id     bigint NOT NULL,
    author_id   bigint NOT NULL,
    place       bigint NOT NULL,                            -- far apart, so that one can be put between two
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, album_id, note_id),
    FOREIGN KEY (account_id, album_id) REFERENCES album (account_id, id) ON DELETE CASCADE
);
SELECT shard_by('album_note', 'account_id', 'account');
CREATE INDEX album_note_order ON album_note (account_id, album_id, place, note_id);
-- In which albums a note stands: of one person, and of all when it goes.
CREATE INDEX album_note_note ON album_note (note_id, account_id);
