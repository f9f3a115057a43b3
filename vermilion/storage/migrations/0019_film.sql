-- Films: how one comes in, is prepared and stands in a note.

-- A film from its first byte on; its id is that of the upload, and later of the media, it becomes. Distributed by account_id.
CREATE TABLE film (
    account_id    bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id            bigint NOT NULL,
    note_id       bigint NOT NULL DEFAULT 0,                 -- 0: it stands in none
    key           text NOT NULL,                             -- where its files stand; not that of its cover
    state         text NOT NULL CHECK (state IN ('uploading', 'preparing', 'playable', 'ready', 'failed')),
    reason        text,                                      -- why it failed: a code
    length        bigint NOT NULL,                           -- of what is sent, in bytes
    received      bigint NOT NULL DEFAULT 0,
    progress      smallint NOT NULL DEFAULT 0,               -- of what is being made now, in hundredths
    step          text NOT NULL DEFAULT '',                  -- what is being made now: the name of a size, or 'extras'
    duration_ms   integer NOT NULL DEFAULT 0,
    width         integer NOT NULL DEFAULT 0,                -- upright, in pixels
    height        integer NOT NULL DEFAULT 0,
    has_sound     boolean NOT NULL DEFAULT false,
    has_preview   boolean NOT NULL DEFAULT false,
    gain_db       double precision,                          -- what evens its loudness; NULL: not measured, or silent
    cover_ms      integer NOT NULL DEFAULT -1,               -- the frame its cover shows; -1: a picture of its own
    thumbs        integer[] NOT NULL DEFAULT '{}',           -- of the sheet for scrubbing: count, columns, width, height, ms between
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,                      -- while it stands in no note
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('film', 'account_id', 'account');
CREATE INDEX film_note ON film (account_id, note_id) WHERE note_id <> 0;
CREATE INDEX film_expires ON film (expires_at) WHERE note_id = 0;

-- What has been received of a film, piece by piece, until all its sizes are made.
CREATE TABLE film_part (
    account_id  bigint NOT NULL,
    film_id     bigint NOT NULL,
    at          bigint NOT NULL,                             -- where it begins, in bytes
    bytes       integer NOT NULL,
    name        text NOT NULL,                               -- of its blob, under the film's key
    PRIMARY KEY (account_id, film_id, at),
    FOREIGN KEY (account_id, film_id) REFERENCES film (account_id, id) ON DELETE CASCADE
);
SELECT shard_by('film_part', 'account_id', 'account');

-- A size a film was made in: one file of fragments, each a segment of the stream.
CREATE TABLE film_size (
    account_id  bigint NOT NULL,
    film_id     bigint NOT NULL,
    name        text NOT NULL,                               -- as the table of sizes has it, such as 480
    codecs      text NOT NULL,                               -- as RFC 6381 writes them
    width       integer NOT NULL,
    height      integer NOT NULL,
    rate        double precision NOT NULL,                   -- frames a second
    peak        integer NOT NULL,                            -- of its segments, in bits a second
    bytes       bigint NOT NULL,
    init        integer NOT NULL,                            -- bytes before the first segment
    lengths     integer[] NOT NULL,                          -- of the segments, in bytes
    durations   integer[] NOT NULL,                          -- of the segments, in milliseconds
    PRIMARY KEY (account_id, film_id, name),
    FOREIGN KEY (account_id, film_id) REFERENCES film (account_id, id) ON DELETE CASCADE
);
SELECT shard_by('film_size', 'account_id', 'account');

-- Films that something is still to be made of. Local to one database.
CREATE TABLE film_queue (
    film_id     bigint PRIMARY KEY,
    account_id  bigint NOT NULL,
    tries       smallint NOT NULL DEFAULT 0,
    claimed_at  timestamptz                                  -- NULL: nobody is at it; renewed while somebody is
);

-- What pages show of a film; of a picture nothing of it.
ALTER TABLE media ADD COLUMN film_key text NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN film_width integer NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN film_height integer NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN duration_ms integer NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN has_sound boolean NOT NULL DEFAULT false;
ALTER TABLE media ADD COLUMN is_playable boolean NOT NULL DEFAULT false;
ALTER TABLE media ADD COLUMN has_preview boolean NOT NULL DEFAULT false;
