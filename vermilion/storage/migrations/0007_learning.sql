-- Words somebody learns from what they read, and "please correct me".

-- How somebody learns. Distributed by account_id, as the next two.
CREATE TABLE learner (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    zone        text NOT NULL DEFAULT 'UTC',                -- of the IANA database
    day_start   smallint NOT NULL DEFAULT 4 CHECK (day_start BETWEEN 0 AND 23),
    new_a_day   smallint NOT NULL DEFAULT 20 CHECK (new_a_day BETWEEN 0 AND 200),
    PRIMARY KEY (account_id)
);
SELECT shard_by('learner', 'account_id', 'account');

-- No sentence is kept: it is read where it stands, for as long as its reader may see it.
CREATE TABLE saved_word (
    account_id    bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id            bigint NOT NULL,
    lang          text NOT NULL,
    word          text NOT NULL,                            -- as dictionaries list it
    form          text NOT NULL,                            -- as it stood there
    reading       text NOT NULL,
    is_known      boolean NOT NULL DEFAULT false,           -- never asked for
    note_id       bigint,                                   -- where it stood, NULL: nowhere
    comment_id    bigint,                                   -- NULL: in the note itself
    state         smallint NOT NULL DEFAULT 0,              -- 0 new, 1 learning, 2 in review, 3 learning again
    step          smallint,
    stability     double precision,                         -- days
    difficulty    double precision,
    due_at        timestamptz NOT NULL,
    reviewed_at   timestamptz,
    review_count  integer NOT NULL DEFAULT 0,
    lapse_count   integer NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, lang, word)
);
SELECT shard_by('saved_word', 'account_id', 'account');
CREATE INDEX saved_word_due ON saved_word (account_id, lang, due_at) WHERE NOT is_known;

-- Every answer, with how the word stood before it.
CREATE TABLE word_review (
    account_id   bigint NOT NULL,
    id           bigint NOT NULL,
    word_id      bigint NOT NULL,
    rating       smallint NOT NULL CHECK (rating BETWEEN 1 AND 4),
    state        smallint NOT NULL,
    step         smallint,
    stability    double precision,
    difficulty   double precision,
    due_at       timestamptz NOT NULL,
    reviewed_at  timestamptz,
    lapse_count  integer NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, word_id) REFERENCES saved_word (account_id, id) ON DELETE CASCADE
);
SELECT shard_by('word_review', 'account_id', 'account');
CREATE INDEX word_review_order ON word_review (account_id, created_at DESC);

-- Comments whose author asks to be corrected. Distributed by note_id, as the next; both go with the comment.
CREATE TABLE correct_me (
    note_id     bigint NOT NULL,
    comment_id  bigint NOT NULL,
    account_id  bigint NOT NULL,
    lang        text NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (note_id, comment_id),
    FOREIGN KEY (note_id, comment_id) REFERENCES comment (note_id, id) ON DELETE CASCADE
);
SELECT shard_by('correct_me', 'note_id', 'note');

CREATE TABLE suggestion (
    note_id     bigint NOT NULL,
    id          bigint NOT NULL,
    comment_id  bigint NOT NULL,
    account_id  bigint NOT NULL,                            -- who corrects
    text        text NOT NULL,
    state       text NOT NULL CHECK (state IN ('open', 'thanked', 'hidden')),
    created_at  timestamptz NOT NULL,
    decided_at  timestamptz,
    PRIMARY KEY (note_id, id),
    UNIQUE (note_id, comment_id, account_id),
    FOREIGN KEY (note_id, comment_id) REFERENCES correct_me (note_id, comment_id) ON DELETE CASCADE
);
SELECT shard_by('suggestion', 'note_id', 'note');

ALTER TABLE notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE notice ADD CONSTRAINT notice_kind_check CHECK (kind IN ('followed', 'follow_requested', 'follow_accepted',
    'liked', 'commented', 'replied', 'mentioned', 'corrected', 'thanked'));
