-- thing_a(id Id) -> one A
SELECT title,
       colour FROM thing WHERE id = :id;
-- expect 3: thing_a: no such column: colour. Compare it with the migrations.
