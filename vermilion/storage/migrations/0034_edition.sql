-- What stood in notes and comments before they were edited. Distributed by note_id.

CREATE TABLE edition (
    note_id      bigint NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    subject_id   bigint NOT NULL,                           -- the note, or a comment under it
    id           bigint NOT NULL,
    audience     text NOT NULL,                             -- who could see it then
    title        text NOT NULL,
    body         text NOT NULL,
    lang         text NOT NULL,
    tags         text[] NOT NULL,
    place_name   text,
    pictures     jsonb NOT NULL,                            -- ids and descriptions; a picture taken out is gone
    stood_until  timestamptz NOT NULL,
    PRIMARY KEY (note_id, subject_id, id)
);
SELECT shard_by('edition', 'note_id', 'note');

ALTER TABLE comment ADD COLUMN edited_at timestamptz;
