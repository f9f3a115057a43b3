-- Towns of the world from a gazetteer, by all their names, and which notes are from there.

-- names: by language, where it is known and not the name itself.
CREATE TABLE town (
    id          bigint PRIMARY KEY,                         -- its number at GeoNames
    name        text NOT NULL,
    country     text NOT NULL,                              -- ISO 3166-1 alpha-2
    latitude    double precision NOT NULL,
    longitude   double precision NOT NULL,
    population  integer NOT NULL,
    names       jsonb NOT NULL
);
SELECT shard_by('town', NULL);
CREATE INDEX town_at ON town (latitude, longitude);

-- What a town can be typed as: each of its names without accents, spaces and case. weight: its people, fewer for names
-- that are less its own.
CREATE TABLE town_name (
    key         text COLLATE "C" NOT NULL,
    town_id     bigint NOT NULL,
    weight      integer NOT NULL,
    PRIMARY KEY (key, town_id) INCLUDE (weight)
);
SELECT shard_by('town_name', NULL);
CREATE INDEX town_name_town ON town_name (town_id);

-- How far the gazetteer has been read, and the notes compared with it; one row. Local to one database.
CREATE TABLE gazetteer (
    bucket      smallint PRIMARY KEY CHECK (bucket = 0),
    version     text NOT NULL,
    loaded_to   bigint NOT NULL,                            -- the last town, by its number
    is_loaded   boolean NOT NULL,
    matched_to  bigint NOT NULL                             -- the last note whose place was looked up
);
INSERT INTO gazetteer (bucket, version, loaded_to, is_loaded, matched_to) VALUES (0, '', 0, false, 0);

ALTER TABLE note ADD COLUMN place_id bigint;
CREATE INDEX note_unplaced ON note (id) WHERE place_name IS NOT NULL AND place_id IS NULL;

CREATE TABLE place_note (
    place_id    bigint NOT NULL,
    note_id     bigint NOT NULL,
    author_id   bigint NOT NULL,
    PRIMARY KEY (place_id, note_id)
);
SELECT shard_by('place_note', 'place_id');
