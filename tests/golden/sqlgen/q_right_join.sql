-- thing_a() -> many A
SELECT t.title FROM thing t RIGHT JOIN person p ON p.id = t.owner;
-- expect 2: thing_a has a RIGHT JOIN. Turn it into a LEFT JOIN.
