-- That a webhook was switched off is told in a notice.
ALTER TABLE notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE notice ADD CONSTRAINT notice_kind_check CHECK (kind IN ('followed', 'follow_requested', 'follow_accepted',
    'liked', 'commented', 'replied', 'mentioned', 'corrected', 'thanked', 'translation_corrected', 'found', 'not_published',
    'webhook_off'));
