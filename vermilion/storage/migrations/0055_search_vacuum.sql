-- The index of the first tier holds 20,000 notes, and an entry more for each that rose, sank or was edited since the table was
-- last vacuumed; a search reads them all. A share of all notes, as is usual, lets several times the tier gather.
ALTER TABLE search_note SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
