-- Notices, gathered: while one is unread, more of the same join it. Distributed by account_id.

CREATE TABLE notice (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id          bigint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('followed', 'follow_requested', 'follow_accepted', 'liked', 'commented', 'replied', 'mentioned')),
    note_id     bigint NOT NULL,                            -- 0: of no note
    subject_id  bigint NOT NULL,                            -- the note or comment it is about, 0: the account
    comment_id  bigint NOT NULL DEFAULT 0,                  -- the newest comment it tells of
    updated_at  timestamptz NOT NULL,
    read_at     timestamptz,
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('notice', 'account_id', 'account');
CREATE UNIQUE INDEX notice_gathering ON notice (account_id, kind, subject_id) WHERE read_at IS NULL;
CREATE INDEX notice_order ON notice (account_id, updated_at DESC, id DESC);

CREATE TABLE notice_actor (
    account_id  bigint NOT NULL,
    notice_id   bigint NOT NULL,
    actor_id    bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, notice_id, actor_id),
    FOREIGN KEY (account_id, notice_id) REFERENCES notice (account_id, id) ON DELETE CASCADE
);
SELECT shard_by('notice_actor', 'account_id', 'account');
