-- thing_titles(id Id) -> many ThingTitle
{title} WHERE id = :id;

-- part title
SELECT id, title FROM thing;

-- thing_all_titles() -> many ThingTitle
{title} ORDER BY id;
-- expect 2: thing_titles uses {title}, but no such part stands above it. Write "-- part title" and its SQL there.
