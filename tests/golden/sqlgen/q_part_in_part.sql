-- part named
JOIN thing n ON n.id = t.owner

-- part title
SELECT t.id, n.title FROM thing t {named};

-- thing_titles(id Id) -> many ThingTitle
{title} {named} WHERE t.id = :id;
-- expect 5: Part title uses {named}, but parts do not nest. Use both in the query.
