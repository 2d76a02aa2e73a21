-- thing_a() -> many A
SELECT title FROM thing;
-- thing_a postgres
SELECT title FROM thing;
-- thing_a postgres
SELECT title FROM thing;
-- expect 5: thing_a has two blocks for PostgreSQL. Take one out.
