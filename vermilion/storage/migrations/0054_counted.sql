-- What stands in the counts of others. False: whoever did it (of a follow, the other of the two) has closed their account.
ALTER TABLE note_like ADD COLUMN is_counted boolean NOT NULL DEFAULT true;
ALTER TABLE save ADD COLUMN is_counted boolean NOT NULL DEFAULT true;
ALTER TABLE comment ADD COLUMN is_counted boolean NOT NULL DEFAULT true;
ALTER TABLE follow_out ADD COLUMN is_counted boolean NOT NULL DEFAULT true;
ALTER TABLE follow_in ADD COLUMN is_counted boolean NOT NULL DEFAULT true;
-- What one person likes, for when they go.
CREATE INDEX note_like_account ON note_like (account_id, note_id, subject_id);
DROP INDEX comment_author;
CREATE INDEX comment_author ON comment (author_id, note_id, id);
