-- Films that are watched: which of the pool are films, and how much of each was seen.

ALTER TABLE explore ADD COLUMN is_film boolean NOT NULL DEFAULT false;
ALTER TABLE explore ADD COLUMN watched double precision NOT NULL DEFAULT 0;     -- a term of its score
CREATE INDEX explore_films ON explore (bucket, score DESC, note_id DESC) WHERE is_film;

-- What players report, as it comes; one job adds it up. Local to one database.
CREATE TABLE watch_log (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    note_id     bigint NOT NULL,
    key         uuid NOT NULL,                              -- of one viewing, made by its player
    account_id  bigint NOT NULL,                            -- 0: a guest
    seconds     double precision NOT NULL,                  -- played so far
    share       double precision NOT NULL,                  -- of the film, seen so far
    created_at  timestamptz NOT NULL
);

-- One viewing of a film by one player; what it reports later replaces what it reported before.
CREATE TABLE viewing (
    note_id     bigint NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    key         uuid NOT NULL,
    account_id  bigint NOT NULL,
    seconds     double precision NOT NULL,
    share       double precision NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (note_id, key)
);
SELECT shard_by('viewing', 'note_id', 'note');

CREATE TABLE watch_count (
    note_id  bigint PRIMARY KEY REFERENCES note (id) ON DELETE CASCADE,
    watches  bigint NOT NULL DEFAULT 0,
    seconds  double precision NOT NULL DEFAULT 0,
    shares   double precision NOT NULL DEFAULT 0            -- the sum of those of its watches
);
SELECT shard_by('watch_count', 'note_id', 'note');
