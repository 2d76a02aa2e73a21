-- thing_a() -> many A
SELECT title FROM thing;
-- thing_a() -> many A
SELECT title FROM thing;
-- expect 3: thing_a is already there at line 1. Rename one.
