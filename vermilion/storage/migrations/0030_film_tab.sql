-- Films are found among films: what stands in the index of every film besides its words. Later ones are written with it.
UPDATE search_note s SET words = s.words || array_to_tsvector(ARRAY['# film'])
    FROM media m WHERE m.note_id = s.note_id AND m.subject_id = m.note_id AND m.position = 0 AND m.film_key <> '' AND m.is_playable;
