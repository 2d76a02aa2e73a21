-- thing_a(id Id) -> one A
SELECT title FROM thyng WHERE id = :id;
-- expect 2: thing_a: no such table: thyng. Compare it with the migrations.
