-- Accounts that are closed: hidden at once, gone after a time of grace.
ALTER TABLE account ADD COLUMN closed_at timestamptz;
CREATE INDEX account_closed_at ON account (closed_at) WHERE closed_at IS NOT NULL;
-- What one person has said, for when they go.
CREATE INDEX comment_author ON comment (author_id);
