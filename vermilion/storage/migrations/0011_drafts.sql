-- What somebody is about to say, asked for in another language: the rendering stands under a text_hash nobody else asks
-- for, and goes when it was read, after an hour at the latest.
CREATE TABLE translation_draft (
    account_id   bigint NOT NULL,
    text_hash    bytea NOT NULL,
    lang         text NOT NULL,
    part         text NOT NULL,                             -- what it is to become: a draft takes the place of the one before
    asked_at     timestamptz NOT NULL,
    PRIMARY KEY (account_id, text_hash, lang)
);
SELECT shard_by('translation_draft', 'account_id', 'account');
CREATE INDEX translation_draft_asked ON translation_draft (asked_at);
