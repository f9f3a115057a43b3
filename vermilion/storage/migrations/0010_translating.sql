-- Who is at a queued text: the name of a translator process. What it holds is free again when it is not heard of.
ALTER TABLE translation_queue ADD COLUMN claimed_by text;
CREATE INDEX translation_queue_claimed ON translation_queue (claimed_by) WHERE claimed_at IS NOT NULL;

-- What could not be translated well is tried again by engines that have not tried it.
CREATE INDEX rendering_poor ON rendering (engine) WHERE text = '';
