-- What is written in pictures.

-- The lines found in a picture of a note or comment, in reading order. Distributed by note_id.
CREATE TABLE picture_text (
    note_id     bigint NOT NULL,
    media_id    bigint NOT NULL,
    position    integer NOT NULL,
    text        text NOT NULL,
    lang        text NOT NULL,
    hash        bytea NOT NULL,
    quad        double precision[] NOT NULL,                -- x and y of four corners, in fractions of width and height
    height      double precision NOT NULL,                  -- of its letters, in fractions of the picture's height
    ink         text NOT NULL,
    ground      text NOT NULL,
    confidence  double precision NOT NULL,
    PRIMARY KEY (note_id, media_id, position),
    FOREIGN KEY (note_id, media_id) REFERENCES media (note_id, id) ON DELETE CASCADE
);
SELECT shard_by('picture_text', 'note_id', 'note');

-- The same of a picture that stands in no note yet, once its owner has asked for it.
CREATE TABLE upload_text (
    account_id  bigint NOT NULL,
    upload_id   bigint NOT NULL,
    lines       jsonb NOT NULL,
    PRIMARY KEY (account_id, upload_id),
    FOREIGN KEY (account_id, upload_id) REFERENCES upload (account_id, id) ON DELETE CASCADE
);
SELECT shard_by('upload_text', 'account_id', 'account');

-- Pictures that nobody has read yet: of a note (account_id 0) or of somebody's upload (note_id 0). Local to one database.
CREATE TABLE picture_queue (
    picture_id  bigint PRIMARY KEY,
    note_id     bigint NOT NULL,
    account_id  bigint NOT NULL,
    tries       smallint NOT NULL DEFAULT 0,
    claimed_at  timestamptz                                 -- NULL: nobody is at it
);
CREATE INDEX picture_queue_order ON picture_queue ((account_id = 0), picture_id) WHERE claimed_at IS NULL;
