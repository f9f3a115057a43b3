-- Where people have their own events sent, and what is on its way there.
CREATE TABLE webhook (
    account_id     bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id             bigint NOT NULL,
    address        text NOT NULL,
    kinds          text[] NOT NULL,
    created_at     timestamptz NOT NULL,
    failing_since  timestamptz,                             -- NULL: the last delivery arrived
    disabled_at    timestamptz,
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('webhook', 'account_id', 'account');

-- What its deliveries are signed with: a secret shared with the receiver, so it is kept as it is.
CREATE TABLE webhook_secret (
    account_id  bigint NOT NULL,
    webhook_id  bigint NOT NULL,
    secret      text NOT NULL,
    PRIMARY KEY (account_id, webhook_id),
    FOREIGN KEY (account_id, webhook_id) REFERENCES webhook (account_id, id) ON DELETE CASCADE
);
SELECT shard_by('webhook_secret', 'account_id', 'account');

-- A queue and its last week, local to one database.
CREATE TABLE webhook_delivery (
    id           bigint PRIMARY KEY,
    account_id   bigint NOT NULL,
    webhook_id   bigint NOT NULL,
    kind         text NOT NULL,
    actor_id     bigint NOT NULL,                           -- 0: nobody in particular
    note_id      bigint NOT NULL,                           -- 0: of no note
    comment_id   bigint NOT NULL,
    subject_id   bigint NOT NULL,
    amount       integer NOT NULL DEFAULT 1,                -- gathered in one delivery, such as likes
    why          text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'arrived', 'failed')),
    attempts     integer NOT NULL DEFAULT 0,
    answer       text NOT NULL DEFAULT ''                   -- the last status, or a word for what went wrong
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_of ON webhook_delivery (account_id, webhook_id, id DESC);
CREATE UNIQUE INDEX webhook_delivery_gathering ON webhook_delivery (webhook_id, subject_id)
    WHERE kind = 'note.liked' AND state = 'waiting' AND attempts = 0;
