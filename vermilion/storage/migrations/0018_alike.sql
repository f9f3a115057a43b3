-- Pictures found by how they look, notes by where they are, words weighed by the notes of a language.

-- What a picture of a note looks like in 256 bits: two pictures are as alike as few of them differ. NULL: nothing in it to be told
-- by, or not looked at yet (is_due). What stood in notes before is looked at by a job.
CREATE TABLE picture_look (
    note_id   bigint NOT NULL,
    media_id  bigint NOT NULL,
    bits      bit(256),
    is_due    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (note_id, media_id)
);
SELECT shard_by('picture_look', 'note_id', 'note');
INSERT INTO picture_look (note_id, media_id, is_due) SELECT note_id, id, true FROM media WHERE subject_id = note_id;
ALTER TABLE picture_look ADD FOREIGN KEY (note_id, media_id) REFERENCES media (note_id, id) ON DELETE CASCADE;
CREATE INDEX picture_look_due ON picture_look (note_id, media_id) WHERE is_due;
CREATE INDEX picture_look_bits ON picture_look USING hnsw (bits bit_hamming_ops);

ALTER TABLE upload ADD COLUMN look bytea NOT NULL DEFAULT '';  -- its 32 bytes; empty: nothing to be told by

-- Where a note is that says so in degrees, as long as it can be found.
CREATE TABLE search_place (
    note_id    bigint PRIMARY KEY REFERENCES search_note (note_id) ON DELETE CASCADE,
    latitude   double precision NOT NULL,
    longitude  double precision NOT NULL
);
SELECT shard_by('search_place', 'note_id', 'note');
CREATE INDEX search_place_at ON search_place (latitude, longitude);
INSERT INTO search_place (note_id, latitude, longitude)
    SELECT n.id, n.latitude, n.longitude FROM note n JOIN search_note s ON s.note_id = n.id WHERE n.latitude IS NOT NULL;

-- How many of the notes for everyone are in which language: a word is common where most notes of its language have it.
ALTER TABLE search_size ADD COLUMN langs jsonb NOT NULL DEFAULT '{}';
