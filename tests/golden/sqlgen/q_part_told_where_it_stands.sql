-- part title
SELECT id, title
  FROM thing
 WHERE owners = :owner

-- thing_titles() -> many ThingTitle
{title} ORDER BY id;

-- thing_first_title(owner Id) -> many ThingTitle
{title} ORDER BY id LIMIT 1;
-- expect 4: thing_titles uses :owner but does not declare it. Add "owner Type" to its parameters.
-- expect 4: thing_first_title: no such column: owners. Compare it with the migrations.
