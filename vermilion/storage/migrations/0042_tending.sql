-- Comments the author of a note decides about: held or hidden for them, and what they last decided.
ALTER TABLE comment ADD COLUMN held_for bigint;             -- the note's author, where they decide; NULL: moderation does
ALTER TABLE comment ADD COLUMN state_before text;           -- before the last decision, for its undo
ALTER TABLE comment ADD COLUMN decided_at timestamptz;
CREATE INDEX comment_held_for ON comment (note_id, id) WHERE held_for IS NOT NULL;
