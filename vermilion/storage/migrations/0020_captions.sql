-- What is said in films, as timed text.

-- One track of a film. Distributed by note_id.
CREATE TABLE caption (
    note_id     bigint NOT NULL,
    media_id    bigint NOT NULL,
    lang        text NOT NULL,                              -- 'und': somebody listened, and nobody speaks
    origin      text NOT NULL CHECK (origin IN ('heard', 'author', 'uploaded')),
    is_spoken   boolean NOT NULL,                           -- whether the film speaks this language
    cues        jsonb NOT NULL,
    before      jsonb,                                      -- the cues before they were last changed
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (note_id, media_id, lang),
    FOREIGN KEY (note_id, media_id) REFERENCES media (note_id, id) ON DELETE CASCADE
);
SELECT shard_by('caption', 'note_id', 'note');

-- Films that are still to be listened to, and what was heard of them so far. Local to one database.
CREATE TABLE caption_queue (
    media_id    bigint PRIMARY KEY,
    note_id     bigint NOT NULL,
    tries       smallint NOT NULL DEFAULT 0,
    claimed_at  timestamptz,                                -- NULL: nobody is at it; renewed while somebody is
    heard_ms    integer NOT NULL DEFAULT 0,
    total_ms    integer NOT NULL DEFAULT 0,
    lang        text NOT NULL DEFAULT '',
    cues        jsonb NOT NULL DEFAULT '[]'
);
