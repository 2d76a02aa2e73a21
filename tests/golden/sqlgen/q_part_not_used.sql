-- part title
SELECT id, title FROM thing;

-- thing_titles(id Id) -> many ThingTitle
SELECT id, title FROM thing WHERE id = :id;
-- expect 1: Part title is used by no query. Take it out.
