-- Who wrote something hears of it when its translation was corrected.

ALTER TABLE notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE notice ADD CONSTRAINT notice_kind_check CHECK (kind IN ('followed', 'follow_requested', 'follow_accepted',
    'liked', 'commented', 'replied', 'mentioned', 'corrected', 'thanked', 'translation_corrected'));
ALTER TABLE notice ADD COLUMN part text NOT NULL DEFAULT '';    -- of the subject: title, body, comment, ...; '' none in particular
