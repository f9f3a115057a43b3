-- Pictures on their way in, piece by piece. Distributed by account_id.

CREATE TABLE arriving (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id          bigint NOT NULL,                            -- of the upload it becomes
    key         text NOT NULL,                              -- its parts lie under it
    length      integer NOT NULL,
    received    integer NOT NULL,
    sha256      bytea NOT NULL,                             -- of the whole file as it was said in the beginning, or nothing
    is_done     boolean NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('arriving', 'account_id', 'account');
CREATE INDEX arriving_expires ON arriving (expires_at);

CREATE TABLE arriving_part (
    account_id  bigint NOT NULL,
    arriving_id bigint NOT NULL,
    at          integer NOT NULL,                           -- where it begins in the whole
    bytes       integer NOT NULL,
    name        text NOT NULL,
    PRIMARY KEY (account_id, arriving_id, at),
    FOREIGN KEY (account_id, arriving_id) REFERENCES arriving (account_id, id) ON DELETE CASCADE
);
SELECT shard_by('arriving_part', 'account_id', 'account');
