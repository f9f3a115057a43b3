-- What people ask: counted without keeping who asked, their own history, and searches that tell of something new.

-- What people are counted under, one for each week (days since 0001-01-01 / 7). One lasts two weeks; without it nobody
-- can say who asked. Local to one database.
CREATE TABLE search_salt (
    week  integer PRIMARY KEY,
    salt  bytea NOT NULL
);

-- That somebody asked something on a day: of whom it is known no more than a hash that differs for each question, under
-- the salt of the week before (early) and of the week itself (late). Kept for a week. Local to one database.
CREATE TABLE search_asked (
    day       date NOT NULL,
    question  text COLLATE "C" NOT NULL,
    lang      text NOT NULL,                                -- the language they read first
    region    text NOT NULL,                                -- where they are, '' where they have not said
    early     bytea NOT NULL,
    late      bytea NOT NULL,
    PRIMARY KEY (day, question, lang, region, late)
);

-- Notes for everyone that a question found lately, so that it is only offered while it finds some. Local to one database.
CREATE TABLE search_answer (
    question   text COLLATE "C" NOT NULL,
    note_id    bigint NOT NULL,
    author_id  bigint NOT NULL,
    day        date NOT NULL,
    PRIMARY KEY (question, note_id)
);
CREATE INDEX search_answer_note ON search_answer (note_id);
CREATE INDEX search_answer_day ON search_answer (day);

-- What enough people asked in the last week, of those who read a language and are in a region; '' stands for all.
-- Written by a job. Local to one database.
CREATE TABLE search_hot (
    lang      text NOT NULL,
    region    text NOT NULL,
    question  text COLLATE "C" NOT NULL,
    key       text COLLATE "C" NOT NULL,                    -- what its beginning is typed as
    people    integer NOT NULL,
    PRIMARY KEY (lang, region, question)
);
CREATE INDEX search_hot_people ON search_hot (lang, region, people DESC, question);
CREATE INDEX search_hot_key ON search_hot (key) WHERE lang = '';

-- What somebody asked themselves; erased_at: they have erased it, and may yet undo that.
CREATE TABLE search_history (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id          bigint NOT NULL,
    question    text NOT NULL,
    asked_at    timestamptz NOT NULL,
    erased_at   timestamptz,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, question)
);
SELECT shard_by('search_history', 'account_id', 'account');
CREATE INDEX search_history_order ON search_history (account_id, asked_at DESC);
CREATE INDEX search_history_erased ON search_history (erased_at) WHERE erased_at IS NOT NULL;

-- Whether what somebody asks is kept and counted; no row: it is.
CREATE TABLE search_choice (
    account_id     bigint PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    keeps_history  boolean NOT NULL
);
SELECT shard_by('search_choice', 'account_id', 'account');

-- A search that tells when there is something new. It is stored understood, so that a new note finds the searches it
-- answers: one of `anchors` is in every such note, as a word, #tag or @author.
CREATE TABLE search_saved (
    account_id   bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id           bigint NOT NULL,
    name         text NOT NULL,
    question     text NOT NULL,
    is_followed  boolean NOT NULL,                          -- only notes of people they follow
    lang         text NOT NULL,                             -- only notes in this language; '' in any
    words        text NOT NULL,                             -- a tsquery; '' whatever they say
    anchors      text[] NOT NULL,
    phrases      text[] NOT NULL,
    authors      bigint[],                                  -- NULL: of anybody
    langs        text[] NOT NULL,                           -- in these languages; none: in any
    created_at   timestamptz NOT NULL,
    told_at      timestamptz,                               -- when they were last told of something new
    dropped_at   timestamptz,                               -- they have deleted it, and may yet undo that
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('search_saved', 'account_id', 'account');
CREATE UNIQUE INDEX search_saved_once ON search_saved (account_id, question, is_followed, lang) WHERE dropped_at IS NULL;
CREATE INDEX search_saved_anchors ON search_saved USING gin (anchors) WHERE dropped_at IS NULL;
CREATE INDEX search_saved_dropped ON search_saved (dropped_at) WHERE dropped_at IS NOT NULL;

-- Notes that answer a saved search and have not been looked at there; whether they may be seen is asked when they are shown.
CREATE TABLE search_news (
    account_id  bigint NOT NULL,
    search_id   bigint NOT NULL,
    note_id     bigint NOT NULL,
    author_id   bigint NOT NULL,
    found_at    timestamptz NOT NULL,
    is_told     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, search_id, note_id),
    FOREIGN KEY (account_id, search_id) REFERENCES search_saved (account_id, id) ON DELETE CASCADE
);
SELECT shard_by('search_news', 'account_id', 'account');
CREATE INDEX search_news_untold ON search_news (account_id, search_id) WHERE NOT is_told;
CREATE INDEX search_news_found_at ON search_news (found_at);

-- Notes that were released and have not been held against saved searches yet. Local to one database.
CREATE TABLE search_fresh (note_id bigint PRIMARY KEY);

ALTER TABLE notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE notice ADD CONSTRAINT notice_kind_check CHECK (kind IN ('followed', 'follow_requested', 'follow_accepted',
    'liked', 'commented', 'replied', 'mentioned', 'corrected', 'thanked', 'translation_corrected', 'found'));
