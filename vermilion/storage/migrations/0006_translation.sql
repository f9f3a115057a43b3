-- The same words in another language. Distributed by text_hash.

-- text_hash: of the words alone where they are public (translated once for everybody), of the words and their
-- place where they are not, or where they were corrected: kernel.text.content_hash and place_hash.
CREATE TABLE rendering (
    text_hash    bytea NOT NULL,
    lang         text NOT NULL,
    source_lang  text NOT NULL,
    engine       text NOT NULL,                             -- make, model and prompt; 'person': a correction
    text         text NOT NULL,                             -- empty: it could not be translated well
    account_id   bigint NOT NULL DEFAULT 0,                 -- who corrected it
    correction_id bigint NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (text_hash, lang, engine)
);
SELECT shard_by('rendering', 'text_hash');

-- What readers hold to be better, by passage: text_hash is place_hash. One in force at most for a passage and language.
CREATE TABLE correction (
    text_hash    bytea NOT NULL,
    id           bigint NOT NULL,
    lang         text NOT NULL,
    source_lang  text NOT NULL,
    words_hash   bytea NOT NULL,                            -- of the words alone, for accepting it more widely
    note_id      bigint NOT NULL,                           -- 0: of no note
    subject_id   bigint NOT NULL,
    part         text NOT NULL,
    author_id    bigint NOT NULL,                           -- who wrote the passage
    account_id   bigint NOT NULL,
    original     text NOT NULL,
    text         text NOT NULL,
    state        text NOT NULL CHECK (state IN ('proposed', 'accepted', 'reverted', 'held')),
    score        integer NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    decided_at   timestamptz,
    decided_by   bigint,
    PRIMARY KEY (text_hash, id)
);
SELECT shard_by('correction', 'text_hash', 'rendering');

CREATE TABLE correction_vote (
    text_hash      bytea NOT NULL,
    correction_id  bigint NOT NULL,
    account_id     bigint NOT NULL,
    value          smallint NOT NULL CHECK (value IN (-1, 1)),
    report         text,                                    -- why it was reported, NULL: a vote
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (text_hash, correction_id, account_id)
);
SELECT shard_by('correction_vote', 'text_hash', 'rendering');

-- What is to be translated. Local to one database.
CREATE TABLE translation_queue (
    text_hash    bytea NOT NULL,
    lang         text NOT NULL,
    source_lang  text NOT NULL,
    text         text NOT NULL,
    part         text NOT NULL,
    priority     smallint NOT NULL,                         -- see translation.queue
    tries        smallint NOT NULL DEFAULT 0,
    asked_at     timestamptz NOT NULL,
    claimed_at   timestamptz,                               -- NULL: nobody is at it
    PRIMARY KEY (text_hash, lang)
);
CREATE INDEX translation_queue_order ON translation_queue (priority DESC, asked_at) WHERE claimed_at IS NULL;

-- How the translator is: one row for each translator process. Local to one database.
CREATE TABLE translator (
    name        text PRIMARY KEY,
    state       text NOT NULL CHECK (state IN ('pulling', 'starting', 'ready', 'failed')),
    progress    real NOT NULL DEFAULT 0,                    -- of a download, 0 to 1
    routes      jsonb NOT NULL DEFAULT '[]',                -- the makes in order, and the outside hosts that words go to
    why         text NOT NULL DEFAULT '',
    seen_at     timestamptz NOT NULL
);

-- How somebody reads.
ALTER TABLE account ADD COLUMN interface text;              -- of the interface, NULL: follows what they read
ALTER TABLE account ADD COLUMN translate text NOT NULL DEFAULT 'auto' CHECK (translate IN ('auto', 'tap'));
ALTER TABLE account ADD COLUMN shown text NOT NULL DEFAULT 'translation' CHECK (shown IN ('translation', 'original', 'both'));
ALTER TABLE account ADD COLUMN learns text;                 -- the language somebody learns

-- Which languages have readers; counted by a job. Local to one database.
CREATE TABLE reader_count (
    lang        text PRIMARY KEY,
    count       integer NOT NULL,
    counted_at  timestamptz NOT NULL
);
