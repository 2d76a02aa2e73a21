-- part title
SELECT id, title FROM thing;
SELECT 1;

-- thing_titles(id Id) -> many ThingTitle
{title} WHERE id = :id;
-- expect 3: After title comes a second statement. Give it a header of its own.
