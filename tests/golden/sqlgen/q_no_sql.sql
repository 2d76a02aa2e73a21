-- thing_a(id Id) -> one A

-- thing_b() -> many B
SELECT title FROM thing;
-- expect 1: thing_a has no SQL below its header. Write it there.
