-- thing_a() -> many A
SELECT title AS "title Int" FROM thing;
-- expect 1: thing_a: the alias says "title Int" but the column is TEXT. Correct the alias.
