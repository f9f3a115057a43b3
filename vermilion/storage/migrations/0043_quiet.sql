-- When somebody is not to be disturbed; and lists of many followers and actors that are read by their order.
CREATE TABLE quiet (
    account_id  bigint PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    zone        text NOT NULL,                              -- of the IANA database
    begins      smallint NOT NULL CHECK (begins BETWEEN 0 AND 1439),        -- minutes after midnight
    ends        smallint NOT NULL CHECK (ends BETWEEN 0 AND 1439)
);
SELECT shard_by('quiet', 'account_id', 'account');

CREATE INDEX follow_in_order ON follow_in (account_id, created_at DESC, follower_id DESC);
CREATE INDEX follow_out_order ON follow_out (account_id, created_at DESC, followee_id DESC);

ALTER TABLE notice ADD COLUMN actor_count integer NOT NULL DEFAULT 0;
UPDATE notice n SET actor_count = (SELECT count(*) FROM notice_actor a WHERE a.account_id = n.account_id AND a.notice_id = n.id);
CREATE INDEX notice_actor_order ON notice_actor (account_id, notice_id, created_at DESC, actor_id);
