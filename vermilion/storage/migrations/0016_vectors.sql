-- Finding notes by what they mean: vectors of their words, made by a job.

-- Which notes are found by meaning, and by which model's vectors; '' waits for the job. text_hash: of what is embedded.
CREATE TABLE search_meaning (
    note_id    bigint PRIMARY KEY REFERENCES note (id) ON DELETE CASCADE,
    text_hash  bytea NOT NULL,
    model      text COLLATE "C" NOT NULL DEFAULT ''
);
SELECT shard_by('search_meaning', 'note_id', 'note');
CREATE INDEX search_meaning_model ON search_meaning (model);

-- One vector for each passage of a note, of length one; their size is the model's.
CREATE TABLE search_vector (
    note_id  bigint NOT NULL REFERENCES search_meaning (note_id) ON DELETE CASCADE,
    part     smallint NOT NULL,
    model    text COLLATE "C" NOT NULL,
    vector   halfvec NOT NULL,
    PRIMARY KEY (note_id, part)
);
SELECT shard_by('search_vector', 'note_id', 'note');

-- What was written before: the job goes over it.
INSERT INTO search_meaning (note_id, text_hash) SELECT note_id, '' FROM search_note;
