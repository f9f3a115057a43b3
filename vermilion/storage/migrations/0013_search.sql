-- Finding notes, people, topics and places in whatever language they were written.

-- What a note is found by, as long as others may see it. tier 0 holds the best and freshest, so that a common word
-- need not be looked up in everything.
CREATE TABLE search_note (
    note_id      bigint PRIMARY KEY REFERENCES note (id) ON DELETE CASCADE,
    author_id    bigint NOT NULL,
    audience     text NOT NULL,
    lang         text NOT NULL,
    tier         smallint NOT NULL CHECK (tier IN (0, 1, 2)),
    words        tsvector NOT NULL,                         -- each word once, without positions
    terms        bytea NOT NULL,                            -- for each its hash and how often it occurs: search.terms
    length       real NOT NULL,
    released_at  timestamptz NOT NULL
);
SELECT shard_by('search_note', 'note_id', 'note');
CREATE INDEX search_note_best ON search_note USING gin (words) WHERE tier = 0;
CREATE INDEX search_note_good ON search_note USING gin (words) WHERE tier = 1;
CREATE INDEX search_note_rest ON search_note USING gin (words) WHERE tier = 2;

-- Words that came or went with notes for everyone; a job adds them up. Local to one database.
CREATE TABLE search_change (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    step    smallint NOT NULL CHECK (step IN (-1, 1)),      -- they came, or they went
    words   text[] NOT NULL,
    length  real NOT NULL
);

-- In how many notes for everyone a word stands. Local to one database.
CREATE TABLE search_term (
    term        text COLLATE "C" PRIMARY KEY,
    note_count  bigint NOT NULL
);

-- How many notes there are for everyone and how long they are together; one row. Local to one database.
CREATE TABLE search_size (
    bucket      smallint PRIMARY KEY CHECK (bucket = 0),
    note_count  bigint NOT NULL,
    length      double precision NOT NULL,
    best_from   double precision NOT NULL,                  -- the least standing of a note of tier 0, and of tier 1
    good_from   double precision NOT NULL,
    swept_to    bigint NOT NULL,                            -- the last note that was looked at for its tier
    rendered_to timestamptz NOT NULL                        -- until when renderings are part of the index
);
INSERT INTO search_size (bucket, note_count, length, best_from, good_from, swept_to, rendered_to)
    VALUES (0, 0, 0, -1e9, -1e9, 0, '2024-01-01Z');

-- Which notes for everyone have which words, so that they are also found by renderings of those. Local to one database.
CREATE TABLE search_text (
    text_hash  bytea NOT NULL,
    note_id    bigint NOT NULL,
    PRIMARY KEY (text_hash, note_id)
);
CREATE INDEX search_text_note ON search_text (note_id);
CREATE INDEX rendering_created_at ON rendering (created_at);

-- What is offered while somebody types: titles, tags and places of notes, and people, by what their beginning can be
-- typed as (also in pinyin). subject_id: the note or the account it comes from. Local to one database.
CREATE TABLE search_prefix (
    kind        text NOT NULL CHECK (kind IN ('title', 'tag', 'place', 'person')),
    key         text COLLATE "C" NOT NULL,
    subject_id  bigint NOT NULL,
    author_id   bigint NOT NULL,
    shown       text NOT NULL,
    PRIMARY KEY (kind, key, subject_id)
);
CREATE INDEX search_prefix_subject ON search_prefix (subject_id);
