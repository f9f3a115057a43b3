-- Applications that developers register, what people let them do, and the codes and tokens that follow from it.

-- Few, and looked at from every account's shard.
CREATE TABLE application (
    id               bigint PRIMARY KEY,
    account_id       bigint NOT NULL,                       -- who develops it
    name             text NOT NULL,
    address          text NOT NULL,                         -- its page in the web
    redirects        text[] NOT NULL,
    is_confidential  boolean NOT NULL,                      -- it runs where nobody reads its secret
    created_at       timestamptz NOT NULL
);
SELECT shard_by('application', NULL);
CREATE INDEX application_account ON application (account_id);

CREATE TABLE application_secret (
    application_id  bigint PRIMARY KEY REFERENCES application (id) ON DELETE CASCADE,
    secret_hash     bytea NOT NULL
);
SELECT shard_by('application_secret', NULL);

-- That somebody lets an application do something; with it goes everything the application was given.
CREATE TABLE consent (
    account_id      bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    application_id  bigint NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    scopes          text[] NOT NULL,
    created_at      timestamptz NOT NULL,
    seen_at         timestamptz NOT NULL,                   -- when it last fetched a token; those last an hour
    PRIMARY KEY (account_id, application_id)
);
SELECT shard_by('consent', 'account_id', 'account');
CREATE INDEX consent_application ON consent (application_id);

-- A code is kept after its use, so that its replay is noticed.
CREATE TABLE grant_code (
    account_id      bigint NOT NULL,
    code_hash       bytea NOT NULL,
    application_id  bigint NOT NULL,
    family_id       bigint NOT NULL,                        -- of all tokens that follow from it
    redirect        text NOT NULL,
    challenge       text NOT NULL,
    scopes          text[] NOT NULL,
    expires_at      timestamptz NOT NULL,
    used_at         timestamptz,
    PRIMARY KEY (account_id, code_hash),
    FOREIGN KEY (account_id, application_id) REFERENCES consent (account_id, application_id) ON DELETE CASCADE
);
SELECT shard_by('grant_code', 'account_id', 'account');

-- Likewise a refresh token: one that comes back after its use was stolen from somebody.
CREATE TABLE refresh_token (
    account_id      bigint NOT NULL,
    token_hash      bytea NOT NULL,
    application_id  bigint NOT NULL,
    family_id       bigint NOT NULL,
    scopes          text[] NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    used_at         timestamptz,
    PRIMARY KEY (account_id, token_hash),
    FOREIGN KEY (account_id, application_id) REFERENCES consent (account_id, application_id) ON DELETE CASCADE
);
SELECT shard_by('refresh_token', 'account_id', 'account');

-- NULL: a token somebody got with their password, for a script of their own.
ALTER TABLE token ADD COLUMN application_id bigint, ADD COLUMN family_id bigint;
ALTER TABLE token ADD CONSTRAINT token_consent FOREIGN KEY (account_id, application_id)
    REFERENCES consent (account_id, application_id) ON DELETE CASCADE;

-- What `write` and `read` alone said before there were narrower words for it.
UPDATE token SET scopes = scopes || '{react}' WHERE 'write' = ANY (scopes);
UPDATE token SET scopes = scopes || '{notices}' WHERE 'read' = ANY (scopes);
