-- Drafts that publish themselves at a chosen time, once.
ALTER TABLE note_draft ADD COLUMN due_at timestamptz;       -- NULL: at no time
ALTER TABLE note_draft ADD COLUMN zone text NOT NULL DEFAULT 'UTC';  -- in which its writer tells the time, of the IANA database
ALTER TABLE note_draft ADD COLUMN failed text;              -- a code: why it was not published at its time
CREATE INDEX note_draft_due_at ON note_draft (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE notice ADD CONSTRAINT notice_kind_check CHECK (kind IN ('followed', 'follow_requested', 'follow_accepted',
    'liked', 'commented', 'replied', 'mentioned', 'corrected', 'thanked', 'translation_corrected', 'found', 'not_published'));
