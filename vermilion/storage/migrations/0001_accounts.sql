-- People, how they get in, whom they follow. Distributed by account_id; handles by their own value.

CREATE TABLE account (
    id                  bigint PRIMARY KEY,
    host                text,                               -- NULL: at home here
    uri                 text,                               -- its address elsewhere
    handle              text NOT NULL,
    display_name        text NOT NULL,
    bio                 text NOT NULL DEFAULT '',
    bio_lang            text NOT NULL DEFAULT 'und',
    bio_hash            bytea NOT NULL DEFAULT '',
    region              text,
    reads               text[] NOT NULL,
    interests           text[] NOT NULL DEFAULT '{}',
    avatar_key          text,
    color               text NOT NULL,
    role                text NOT NULL DEFAULT 'person' CHECK (role IN ('person', 'moderator', 'operator')),
    state               text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'closed')),
    approves_followers  boolean NOT NULL DEFAULT false,
    origin              text NOT NULL DEFAULT 'joined' CHECK (origin IN ('joined', 'sample', 'imported')),
    created_at          timestamptz NOT NULL,
    seen_at             timestamptz NOT NULL
);
SELECT shard_by('account', 'id');

-- Unique over the whole cluster: one row a handle, keyed by what look-alikes share.
CREATE TABLE handle (
    skeleton    text PRIMARY KEY,
    handle      text NOT NULL,
    account_id  bigint NOT NULL
);
SELECT shard_by('handle', 'skeleton');

CREATE TABLE account_count (
    account_id       bigint PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    note_count       bigint NOT NULL DEFAULT 0,
    follower_count   bigint NOT NULL DEFAULT 0,
    following_count  bigint NOT NULL DEFAULT 0
);
SELECT shard_by('account_count', 'account_id', 'account');

-- Secrets, in a table of their own; an account need not have any.
CREATE TABLE credential (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind        text NOT NULL CHECK (kind IN ('password')),
    secret      text NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, kind)
);
SELECT shard_by('credential', 'account_id', 'account');

CREATE TABLE session (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id          bigint NOT NULL,
    token_hash  bytea NOT NULL,
    agent       text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('session', 'account_id', 'account');

CREATE TABLE token (
    account_id   bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id           bigint NOT NULL,
    token_hash   bytea NOT NULL,
    application  text NOT NULL,
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);
SELECT shard_by('token', 'account_id', 'account');

-- A follow stands twice: with the one who follows and with the one who is followed.
CREATE TABLE follow_out (
    account_id   bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    followee_id  bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('requested', 'accepted')),
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, followee_id)
);
SELECT shard_by('follow_out', 'account_id', 'account');

CREATE TABLE follow_in (
    account_id   bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    follower_id  bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('requested', 'accepted')),
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, follower_id)
);
SELECT shard_by('follow_in', 'account_id', 'account');

CREATE TABLE block (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    blocked_id  bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, blocked_id)
);
SELECT shard_by('block', 'account_id', 'account');

CREATE TABLE block_in (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    blocker_id  bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, blocker_id)
);
SELECT shard_by('block_in', 'account_id', 'account');

CREATE TABLE mute (
    account_id  bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    muted_id    bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, muted_id)
);
SELECT shard_by('mute', 'account_id', 'account');

-- The stored answer of a POST, so that the same form sent twice has one effect. 0: not signed in.
CREATE TABLE idempotency (
    account_id    bigint NOT NULL,
    key           text NOT NULL,
    request_hash  bytea NOT NULL,
    status        smallint NOT NULL,
    location      text,
    body          bytea NOT NULL,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (account_id, key)
);
SELECT shard_by('idempotency', 'account_id', 'account');
CREATE INDEX idempotency_created_at ON idempotency (created_at);
