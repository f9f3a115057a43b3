-- What the keys of texts that are not public are sealed with (translation/seals.py). One row. Local to one database.
CREATE TABLE seal (secret bytea NOT NULL);
INSERT INTO seal (secret) VALUES (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
