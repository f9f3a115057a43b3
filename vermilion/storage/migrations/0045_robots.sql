-- What somebody lets programs of others do with what they publish. NULL: they have not said, and it is as the room has it.
ALTER TABLE account ADD COLUMN may_list boolean;
ALTER TABLE account ADD COLUMN may_train boolean;

-- Where each page of the sitemap begins; it ends where the next one does. Local to one database.
CREATE TABLE sitemap_page (
    kind        text NOT NULL CHECK (kind IN ('notes', 'people')),
    first_id    bigint NOT NULL,
    changed_at  timestamptz,                                -- the last change on it that is known
    PRIMARY KEY (kind, first_id)
);

-- What is for everybody, in the order of the sitemap.
CREATE INDEX note_for_everybody ON note (id) WHERE state = 'public' AND audience = 'everyone' AND deleted_at IS NULL;
