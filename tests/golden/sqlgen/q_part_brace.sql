-- part title
SELECT id, title FROM thing;

-- thing_titles(id Id) -> many ThingTitle
{title WHERE id = :id;

-- thing_all_titles() -> many ThingTitle
{title} ORDER BY id;
-- expect 5: thing_titles has a "{" that names no part. Write {name}, or put the brace into a 'text'.
