-- Series: notes of one author that follow one another. Distributed by account_id.

CREATE TABLE series (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id          bigint NOT NULL,
    title       text NOT NULL,
    lang        text NOT NULL,
    note_ids    bigint[] NOT NULL DEFAULT '{}',             -- its parts, in order; a hundred at the most
    created_at  timestamptz NOT NULL,
    deleted_at  timestamptz,
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('series', 'account_id', 'account');
CREATE INDEX series_deleted_at ON series (deleted_at) WHERE deleted_at IS NOT NULL;

-- So that a note knows without being asked whether it is a part; NULL: of none.
ALTER TABLE note ADD COLUMN series_id bigint;
