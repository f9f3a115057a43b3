-- What is done to a picture before it stands in a note: it can be done otherwise until then, from what was sent.

ALTER TABLE upload ADD COLUMN source_key text NOT NULL DEFAULT '';         -- where the original and the sizes of the whole lie
ALTER TABLE upload ADD COLUMN turn smallint NOT NULL DEFAULT 0;            -- degrees, clockwise
ALTER TABLE upload ADD COLUMN crop double precision[] NOT NULL DEFAULT '{}'; -- left, top, width, height in fractions of the turned picture
