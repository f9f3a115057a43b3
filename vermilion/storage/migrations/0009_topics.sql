-- Topics that authors themselves have called the same in two languages, by writing versions of a note. Local to one database.
CREATE TABLE topic_pair (
    lang        text NOT NULL,
    tag         text NOT NULL,                              -- folded
    other_lang  text NOT NULL,
    other       text NOT NULL,                              -- as it was written
    account_id  bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (lang, tag, other_lang, other, account_id)
);
