-- Which form of index row a note has: the sweep writes those of an earlier one anew, such as before authors were part of it.

ALTER TABLE search_note ADD COLUMN form smallint NOT NULL DEFAULT 0;
