-- thing_a(id Id) -> one A
SELECT title FROM thing
 WERE id = :id;
-- expect 3: thing_a: near "id": syntax error. Compare it with the migrations.
