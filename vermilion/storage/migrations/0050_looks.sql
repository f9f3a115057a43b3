-- What pictures look like, each look once however many pictures share it: among thousands of equal ones, as of a picture that
-- everybody passes on, an index of neighbours loses the way to all others.
DROP INDEX picture_look_bits;                               -- first: it waits for writers, and holds them off until the end
SET LOCAL maintenance_work_mem = '512MB';                   -- with less, the index of many looks is built far slower
CREATE TABLE look (
    key   bigint NOT NULL,                                  -- its first 64 bits
    bits  bit(256) NOT NULL,
    PRIMARY KEY (key, bits)
);
SELECT shard_by('look', 'key');
INSERT INTO look (key, bits) SELECT DISTINCT bits::bit(64)::bigint, bits FROM picture_look WHERE bits IS NOT NULL;
CREATE INDEX look_bits ON look USING hnsw (bits bit_hamming_ops);
CREATE INDEX picture_look_bits ON picture_look (bits, note_id);
