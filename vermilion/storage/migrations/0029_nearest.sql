-- Finding by meaning: processes that answer questions hold the signs of the first tier's vectors; what they read, and when.

CREATE INDEX search_note_first ON search_note (note_id) WHERE tier = 0;

-- When its vectors were made; NULL before there are any, or since before this was written down.
ALTER TABLE search_meaning ADD COLUMN made_at timestamptz;
CREATE INDEX search_meaning_made_at ON search_meaning (made_at);
