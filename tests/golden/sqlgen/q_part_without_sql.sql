-- part title

-- thing_titles(id Id) -> many ThingTitle
SELECT id, title FROM thing {title} WHERE id = :id;
-- expect 1: title has no SQL below its header. Write it there.
