-- Who is offered what, and what was seen of it.

-- Home timelines, pushed to followers. Distributed by account_id.
CREATE TABLE timeline (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    note_id     bigint NOT NULL,
    author_id   bigint NOT NULL,
    PRIMARY KEY (account_id, note_id)
);
SELECT shard_by('timeline', 'account_id', 'account');

-- Authors with too many followers to be pushed, and their notes: pulled when a timeline is read. One shard.
CREATE TABLE popular_author (
    bucket     smallint NOT NULL DEFAULT 0,
    author_id  bigint NOT NULL,
    PRIMARY KEY (bucket, author_id)
);
SELECT shard_by('popular_author', 'bucket');

CREATE TABLE popular_note (
    bucket     smallint NOT NULL DEFAULT 0,
    author_id  bigint NOT NULL,
    note_id    bigint NOT NULL,
    PRIMARY KEY (bucket, author_id, note_id)
);
SELECT shard_by('popular_note', 'bucket', 'popular_author');

-- The pool Explore draws from: one shard (bucket 0), kept small by a job. score is a sum of the terms.
CREATE TABLE explore (
    bucket       smallint NOT NULL DEFAULT 0,
    note_id      bigint NOT NULL,
    author_id    bigint NOT NULL,
    lang         text NOT NULL,
    score        double precision NOT NULL,
    released_at  timestamptz NOT NULL,
    recent       double precision NOT NULL,
    liked        double precision NOT NULL,
    repeat       double precision NOT NULL,
    PRIMARY KEY (bucket, note_id)
);
SELECT shard_by('explore', 'bucket', 'popular_author');
CREATE INDEX explore_order ON explore (bucket, score DESC, note_id DESC);
CREATE INDEX explore_author ON explore (bucket, author_id, released_at DESC);

CREATE TABLE impression (
    account_id  bigint NOT NULL,
    note_id     bigint NOT NULL,
    surface     text NOT NULL,
    source      text NOT NULL,
    position    integer NOT NULL,
    created_at  timestamptz NOT NULL
);
SELECT shard_by('impression', 'account_id', 'account');
CREATE INDEX impression_order ON impression (account_id, created_at DESC);

CREATE TABLE opening (
    account_id  bigint NOT NULL,
    note_id     bigint NOT NULL,
    surface     text NOT NULL,
    created_at  timestamptz NOT NULL
);
SELECT shard_by('opening', 'account_id', 'account');
CREATE INDEX opening_order ON opening (account_id, created_at DESC);
