-- Notes on their way: what somebody is writing, kept until it is published or deleted. Distributed by account_id.

CREATE TABLE note_draft (
    account_id   bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id           bigint NOT NULL,
    version      integer NOT NULL,                          -- one more with each change
    note         jsonb NOT NULL,                            -- as it would be sent
    parted_from  bigint,                                    -- the draft it was to change and came too late for
    created_at   timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    deleted_at   timestamptz,
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('note_draft', 'account_id', 'account');
CREATE INDEX note_draft_deleted_at ON note_draft (deleted_at) WHERE deleted_at IS NOT NULL;

-- What stands in a draft lives as long as it does; 0: in none.
ALTER TABLE upload ADD COLUMN draft_id bigint NOT NULL DEFAULT 0;
ALTER TABLE film ADD COLUMN draft_id bigint NOT NULL DEFAULT 0;
DROP INDEX upload_created_at;
CREATE INDEX upload_created_at ON upload (created_at) WHERE draft_id = 0;
DROP INDEX film_expires;
CREATE INDEX film_expires ON film (expires_at) WHERE note_id = 0 AND draft_id = 0;
