-- part title
SELECT id, title FROM thing;

-- part title
SELECT title, id FROM thing;

-- thing_titles(id Id) -> many ThingTitle
{title} WHERE id = :id;
-- expect 4: Part title is already there at line 1. Rename one.
